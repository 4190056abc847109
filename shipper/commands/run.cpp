#include <malloc.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "common/io/sleep.hpp"
#include "common/io/task_group.hpp"
#include "common/telemetry/log.hpp"
#include "shipper/commands/commands.hpp"
#include "shipper/config/default_config.hpp"
#include "shipper/console/screen.hpp"
#include "shipper/pipeline/pipeline.hpp"

namespace longshore::shipper {
namespace {

// The memory of a daemon that runs for months: few arenas; buffers that come and go at every request stay mapped, and what
// a peak has left behind goes back to the system.
void settle_memory() {
  ::mallopt(M_ARENA_MAX, 2);
  ::mallopt(M_MMAP_THRESHOLD, 4 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 4 << 20);
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

struct Stamp {
  std::int64_t changed = 0;
  std::int64_t size = -1;
  bool operator==(const Stamp&) const = default;
};
Stamp stamp_of(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return {};
  return {info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec, info.st_size};
}

class Runner {
 public:
  Runner(boost::asio::io_context& loop, const RunOptions& options, Pipeline& pipeline)
      : loop_(loop),
        options_(options),
        pipeline_(pipeline),
        signals_(loop, SIGTERM, SIGINT, SIGHUP),
        tasks_(loop.get_executor()) {}

  void start() {
    pipeline_.start();
    tasks_.spawn("signals", watch_signals());
    if (!options_.config.embedded) tasks_.spawn("configuration", watch_file());
    if (options_.progress_every.count() > 0) tasks_.spawn("progress", show_progress());
    if (options_.end_after.count() > 0) tasks_.spawn("end", end_after());
  }

 private:
  io::Task<void> watch_signals() {
    for (;;) {
      const auto [error, number] = co_await signals_.async_wait(io::kNoThrow);
      if (error) co_return;
      if (number == SIGHUP) {
        co_await reload();
        continue;
      }
      if (ending_) ::_exit(kOk);  // the second time: now
      telemetry::log_info("told to stop; delivering what is under way", {{"signal", number}});
      begin_end();
    }
  }

  io::Task<void> watch_file() {
    Stamp known = stamp_of(options_.config.path);
    for (;;) {
      const bool due = co_await io::sleep_for(std::chrono::seconds(1));
      if (!due) co_return;
      const Stamp now = stamp_of(options_.config.path);
      if (now == known) continue;
      known = now;
      co_await reload();
    }
  }

  io::Task<void> reload() {
    if (reloading_ || ending_) co_return;
    reloading_ = true;
    base::Result<Config> config = options_.config.load();
    if (config) {
      co_await pipeline_.reload(std::move(*config));
      telemetry::log_info("configuration loaded", {{"file", options_.config.path}});
    } else {
      telemetry::log_error("the new configuration is not used, the old one stays", {{"why", config.error().message}});
    }
    reloading_ = false;
  }

  io::Task<void> show_progress() {
    Status before = pipeline_.status();
    for (;;) {
      const bool due = co_await io::sleep_for(options_.progress_every);
      if (!due) co_return;
      Status now = pipeline_.status();
      const double seconds = std::chrono::duration<double>(options_.progress_every).count();
      std::printf("%s %s\n", base::format_rfc3339(base::SystemClock().now(), 0).c_str(),
                  render_line(before, now, seconds).c_str());
      std::fflush(stdout);
      before = std::move(now);
    }
  }

  io::Task<void> end_after() {
    const bool due = co_await io::sleep_for(options_.end_after);
    if (due) begin_end();
  }

  void begin_end() {
    if (std::exchange(ending_, true)) return;
    ends_.spawn("end", end());
  }
  io::Task<void> end() {
    co_await pipeline_.stop(options_.drain_limit);
    if (options_.progress_every.count() > 0 || options_.end_after.count() > 0) {
      std::fputs(render_summary(pipeline_.status()).c_str(), stdout);
      std::fflush(stdout);
    }
    signals_.cancel();
    tasks_.cancel();
    co_await tasks_.join();
  }

  boost::asio::io_context& loop_;
  const RunOptions& options_;
  Pipeline& pipeline_;
  boost::asio::signal_set signals_;
  bool ending_ = false;
  bool reloading_ = false;
  io::TaskGroup tasks_;
  io::TaskGroup ends_{loop_.get_executor()};
};

}  // namespace

base::Result<Config> ConfigSource::load() const {
  if (!embedded) return load_config(path);
  std::error_code error;
  const std::string dir = std::filesystem::absolute(data_dir, error).lexically_normal().string();
  std::filesystem::create_directories(dir, error);
  if (error) return base::fail(base::Code::permission, "make " + dir + ": " + error.message());
  return parse_config(default_config(dir, rules_dir), "(embedded default)");
}

int run(const RunOptions& options) {
  settle_memory();
  raise_descriptor_limit();
  std::signal(SIGPIPE, SIG_IGN);
  base::Result<Config> config = options.config.load();
  if (!config) {
    std::fprintf(stderr, "%s\n", config.error().message.c_str());
    return kConfiguration;
  }
  boost::asio::io_context loop(1);
  base::Result<std::unique_ptr<Pipeline>> pipeline = Pipeline::make(loop, std::move(*config));
  if (!pipeline) {
    std::fprintf(stderr, "%s\n", pipeline.error().message.c_str());
    return pipeline.error().code == base::Code::exists ? kUnavailable : kConfiguration;
  }
  Runner runner(loop, options, **pipeline);
  runner.start();
  telemetry::log_info("shipper runs",
                      {{"sources", (*pipeline)->status().sources.size()}, {"sinks", (*pipeline)->status().sinks.size()}});
  loop.run();
  telemetry::log_info("shipper ends");
  return kOk;
}

}  // namespace longshore::shipper
