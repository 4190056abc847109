#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "tests/support/receiver/connection.hpp"

namespace longshore::receiver {
namespace {

constexpr std::size_t kHeadRoom = 64 * 1024;
constexpr std::size_t kMostBody = 64 << 20;

// The body without its Content-Encoding; empty if it is damaged or too large.
std::string decode(std::string_view encoding, std::string_view body) {
  std::string out(kMostBody, '\0');
  std::size_t size = 0;
  if (encoding == "zstd") {
    size = ZSTD_decompress(out.data(), out.size(), body.data(), body.size());
    if (ZSTD_isError(size) != 0) size = 0;
  } else {
    z_stream stream{};
    if (::inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return {};
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
    stream.avail_in = static_cast<uInt>(body.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    if (::inflate(&stream, Z_FINISH) == Z_STREAM_END) size = out.size() - stream.avail_out;
    ::inflateEnd(&stream);
  }
  out.resize(size);
  return out;
}

class HttpConnection final : public Connection {
 public:
  using Connection::Connection;

  bool readable() override {
    while (true) {
      std::size_t got = 0;
      const std::size_t wanted = head_size_ == 0 ? kHeadRoom : std::max(kHeadRoom, head_size_ + request_.body);
      if (!fill(wanted, got)) return false;
      if (got == 0) return true;
      while (size_ > 0 && wake_ == Time::max()) {
        if (head_size_ == 0 && !take_head()) {
          if (bad_) return false;
          break;
        }
        if (size_ < head_size_ + request_.body) {
          if (shared_.mode.kind == Mode::Kind::reset && size_ > head_size_ && is_data()) return answer();
          break;
        }
        if (!answer()) return false;
      }
    }
  }

  bool due(Time now) override {
    if (now < wake_) return true;
    wake_ = Time::max();
    if (!respond(200, "application/json", R"({"response" : "ok"})", "")) return false;
    return readable();
  }
  Time wakes_at() const override { return wake_; }

 private:
  bool is_data() const { return request_.method == "POST"; }

  // True once the head is complete and understood.
  bool take_head() {
    const std::string_view text(buffer_.get(), size_);
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) {
      bad_ = size_ >= kHeadRoom;
      return false;
    }
    const auto parsed = parse_request(text.substr(0, end + 4));
    if (!parsed || parsed->body > kMostBody) {
      respond(parsed ? 413 : 411, "text/plain", "a Content-Length is needed\n", "");
      bad_ = true;
      return false;
    }
    head_.assign(text.substr(0, end + 4));  // the buffer may move while the body comes
    request_ = *parse_request(head_);
    head_size_ = end + 4;
    if (is_data()) shared_.tally.last_head = head_;
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    if (request_.expects_continue && size_ < head_size_ + request_.body) channel_.write(kContinue.data(), kContinue.size());
    return true;
  }

  // Deals with one complete request (or as much as has come of it, in mode reset); false: close.
  bool answer() {
    const std::string_view body(buffer_.get() + head_size_, std::min(size_ - head_size_, request_.body));
    const bool keep = is_data() ? answer_data(body) : answer_admin(body);
    if (channel_.fd() < 0) return false;
    const std::size_t used = head_size_ + request_.body;
    if (used < size_) std::memmove(buffer_.get(), buffer_.get() + used, size_ - used);
    size_ -= std::min(used, size_);
    head_size_ = 0;
    return keep && !request_.close;
  }

  bool answer_admin(std::string_view body) {
    if (request_.method == "GET" && shared_.tally.keep_file != nullptr) std::fflush(shared_.tally.keep_file);
    if (request_.method == "GET") return respond(200, "application/json", shared_.tally.json() + "\n", "");
    if (request_.method == "DELETE") {
      Tally fresh;
      fresh.keep_lines = shared_.tally.keep_lines;
      fresh.count_only = shared_.tally.count_only;
      fresh.keep_file = shared_.tally.keep_file;
      shared_.tally = std::move(fresh);
      return respond(200, "text/plain", "forgotten\n", "");
    }
    const auto mode = parse_mode(body);
    if (!mode) return respond(400, "text/plain", "no such mode\n", "");
    shared_.mode = *mode;
    return respond(200, "text/plain", "ok\n", "");
  }

  bool answer_data(std::string_view body) {
    Tally& tally = shared_.tally;
    ++tally.requests;
    tally.wire_bytes += body.size();
    const auto target = parse_loggly_path(request_.path);
    if (!shared_.token.empty() && (!target || target->token != shared_.token))
      return respond(403, "text/html", "<html>bad token</html>", "");
    const Mode mode = shared_.mode;
    if (shared_.mode.left > 0 && --shared_.mode.left == 0) shared_.mode = {};
    switch (mode.kind) {
      case Mode::Kind::status:
        if (mode.status == 200) break;
        return respond(mode.status, "text/html", "<html>no</html>",
                       mode.retry_after < 0 ? "" : fmt::format("Retry-After: {}\r\n", mode.retry_after));
      case Mode::Kind::html200:
        return respond(200, "text/html", "<html>a proxy's page</html>", "");
      case Mode::Kind::reset:
        ++tally.statuses[0];
        channel_.reset_peer();
        return false;
      case Mode::Kind::half: {
        ++tally.statuses[0];
        constexpr std::string_view kHalf =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 19\r\n\r\n{\"resp";
        channel_.write(kHalf.data(), kHalf.size());
        return false;
      }
      case Mode::Kind::never:
      case Mode::Kind::stall:
        ++tally.statuses[0];
        return true;
      case Mode::Kind::poison:
        if (body.find(mode.needle) == std::string_view::npos) break;
        return respond(400, "text/plain", "bad event\n", "");
      case Mode::Kind::over:
        if (body.size() <= mode.limit) break;
        return respond(413, "text/plain", "too large\n", "");
      case Mode::Kind::slow:
        accept(body, target);
        wake_ = std::chrono::steady_clock::now() + mode.delay;
        return true;
      case Mode::Kind::ok:
        break;
    }
    accept(body, target);
    return respond(200, "application/json", R"({"response" : "ok"})", "");
  }

  void accept(std::string_view body, const std::optional<LogglyPath>& target) {
    Tally& tally = shared_.tally;
    std::string decoded;
    if (!request_.encoding.empty() && request_.encoding != "identity") {
      decoded = decode(request_.encoding, body);
      body = decoded;
    }
    tally.bytes += body.size();
    tally.largest_body = std::max(tally.largest_body, body.size());
    if (body.size() > kMaxBody) ++tally.bodies_over_limit;
    const std::uint64_t lines = tally.add_lines(body);
    if (!request_.tags.empty()) tally.tags[std::string(request_.tags)] += lines;
    if (!target) return;
    tally.tokens[std::string(target->token)] += lines;
    if (!target->tags.empty()) tally.tags[std::string(target->tags)] += lines;
  }

  bool respond(int status, std::string_view type, std::string_view body, std::string_view headers) {
    if (is_data()) ++shared_.tally.statuses[status];
    const std::string text = fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}\r\n{}", status,
                                         status == 200 ? "OK" : "No", type, body.size(), headers, body);
    // Small enough for any socket buffer; a client that does not read its answers is not served further.
    return channel_.write(text.data(), text.size()) == static_cast<ssize_t>(text.size());
  }

  std::string head_;
  Request request_;
  std::size_t head_size_ = 0;  // 0: the head is not complete
  bool bad_ = false;
  Time wake_ = Time::max();  // an answer is owed at this time
};

}  // namespace

std::unique_ptr<Connection> make_http_connection(Channel channel, Shared& shared) {
  return std::make_unique<HttpConnection>(std::move(channel), shared);
}

}  // namespace longshore::receiver
