// drain, ready, status, healthcheck: what asks a running health.
#include <chrono>
#include <cstdio>
#include <thread>

#include "common/http/plain_client.hpp"
#include "health/commands/commands.hpp"

namespace longshore::health {
namespace {

constexpr base::Duration kAnswer = std::chrono::seconds(10);  // a drain waits for the disk

base::Result<http::Response> ask(const std::string& control, const char* method, const char* path, bool json = false) {
  http::PlainRequest request{
      .unix_socket = control, .method = method, .url = std::string("http://health") + path, .timeout = kAnswer};
  if (json) request.headers = {{"Accept", "application/json"}};
  return http::send_plain(request);
}

int unreachable(const std::string& what, const std::string& why) {
  std::fprintf(stderr,
               "no health answers at %s: %s\nIs it running? Its `control:` and `admin:` say where; name them here with "
               "--control and --admin.\n",
               what.c_str(), why.c_str());
  return kUnavailable;
}

// What is answered after it is printed, unless `quiet` and all is well.
int tell(const std::string& control, const char* path, bool quiet = false) {
  const auto answer = ask(control, "POST", path);
  if (!answer) return unreachable(control, answer.error().message);
  const bool kept = answer->status == 200;
  if (!kept || !quiet) std::fputs(answer->body.c_str(), kept ? stdout : stderr);
  return kept ? kOk : kUnavailable;
}

}  // namespace

int drain(const std::string& control) { return tell(control, "/drain"); }

int ready(const std::string& control, base::Duration wait) {
  const bool waits = wait.count() > 0;
  const int told = tell(control, "/ready", waits);
  if (told != kOk || !waits) return told;
  const auto end = std::chrono::steady_clock::now() + wait;
  for (;;) {
    const auto answer = ask(control, "GET", "/status");
    if (!answer) return unreachable(control, answer.error().message);
    const bool in = answer->body.starts_with("answers 200");
    const bool late = std::chrono::steady_clock::now() >= end;
    if (in || late) {
      std::fputs(answer->body.c_str(), in ? stdout : stderr);
      return in ? kOk : kUnavailable;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

int status(const std::string& control, bool json) {
  const auto answer = ask(control, "GET", "/status", json);
  if (!answer) return unreachable(control, answer.error().message);
  std::fputs(answer->body.c_str(), stdout);
  return kOk;
}

int healthcheck(const std::string& admin) {
  const auto answer = http::send_plain({.url = "http://" + admin + "/readyz", .timeout = std::chrono::seconds(5)});
  if (!answer) return unreachable(admin, answer.error().message);
  if (answer->status == 200) return kOk;
  std::fprintf(stderr, "not ready: %s", answer->body.c_str());
  return kUnavailable;
}

}  // namespace longshore::health
