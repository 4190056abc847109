// Logs to archive, files to hold them, and the command lines of others as judges.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "common/base/timestamp.hpp"
#include "common/base/unique_fd.hpp"
#include "rotator/archive/archive_files.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::rotator {

inline const base::Timestamp kTestNow = *base::parse_rfc3339("2026-11-27T12:00:00Z");

inline base::UniqueFd open_test_file(const std::string& path) {
  base::UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  EXPECT_GE(fd.get(), 0) << path;
  return fd;
}

inline void write_test_file(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

inline std::string read_test_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct CommandResult {
  int exit_code = 0;
  std::string output;
};
// By the shell; standard error is thrown away.
inline CommandResult run_command(const std::string& command) {
  CommandResult result;
  FILE* pipe = ::popen(("{ " + command + "; } 2>/dev/null").c_str(), "r");
  char buffer[65536];
  for (std::size_t got = 0; (got = ::fread(buffer, 1, sizeof buffer, pipe)) > 0;) result.output.append(buffer, got);
  const int status = ::pclose(pipe);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

// Lines with times of one form, an unstated one now and then, and words that come often, seldom and never.
inline std::string test_log(std::size_t size, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::int64_t seconds = 1'795'700'000;
  constexpr std::string_view kWords[] = {"alpha", "beta", "Error", "timeout", "user=17", "user=18", "GET /index.html", "ms"};
  std::string log;
  while (log.size() < size) {
    seconds += random() % 3;
    if (random() % 20 == 0)
      log += "\tat com.example.Main(Main.java:" + std::to_string(random() % 100) + ")";
    else
      log += base::format_rfc3339({seconds * 1'000'000'000}, random() % 2 == 0 ? 0 : 3);
    for (std::uint64_t words = random() % 12; words > 0; --words) (log += ' ') += kWords[random() % std::size(kWords)];
    if (random() % 5000 == 0) log += " needle";
    log += '\n';
  }
  return log;
}

// `log` as an archive at `path`.
inline Index write_test_archive(const std::string& path, std::string_view log, Codec codec) {
  write_test_file(path + ".source", log);
  const auto source = open_test_file(path + ".source");
  const auto target = open_test_file(path);
  auto index = compress_file(source.get(), {0, log.size()}, target.get(), {codec, 0}, kTestNow);
  EXPECT_TRUE(index.has_value()) << (index ? "" : index.error().message);
  return std::move(*index);
}

inline std::string decompressed_by_others(const std::string& path, Codec codec) {
  const CommandResult result = run_command((codec == Codec::zstd ? "zstd -dcq '" : "gunzip -c <'") + path + "'");
  EXPECT_EQ(result.exit_code, 0) << path;
  return result.output;
}

}  // namespace longshore::rotator
