// loggly_receiver [--address IPV4] [--port N] [--syslog-port N] [--mode MODE] [--token T] [--cert F --key F] [--count-only]
//                 [--first N] [--keep FILE]
// Listens on 127.0.0.1 or the address (ports 0: any free one), prints {"port":…,"syslog_port":…} as its first line, counts
// until SIGTERM or SIGINT, and prints its report as the last line. What it understands: receiver.hpp and mode.hpp.
#include <fmt/format.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <string_view>

#include "tests/support/receiver/receiver.hpp"

namespace {

int usage(std::string_view what) {
  fmt::print(stderr, "loggly_receiver: {}; see the head of tests/support/receiver/main.cpp\n", what);
  return 64;
}

template <class Number>
bool read(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

int main(int argc, char** argv) {
  using namespace longshore::receiver;
  ReceiverOptions options;
  std::uint64_t first = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--count-only") {
      options.count_only = true;
      continue;
    }
    if (i + 1 == argc) return usage(fmt::format("{} needs a value", name));
    const std::string_view value = argv[++i];
    bool good = true;
    if (name == "--port") {
      good = read(value, options.port);
    } else if (name == "--syslog-port") {
      options.syslog = true;
      good = read(value, options.syslog_port);
    } else if (name == "--first") {
      good = read(value, first);
    } else if (name == "--token") {
      options.token = value;
    } else if (name == "--cert") {
      options.cert_file = value;
    } else if (name == "--key") {
      options.key_file = value;
    } else if (name == "--address") {
      options.address = value;
    } else if (name == "--keep") {
      options.keep_file = value;
    } else if (name == "--mode") {
      const auto mode = parse_mode(value);
      good = mode.has_value();
      if (good) options.mode = *mode;
    } else {
      return usage(fmt::format("unknown option {}", name));
    }
    if (!good) return usage(fmt::format("{}: bad value {}", name, value));
  }
  sigset_t signals;  // blocked before the thread starts, so that sigwait gets them
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  auto receiver = Receiver::start(options);
  if (!receiver) {
    fmt::print(stderr, "loggly_receiver: {}\n", receiver.error().message);
    return 69;
  }
  fmt::print("{{\"port\":{},\"syslog_port\":{}}}\n", (*receiver)->port(), (*receiver)->syslog_port());
  std::fflush(stdout);
  int got = 0;
  sigwait(&signals, &got);
  (*receiver)->with_tally([first](const Tally& tally) { fmt::print("{}\n", tally.json(first)); });
  return 0;
}
