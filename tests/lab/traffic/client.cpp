#include "tests/lab/traffic/client.hpp"

#include <thread>

#include "tests/lab/wire/websocket.hpp"

namespace longshore::lab {
namespace {

std::string why(Stream::Got got, const Stream& stream, bool begun, bool reused) {
  const std::string where = begun    ? " within the answer"
                            : reused ? " before the answer, on a connection that was used before"
                                     : " before the answer";
  switch (got) {
    case Stream::Got::late:
      return "timed out" + where;
    case Stream::Got::end:
      return "closed" + where;
    default:
      return stream.error() + where;
  }
}

}  // namespace

std::string Plan::name() const {
  const std::string suffix = keep_alive ? "-keep-alive" : "-close";
  switch (kind) {
    case Kind::get:
      return "get" + suffix;
    case Kind::post:
      return "post" + suffix;
    case Kind::slow:
      return "slow" + suffix;
    case Kind::websocket:
      break;
  }
  return "websocket";
}

void Client::run(const std::atomic<bool>& stop) {
  auto next = Clock::now();
  while (!stop) {
    if (plan_.kind == Kind::websocket) {
      converse(stop);
    } else {
      exchange();
    }
    next = std::max(next + plan_.pause, Clock::now());
    std::this_thread::sleep_until(next);
  }
}

Outcome Client::begin() const {
  Outcome outcome;
  outcome.kind = plan_.name();
  outcome.target = target_.name;
  outcome.sent = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  return outcome;
}

void Client::end(Outcome& outcome) {
  outcome.took = std::chrono::duration<double>(Clock::now() - began_).count();
  if (!outcome.failure.empty()) stream_.reset();
  tally_.add(outcome);
}

bool Client::connected(Outcome& outcome) {
  began_ = Clock::now();
  deadline_ = began_ + plan_.limit;
  if (stream_) return true;
  std::string error;
  const int fd = connect_to(target_.address, target_.port, deadline_, error);
  if (fd < 0) {
    outcome.failure = "cannot connect: " + error;
    return false;
  }
  stream_ = std::make_unique<Stream>(fd);
  return true;
}

bool Client::send(Outcome& outcome, const std::string& request, Message& answer) {
  const bool reused = stream_ != nullptr;
  if (!connected(outcome)) return false;
  if (!stream_->write(request, deadline_)) {
    outcome.failure = "cannot send: " + stream_->error();
    return false;
  }
  bool begun;
  if (const auto got = read_message(*stream_, answer, deadline_, -1, true, begun); got != Stream::Got::bytes) {
    outcome.failure = why(got, *stream_, begun, reused);
    return false;
  }
  outcome.server = answer.get("x-server");
  outcome.version = answer.get("x-version");
  return true;
}

void Client::exchange() {
  auto outcome = begin();
  std::string path = "/version", body, expected;
  const std::string method = plan_.kind == Kind::post ? "POST" : "GET";
  if (plan_.kind == Kind::slow) path = "/slow?ms=" + std::to_string(plan_.slow.count());
  if (plan_.kind == Kind::post) {
    path = "/echo";
    ++number_;
    body = target_.name + " " + std::to_string(number_) + std::string(number_ % 700, '.');
  }
  std::string request = method + " " + path + " HTTP/1.1\r\nHost: lab\r\n";
  if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  if (!plan_.keep_alive) request += "Connection: close\r\n";
  Message answer;
  if (send(outcome, request + "\r\n" + body, answer)) {
    expected = plan_.kind == Kind::post ? body : plan_.kind == Kind::slow ? "slow\n" : outcome.version + "\n";
    if (answer.status() != 200) {
      outcome.failure = "status " + std::to_string(answer.status());
    } else if (answer.body != expected || outcome.version.empty()) {
      outcome.failure = "a wrong body: " + answer.body.substr(0, 60);
    }
    if (!plan_.keep_alive || answer.get("connection") == "close") stream_.reset();
  }
  end(outcome);
}

void Client::converse(const std::atomic<bool>& stop) {
  auto outcome = begin();
  Message answer;
  const bool opened =
      send(outcome,
           "GET /ws HTTP/1.1\r\nHost: lab\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
           answer);
  if (opened && answer.status() != 101) outcome.failure = "status " + std::to_string(answer.status());
  if (opened && answer.status() == 101 && answer.get("sec-websocket-accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    outcome.failure = "a wrong handshake";
  const auto server = outcome.server, version = outcome.version;
  end(outcome);
  for (int i = 0; stream_ && i < plan_.messages && !stop; ++i) {
    std::this_thread::sleep_for(plan_.message_pause);
    outcome = begin();
    outcome.server = server, outcome.version = version;
    connected(outcome);
    const Frame sent{Frame::text, "message " + std::to_string(++number_)};
    Frame frame;
    if (!stream_->write(frame_bytes(sent, 0x5A17C0DE), deadline_)) {
      outcome.failure = "cannot send: " + stream_->error();
    } else if (const auto got = read_frame(*stream_, frame, deadline_, -1); got != Stream::Got::bytes) {
      outcome.failure = why(got, *stream_, false, true);
    } else if (frame.kind != sent.kind || frame.payload != sent.payload) {
      outcome.failure = frame.kind == Frame::close ? "the service closed the WebSocket" : "a wrong echo";
    }
    end(outcome);
  }
  if (stream_) {
    Frame frame;
    deadline_ = Clock::now() + plan_.limit;
    stream_->write(frame_bytes({Frame::close, {'\x03', '\xE8'}}, 0x5A17C0DE), deadline_);
    read_frame(*stream_, frame, deadline_, -1);
    stream_.reset();
  }
}

}  // namespace longshore::lab
