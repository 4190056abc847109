// A log with numbered lines for tests, and what became of them: in archives, in order, and then in the log.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/unique_fd.hpp"
#include "rotator/archive/archive_reader.hpp"
#include "rotator/archive/text_stream.hpp"
#include "rotator/inplace/head.hpp"
#include "rotator/inplace/rotate_in_place.hpp"

namespace longshore::rotator {

class TestLog {
 public:
  explicit TestLog(const std::string& folder)
      : folder_(folder), directory_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
        writer_(::open((folder + "/app.log").c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640)),
        live_(::open((folder + "/app.log").c_str(), O_RDWR | O_CLOEXEC)) {}

  // Lines of 100 bytes.
  void append(int count) {
    std::string text;
    for (const int end = lines_ + count; lines_ < end;) text += line_of(static_cast<unsigned>(++lines_));
    if (::write(writer_.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) std::abort();
  }
  void append_text(std::string_view text) {
    if (::write(writer_.get(), text.data(), text.size()) < 0) std::abort();
  }
  int lines() const { return lines_; }
  int live() const { return live_.get(); }
  int directory() const { return directory_.get(); }

  InPlaceRequest request(InPlaceMode mode, int archive = 1, Codec codec = Codec::none) const {
    InPlaceRequest request;
    request.live = live_.get();
    request.live_directory = request.archive_directory = directory_.get();
    request.live_name = "app.log";
    request.archive_name = fmt::format("app.log-{:04}", archive);
    request.compression = {codec, 0};
    request.mode = mode;
    request.freeze = request.thaw = [] { return base::Result<void>(); };
    request.time_for_readers = std::chrono::milliseconds(0);
    return request;
  }

  // All text there is, archives first, then what of the log is in no archive.
  std::string everything() const {
    std::vector<std::string> archives;
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
      if (entry.path().filename().string().starts_with("app.log-")) archives.push_back(entry.path());
    std::ranges::sort(archives);
    std::string all;
    for (const std::string& path : archives) all += text_of(path);
    const std::uint64_t size = *size_of(live_.get()), left = *unarchived_bytes(live_.get(), directory_.get(), "app.log");
    return all + *read_at(live_.get(), size - left, left);
  }

  // Each line from 1 to `certain` once, those behind at most once, nothing else.
  ::testing::AssertionResult each_line_once(int certain) const {
    std::vector<int> times(static_cast<std::size_t>(lines_) + 1);
    const std::string all = everything();
    std::string_view rest = all;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n') + 1);
      const auto number = static_cast<unsigned>(std::atoi(std::string(line.substr(0, 8)).c_str()));
      if (line.empty() || number >= times.size() || line != line_of(number))
        return ::testing::AssertionFailure() << "a line is none of ours: " << rest.substr(0, 100) << names();
      ++times[number];
      rest.remove_prefix(line.size());
    }
    for (int line = 1; line <= lines_; ++line)
      if (const int count = times[static_cast<std::size_t>(line)]; count > 1 || (count == 0 && line <= certain))
        return ::testing::AssertionFailure() << "line " << line << " is there " << count << " times" << names();
    return ::testing::AssertionSuccess();
  }

  std::string names() const {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
      all += fmt::format("\n  {} {}", entry.path().filename().string(), entry.file_size());
    return all;
  }

 private:
  static const std::string& line_of(unsigned number) {
    static std::vector<std::string> lines;
    while (lines.size() <= number) lines.push_back(fmt::format("{:08} {:-<90}\n", lines.size(), lines.size() * 2654435761U));
    return lines[number];
  }
  static std::string text_of(const std::string& path) {
    const base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const auto facts = look_at_archive(fd.get());
    auto stream = open_text(fd.get(), facts->codec);
    std::string text;
    char piece[1 << 16];
    while (const std::size_t count = (*stream)->read(piece).value_or(0)) text.append(piece, count);
    return text;
  }

  std::string folder_;
  base::UniqueFd directory_, writer_, live_;
  int lines_ = 0;
};

}  // namespace longshore::rotator
