// A host for tests: a folder of its own, virtual time, real files and the real hands; work is done at once.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "rotator/config/blocks.hpp"
#include "rotator/daemon/file_hands.hpp"
#include "rotator/daemon/keeper.hpp"
#include "rotator/retention/archive_name.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::rotator {

class RunnerAtOnce final : public Runner {
 public:
  void start(Lane, std::function<Done()> work) override { work()(); }
};

class KeeperForTest {
 public:
  explicit KeeperForTest(base::Timestamp start = base::parse_rfc3339("2026-11-27T12:00:00Z").value()) : now(start) {}

  // `rules`: YAML with DIR for the folder.
  void configure(std::string yaml) {
    for (std::size_t at = yaml.find("DIR"); at != yaml.npos; at = yaml.find("DIR")) yaml.replace(at, 3, folder.path());
    const auto config = parse_config(yaml, "test.yaml");
    ASSERT_TRUE(config) << config.error().message;
    rules = std::make_shared<Rules>(Rules{blocks_of(*config, "test.yaml"), config->volumes, config->docker_files});
    begin();
  }
  // As if the process had been started anew.
  void begin() {
    watch = std::make_unique<FolderWatch>();
    keeper = std::make_unique<Keeper>(rules, base::Zone::utc(), std::chrono::seconds(1), hands, runner, *watch);
  }
  // Lets time pass, and ticks whenever the keeper wants to.
  void pass(base::Duration time) {
    const base::Timestamp end = now + time;
    for (;;) {
      const base::Duration next =
          std::clamp<base::Duration>(keeper->tick(now, steady), std::chrono::milliseconds(50), std::chrono::minutes(1));
      if (now + next > end) break;
      now = now + next;
      steady += next;
    }
    steady += end - now;
    now = end;
    keeper->tick(now, steady);
  }

  // Of the file, and its time is the virtual one.
  void append(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(folder / name).parent_path());
    std::ofstream(folder / name, std::ios::app) << text;
    touch(name, now);
  }
  void touch(const std::string& name, base::Timestamp time) const {
    const timespec times[2] = {{time.ns / 1'000'000'000, time.ns % 1'000'000'000},
                               {time.ns / 1'000'000'000, time.ns % 1'000'000'000}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (folder / name).c_str(), times, 0), 0);
  }
  std::string read(const std::string& name) const {
    std::ifstream file(folder / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // Names below the folder, sorted, without temporary ones of in-place rotation.
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path()))
      if (entry.is_regular_file()) found.push_back(std::filesystem::relative(entry.path(), folder.path()).string());
    std::ranges::sort(found);
    return found;
  }

  TemporaryFolder folder;
  base::Timestamp now;
  base::Duration steady = std::chrono::hours(1);
  FileHands hands{docker::Engine("/nowhere/docker.sock")};
  RunnerAtOnce runner;
  std::shared_ptr<const Rules> rules;
  std::unique_ptr<FolderWatch> watch;
  std::unique_ptr<Keeper> keeper;
};

}  // namespace longshore::rotator
