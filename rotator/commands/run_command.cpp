#include <malloc.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <utility>

#include "common/io/sleep.hpp"
#include "common/telemetry/log.hpp"
#include "rotator/commands/daemon_commands.hpp"
#include "rotator/commands/exit_codes.hpp"
#include "rotator/daemon/daemon.hpp"

namespace longshore::rotator {
namespace {

// The memory of a daemon that runs for months and now and then lists very many files.
void settle_process() {
  ::mallopt(M_ARENA_MAX, 1);
  ::mallopt(M_MMAP_THRESHOLD, 256 << 10);
  ::mallopt(M_TRIM_THRESHOLD, 256 << 10);
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  std::signal(SIGPIPE, SIG_IGN);
}

// Changes when a file does, or one in a folder.
std::vector<std::int64_t> stamp_of(const std::vector<std::string>& paths) {
  std::vector<std::int64_t> stamp;
  for (const std::string& path : paths) {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) info = {};
    stamp.insert(stamp.end(),
                 {info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_size, static_cast<std::int64_t>(info.st_ino)});
  }
  return stamp;
}

class RunningDaemon {
 public:
  RunningDaemon(boost::asio::io_context& loop, const RunOptions& options, Daemon& daemon)
      : options_(options),
        daemon_(daemon),
        signals_(loop, SIGTERM, SIGINT, SIGHUP),
        tasks_(loop.get_executor()),
        ends_(loop.get_executor()) {}

  void start() {
    daemon_.start();
    tasks_.spawn("signals", watch_signals());
    tasks_.spawn("configuration", watch_files());
    if (options_.end_after.count() > 0) tasks_.spawn("end", end_after());
  }

 private:
  io::Task<void> watch_signals() {
    for (;;) {
      const auto [error, number] = co_await signals_.async_wait(io::kNoThrow);
      if (error) co_return;
      if (number == SIGHUP) {
        reload();
        continue;
      }
      if (ending_) ::_exit(kOk);  // the second time: now
      telemetry::log_info("told to stop; finishing what is under way", {{"signal", number}});
      begin_end();
    }
  }
  io::Task<void> watch_files() {
    auto known = stamp_of(options_.configs);
    for (;;) {
      const bool due = co_await io::sleep_for(std::chrono::seconds(5));
      if (!due) co_return;
      auto now = stamp_of(options_.configs);
      if (now == known) continue;
      known = std::move(now);
      reload();
    }
  }
  void reload() {
    base::Result<Setup> setup = load_setup(options_.configs);
    if (!setup) {
      telemetry::log_error("the new configuration is not used, the old one stays", {{"why", setup.error().message}});
      return;
    }
    const std::size_t rules = setup->rules->blocks.size();
    daemon_.reload(std::move(*setup));
    telemetry::log_info("configuration loaded", {{"rules", rules}});
  }
  io::Task<void> end_after() {
    const bool due = co_await io::sleep_for(options_.end_after);
    if (due) begin_end();
  }
  void begin_end() {
    if (!std::exchange(ending_, true)) ends_.spawn("end", end());
  }
  io::Task<void> end() {
    co_await daemon_.stop(options_.drain_limit);
    if (daemon_.under_way() > 0) {
      telemetry::log_info("leaving work under way; it is begun anew next time", {{"pieces", daemon_.under_way()}});
      ::_exit(kOk);
    }
    signals_.cancel();
    tasks_.cancel();
    co_await tasks_.join();
  }

  const RunOptions& options_;
  Daemon& daemon_;
  boost::asio::signal_set signals_;
  bool ending_ = false;
  io::TaskGroup tasks_, ends_;
};

}  // namespace

int run_daemon(const RunOptions& options) {
  settle_process();
  base::Result<Setup> setup = load_setup(options.configs);
  if (!setup) {
    std::fprintf(stderr, "%s\n", setup.error().message.c_str());
    return kConfiguration;
  }
  const std::size_t rules = setup->rules->blocks.size();
  boost::asio::io_context loop(1);
  base::Result<std::unique_ptr<Daemon>> daemon = Daemon::make(loop, std::move(*setup));
  if (!daemon) {
    std::fprintf(stderr, "%s\n", daemon.error().message.c_str());
    return kUnavailable;
  }
  RunningDaemon running(loop, options, **daemon);
  running.start();
  telemetry::log_info("rotator runs", {{"rules", rules}});
  loop.run();
  telemetry::log_info("rotator ends");
  return kOk;
}

}  // namespace longshore::rotator
