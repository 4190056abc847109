// alert_receiver [--port N] [--mode MODE] [--key K] [--out FILE] [--quiet]
// OpsGenie, JSM, PagerDuty, Alertmanager and a webhook on 127.0.0.1 (desk.hpp says which path is whose; server.hpp, what it
// can be told). Prints {"port":…} as its first line, then what it sees, a JSON object a line; also appended to FILE. Ends at
// SIGTERM or SIGINT.
#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "common/io/sleep.hpp"
#include "tests/support/alert_receiver/server.hpp"

namespace {

using namespace longshore;

struct Options {
  std::uint16_t port = 0;
  std::string mode = "ok", key, out;
  bool quiet = false;
};

std::optional<Options> read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--quiet") {
      options.quiet = true;
      continue;
    }
    if (++i == argc) return std::nullopt;
    const std::string_view value = argv[i];
    if (name == "--port") {
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), options.port);
      if (error != std::errc{} || end != value.data() + value.size()) return std::nullopt;
    } else if (name == "--mode") {
      options.mode = value;
    } else if (name == "--key") {
      options.key = value;
    } else if (name == "--out") {
      options.out = value;
    } else {
      return std::nullopt;
    }
  }
  return options;
}

// What is not told again ends also while nobody says anything.
io::Task<void> expire(alert_receiver::Desk& desk) {
  while (true) {
    const bool awake = co_await io::sleep_for(std::chrono::seconds(1));
    if (!awake) co_return;
    desk.expire(base::SystemClock{}.now());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = read_options(argc, argv);
  if (!options) {
    fmt::print(stderr, "alert_receiver: see the head of tests/support/alert_receiver/main.cpp\n");
    return 64;
  }
  std::FILE* const out = options->out.empty() ? nullptr : std::fopen(options->out.c_str(), "a");
  if (!options->out.empty() && out == nullptr) {
    fmt::print(stderr, "alert_receiver: cannot write {}\n", options->out);
    return 69;
  }
  alert_receiver::Desk desk;
  desk.opsgenie.key = options->key;
  desk.record.on_add = [&](const alert_receiver::Seen& seen) {
    const std::string line = alert_receiver::seen_line(seen) + "\n";
    for (std::FILE* const file : {options->quiet ? nullptr : stdout, out}) {
      if (file == nullptr) continue;
      std::fputs(line.c_str(), file);
      std::fflush(file);
    }
  };
  boost::asio::io_context loop{1};
  auto server = alert_receiver::Server::start(loop.get_executor(), desk, options->port);
  if (!server || !(*server)->set_mode(options->mode)) {
    fmt::print(stderr, "alert_receiver: {}\n", server ? "no such mode: " + options->mode : server.error().message);
    return 69;
  }
  fmt::print("{{\"port\":{}}}\n", (*server)->port());
  std::fflush(stdout);
  io::TaskGroup tasks(loop.get_executor());
  tasks.spawn("expire", expire(desk));
  boost::asio::signal_set signals(loop, SIGTERM, SIGINT);
  signals.async_wait([&](auto, int) {
    const auto end = [&]() -> io::Task<void> {
      tasks.cancel();
      co_await tasks.join();
      co_await (*server)->stop();
    };
    boost::asio::co_spawn(loop, end, [&](std::exception_ptr) { loop.stop(); });
  });
  loop.run();
  return 0;
}
