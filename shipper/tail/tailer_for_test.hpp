// A folder of its own, a Tailer over it with its clock in hand, and the lines that came out. Test code only.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/telemetry/log.hpp"
#include "shipper/tail/tailer.hpp"

namespace longshore::shipper {

class TailScenario {
 public:
  TailScenario() {
    telemetry::set_log(telemetry::Level::error, telemetry::LogFormat::logfmt);
    char name[] = "/tmp/longshore-tail-XXXXXX";
    dir = ::mkdtemp(name);
    options.name = "file test";
    options.paths = {dir + "/*.log"};
    options.start = StartAt::beginning;
  }
  ~TailScenario() { std::filesystem::remove_all(dir); }

  std::string path(const std::string& name) const { return dir + "/" + name; }
  void append(const std::string& name, const std::string& bytes) { std::ofstream(path(name), std::ios::app) << bytes; }
  void rename(const std::string& from, const std::string& to) { std::filesystem::rename(path(from), path(to)); }
  void copy(const std::string& from, const std::string& to) {
    std::filesystem::copy_file(path(from), path(to), std::filesystem::copy_options::overwrite_existing);
  }
  void truncate(const std::string& name, off_t size = 0) { EXPECT_EQ(::truncate(path(name).c_str(), size), 0); }
  void remove(const std::string& name) { std::filesystem::remove(path(name)); }

  // What a shipper does that starts with the checkpoints which its spool has.
  void start() {
    auto made = Tailer::make(options, "testhost", base::Zone{});
    ASSERT_TRUE(made) << made.error().message;
    tailer = std::move(*made);
    tailer->restore(checkpoints);
    scan();
  }
  void scan() {
    Batch batch;
    tailer->scan(batch, now, lost);
    tailer->look_at_all(batch, now, lost);
    take(batch);
  }
  // Time goes on, names are looked at, everything is read.
  void settle(base::Duration passed = std::chrono::seconds(1)) {
    now = now + passed;
    scan();
    read();
    Batch batch;
    tailer->expire(batch, now);
    take(batch);
  }
  void read(std::size_t budget = 1 << 20) {
    for (std::size_t turn = 0;; ++turn) {
      ASSERT_LT(turn, 100'000u) << "it never ends";
      Batch batch;
      const std::size_t count = tailer->read_some(batch, now, budget, lost);
      take(batch);
      if (count == 0) return;
    }
  }
  void take(Batch& batch) {
    for (const Event& event : batch.events) {
      if ((event.flags & flag::kGap) != 0)
        gaps.emplace_back(batch.text(event.message));
      else
        lines.emplace_back(batch.text(event.message));
      flags.push_back(event.flags);
      apps.emplace_back(batch.text(event.app()));
    }
    for (const Checkpoint& checkpoint : batch.checkpoints)
      if (checkpoint.value.empty())
        checkpoints.erase(checkpoint.key);
      else
        checkpoints[checkpoint.key] = checkpoint.value;
  }
  std::vector<std::string> taken() { return std::exchange(lines, {}); }

  std::string dir;
  FileSourceOptions options;
  std::unique_ptr<Tailer> tailer;
  std::map<std::string, std::string> checkpoints;
  base::Timestamp now{1'800'000'000'000'000'000};
  DropCounter lost;
  std::vector<std::string> lines, gaps, apps;
  std::vector<std::uint16_t> flags;
};

}  // namespace longshore::shipper
