// alert_submitter DIRECTORY URL ALERTS EPISODES: a rule engine in small, for alert_kill_test.py. Submits every step of every
// alert's episodes, notes in DIRECTORY/progress what is on disk, and begins there when it is started again. Ends with 0 once
// every sink has been told all.
#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "rules/delivery/delivery.hpp"

namespace {

using namespace longshore;
using Kind = rules::AlertChange::Kind;
constexpr Kind kSteps[] = {Kind::open, Kind::repeat, Kind::note, Kind::close};

rules::AlertChange change_of(unsigned alert, unsigned step, base::Timestamp now) {
  rules::AlertChange change;
  change.kind = kSteps[step % std::size(kSteps)];
  change.rule = "kill";
  change.alias = fmt::format("kill|{}", alert);
  change.episode = fmt::format("{}@{}", change.alias, step / std::size(kSteps));
  change.at = now;
  change.count = step + 1;
  change.message = change.episode;
  change.note = "on the way";
  return change;
}

// How many steps of each alert are on disk: a line "alert step" for each that got there.
std::vector<unsigned> read_progress(const std::string& path, unsigned alerts) {
  std::vector<unsigned> next(alerts, 0);
  std::FILE* const file = std::fopen(path.c_str(), "r");
  if (file == nullptr) return next;
  unsigned alert = 0, step = 0;
  while (std::fscanf(file, "%u %u", &alert, &step) == 2)
    if (alert < alerts) next[alert] = step + 1;
  std::fclose(file);
  return next;
}

io::Task<void> work(rules::Delivery& delivery, io::Timers& timers, std::string path, std::vector<unsigned> next,
                    unsigned steps) {
  std::FILE* const progress = std::fopen(path.c_str(), "a");
  delivery.start();
  for (unsigned step = 0; step < steps; ++step) {
    std::string done;
    for (unsigned alert = 0; alert < next.size(); ++alert) {
      if (next[alert] > step) continue;
      delivery.submit(change_of(alert, step, timers.wall()));
      done += fmt::format("{} {}\n", alert, step);
    }
    co_await delivery.saved();
    std::fputs(done.c_str(), progress);
    std::fflush(progress);
  }
  std::fclose(progress);
  co_await delivery.stop(std::chrono::seconds(30));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 64;
  const std::string directory = argv[1], url = argv[2];
  const auto alerts = static_cast<unsigned>(std::atoi(argv[3])), episodes = static_cast<unsigned>(std::atoi(argv[4]));
  boost::asio::io_context loop{1};
  io::BlockingPool pool{2};
  io::RealTimers timers;
  base::PosixFileSystem files;
  const auto sink = [&](rules::AlertSinkType type, std::string name, std::string path) {
    rules::AlertSinkOptions options{.type = type, .name = std::move(name), .url = url + path, .key = base::Secret("key")};
    options.per_minute = 60'000;
    return options;
  };
  rules::AlertSinkOptions file{.type = rules::AlertSinkType::file, .name = "file", .path = directory + "/alerts.jsonl"};
  rules::DeliveryOptions options{
      .directory = directory,
      .sinks = {sink(rules::AlertSinkType::opsgenie, "opsgenie", ""), sink(rules::AlertSinkType::pagerduty, "pagerduty", ""),
                sink(rules::AlertSinkType::webhook, "webhook", "/hook"), file}};
  options.retry_min = std::chrono::milliseconds(10);
  options.retry_max = std::chrono::milliseconds(200);
  auto delivery = rules::Delivery::open(
      std::move(options), {.loop = loop.get_executor(),
                           .pool = pool,
                           .timers = timers,
                           .file_system = files,
                           .log = [](auto, auto, const std::string& text) { fmt::print(stderr, "{}\n", text); },
                           .alarm = [](const std::string&) {}});
  if (!delivery) {
    fmt::print(stderr, "alert_submitter: {}\n", delivery.error().message);
    return 70;
  }
  const std::string progress = directory + "/progress";
  boost::asio::co_spawn(loop,
                        work(**delivery, timers, progress, read_progress(progress, alerts),
                             episodes * static_cast<unsigned>(std::size(kSteps))),
                        [](std::exception_ptr failure) {
                          if (failure) std::rethrow_exception(failure);
                        });
  loop.run();
  for (const rules::AlertSinkStatus& each : (*delivery)->status().sinks)
    if (each.waiting > 0) return 75;
  return 0;
}
