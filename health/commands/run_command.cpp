#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <utility>
#include <vector>

#include "common/io/sleep.hpp"
#include "common/io/task_group.hpp"
#include "common/telemetry/log.hpp"
#include "health/commands/commands.hpp"
#include "health/daemon/daemon.hpp"

namespace longshore::health {
namespace {

using Stamp = std::vector<std::int64_t>;

// Changes when the file does.
Stamp stamp_of(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return {};
  return {info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_size, static_cast<std::int64_t>(info.st_ino)};
}

class Running {
 public:
  Running(boost::asio::io_context& loop, std::string path, const Config& config)
      : loop_(loop),
        path_(std::move(path)),
        lame_duck_(config.lame_duck),
        known_(stamp_of(path_)),
        signals_(loop, SIGTERM, SIGINT, SIGHUP),
        tasks_(loop.get_executor()) {
    signals_.add(SIGUSR1);
    signals_.add(SIGUSR2);
  }

  base::Result<void> start(const Config& config) {
    TRY(daemon, Daemon::make(loop_, config));
    daemon_ = std::move(daemon);
    daemon_->start();
    tasks_.spawn("signals", watch_signals());
    tasks_.spawn("configuration", watch_file());
    return {};
  }

 private:
  io::Task<void> watch_signals() {
    for (;;) {
      const auto [error, number] = co_await signals_.async_wait(io::kNoThrow);
      if (error) co_return;
      if (number == SIGHUP) {
        reload();
      } else if (number == SIGUSR1) {
        tasks_.spawn("drain", told(true, "SIGUSR1"));
      } else if (number == SIGUSR2) {
        tasks_.spawn("ready", told(false, "SIGUSR2"));
      } else if (ending_) {
        ::_exit(kOk);  // the second time: now
      } else {
        ending_ = true;
        tasks_.spawn("end", end(number));
      }
    }
  }
  io::Task<void> told(bool out, std::string by) {
    Node& node = daemon_->node();
    if (out)
      co_await node.drain(std::move(by));  // what cannot be kept is in the log
    else
      co_await node.ready(std::move(by));
  }
  io::Task<void> watch_file() {
    for (;;) {
      const bool due = co_await io::sleep_for(std::chrono::seconds(1));
      if (!due) co_return;
      Stamp now = stamp_of(path_);
      if (now == known_) continue;
      known_ = std::move(now);
      reload();
    }
  }
  void reload() {
    const auto config = load_config(path_);
    if (!config) {
      telemetry::log_error("the new configuration is not used, the old one stays", {{"why", config.error().message}});
      return;
    }
    lame_duck_ = config->lame_duck;
    daemon_->reload(*config);
    telemetry::log_info("configuration loaded", {{"checks", config->probes.size() + config->containers.size()}});
  }
  // A node that is in is told to be out first: one check of the load balancer later it gets nothing more.
  io::Task<void> end(int signal) {
    Node& node = daemon_->node();
    const bool out = node.wish().out;
    const base::Duration pause = out ? base::Duration{} : lame_duck_;
    telemetry::log_info(out ? "told to stop" : "told to stop; answering 404 before that",
                        {{"signal", signal}, {"for", base::format_duration(pause)}});
    node.end();
    if (pause.count() > 0) co_await io::sleep_for(pause);
    loop_.stop();
  }

  boost::asio::io_context& loop_;
  std::string path_;
  base::Duration lame_duck_;
  Stamp known_;
  boost::asio::signal_set signals_;
  bool ending_ = false;
  std::unique_ptr<Daemon> daemon_;
  io::TaskGroup tasks_;
};

}  // namespace

int run(const std::string& path) {
  ::mallopt(M_ARENA_MAX, 1);
  std::signal(SIGPIPE, SIG_IGN);
  const auto config = load_config(path);
  if (!config) {
    std::fprintf(stderr, "%s\n", config.error().message.c_str());
    return kConfiguration;
  }
  boost::asio::io_context loop(1);
  Running running(loop, path, *config);
  if (const auto started = running.start(*config); !started) {
    std::fprintf(stderr, "%s\n", started.error().message.c_str());
    return kUnavailable;
  }
  telemetry::log_info("health runs",
                      {{"listen", config->listen}, {"checks", config->probes.size() + config->containers.size()}});
  loop.run();
  ::unlink(config->control.c_str());
  telemetry::log_info("health ends");
  ::_exit(kOk);  // looks may be under way; nothing waits for them
}

}  // namespace longshore::health
