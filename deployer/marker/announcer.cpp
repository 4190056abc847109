#include "deployer/marker/announcer.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace longshore::deployer {
namespace {

constexpr auto kRequestLimit = std::chrono::seconds(5);

http::Request json_request(std::string method, std::string url, std::string body, http::Headers headers = {}) {
  headers.emplace_back("Content-Type", "application/json");
  return {.method = std::move(method),
          .url = std::move(url),
          .headers = std::move(headers),
          .body = std::make_shared<const std::string>(std::move(body)),
          .timeout = kRequestLimit};
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

// The answer if it is a success.
base::Result<http::Response> accepted(base::Result<http::Response> answer) {
  if (answer && (answer->status < 200 || answer->status > 299))
    return base::fail(base::Code::unavailable, fmt::format("answered {}", answer->status));
  return answer;
}

// The number behind "id" of Grafana's answer, e.g. {"message":"Annotation added","id":1}; empty if there is none.
std::string id_of(const std::string& json) {
  std::size_t at = json.find("\"id\"");
  if (at == std::string::npos) return {};
  at = json.find_first_not_of(" :\t\n", at + 4);
  const std::size_t end = json.find_first_not_of("0123456789", at);
  return at == std::string::npos ? "" : json.substr(at, end == std::string::npos ? end : end - at);
}

using Deliver = std::function<base::Result<void>(const Marker&)>;

base::Result<void> no_value(const base::Result<http::Response>& answer) {
  if (!answer) return base::fail(answer.error());
  return {};
}

Deliver to_loggly(const Markers& markers, Announcer::Send send) {
  std::string url =
      fmt::format("{}/inputs/{}/tag/longshore-deploy/", without_slash(markers.loggly_url), markers.loggly_token.reveal());
  return [url = std::move(url), send = std::move(send)](const Marker& marker) {
    return no_value(accepted(send(json_request("POST", url, log_json(marker)))));
  };
}

// A point at the begin, which the end makes a region; if the begin did not get there, the end posts the region whole.
Deliver to_grafana(const Markers& markers, Announcer::Send send) {
  const std::string url = without_slash(markers.grafana_url) + "/api/annotations";
  http::Headers headers;
  if (!markers.grafana_token.empty())
    headers.emplace_back("Authorization", fmt::format("Bearer {}", markers.grafana_token.reveal()));
  return [url, headers, send = std::move(send), id = std::string()](const Marker& marker) mutable -> base::Result<void> {
    const bool over = marker.moment == Marker::Moment::end || marker.moment == Marker::Moment::failure;
    if (over && !id.empty())
      return no_value(accepted(send(json_request("PATCH", url + "/" + id, grafana_end_json(marker), headers))));
    const auto answer = accepted(send(json_request("POST", url, grafana_json(marker), headers)));
    if (answer && marker.moment == Marker::Moment::begin) id = id_of(answer->body);
    return no_value(answer);
  };
}

Deliver to_webhook(const std::string& url, Announcer::Send send) {
  return [url, send = std::move(send)](const Marker& marker) {
    return no_value(accepted(send(json_request("POST", url, webhook_json(marker)))));
  };
}

}  // namespace

class Announcer::Channel {
 public:
  Channel(std::string name, Deliver deliver, Warn warn)
      : name_(std::move(name)), deliver_(std::move(deliver)), warn_(std::move(warn)) {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }

  void tell(const Marker& marker) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(marker);
    wake_.notify_all();
  }

  // How many markers have not been sent at `deadline`.
  std::size_t drain(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    idle_.wait_until(lock, deadline, [this] { return waiting_.empty(); });
    return waiting_.size();
  }

  const std::string& name() const { return name_; }

 private:
  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [this] { return !waiting_.empty(); }), !stop.stop_requested()) {
      const Marker marker = waiting_.front();
      lock.unlock();
      const base::Result<void> done = deliver_(marker);
      if (!done)
        warn_(fmt::format("the {} marker did not get to {}: {}", to_text(marker.moment), name_, done.error().message));
      lock.lock();
      waiting_.pop_front();
      idle_.notify_all();
    }
  }

  const std::string name_;
  Deliver deliver_;  // only on thread_: it may remember
  const Warn warn_;
  std::mutex mutex_;
  std::condition_variable_any wake_, idle_;
  std::deque<Marker> waiting_;  // the first is under way
  std::jthread thread_;         // last: it uses all the rest
};

Announcer::Announcer(const Markers& destinations, Redactor redactor, Send send, Warn warn)
    : redactor_(std::move(redactor)), warn_(std::move(warn)) {
  // What an answer or a library says may quote the URL.
  const Warn clean_warn = [this](const std::string& what) { warn_(redactor_.clean(what)); };
  const auto add = [&](std::string name, Deliver deliver) {
    channels_.push_back(std::make_unique<Channel>(std::move(name), std::move(deliver), clean_warn));
  };
  if (!destinations.loggly_url.empty())
    add("Loggly at " + origin_of(destinations.loggly_url), to_loggly(destinations, send));
  if (!destinations.grafana_url.empty())
    add("Grafana at " + origin_of(destinations.grafana_url), to_grafana(destinations, send));
  for (const std::string& url : destinations.webhooks) add("the webhook at " + origin_of(url), to_webhook(url, send));
}

Announcer::~Announcer() = default;

void Announcer::tell(Marker marker) {
  marker.heading = redactor_.clean(std::move(marker.heading));
  marker.outcome = redactor_.clean(marker.outcome);
  marker.next_command = redactor_.clean(marker.next_command);
  for (const auto& channel : channels_) channel->tell(marker);
}

void Announcer::drain(base::Duration limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  for (const auto& channel : channels_)
    if (const std::size_t left = channel->drain(deadline); left > 0)
      warn_(fmt::format("{} marker{} to {} given up: no answer in time", left, left == 1 ? "" : "s", channel->name()));
}

std::string origin_of(const std::string& url) {
  const std::size_t scheme = url.find("://");
  const std::size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
  const std::size_t end = std::min(url.find_first_of("/?#", begin), url.size());
  const std::size_t login = url.rfind('@', end);
  const std::size_t host = login != std::string::npos && login >= begin && login < end ? login + 1 : begin;
  return url.substr(0, begin) + url.substr(host, end - host);
}

}  // namespace longshore::deployer
