// A log with numbered lines for tests, and what became of them: in archives, in order, and then in the log.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
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

  // How often each number stands on a whole line; a line that is none of ours counts as -1.
  std::map<int, int> count() const {
    std::map<int, int> counts;
    const std::string all = everything();
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t end = std::min(all.find('\n', at), all.size() - 1) + 1;
      const std::string line = all.substr(at, end - at);
      const auto number = static_cast<unsigned>(std::atoi(line.c_str()));
      ++counts[line == line_of(number) ? static_cast<int>(number) : -1];
      at = end;
    }
    return counts;
  }

  // Each line from 1 to `certain` once, those behind at most once, nothing else.
  ::testing::AssertionResult each_line_once(int certain) const {
    const auto counts = count();
    for (int line = 1; line <= lines_; ++line) {
      const auto found = counts.find(line);
      const int times = found == counts.end() ? 0 : found->second;
      if (times > 1 || (times == 0 && line <= certain))
        return ::testing::AssertionFailure() << "line " << line << " is there " << times << " times" << names();
    }
    if (counts.contains(-1)) return ::testing::AssertionFailure() << counts.at(-1) << " lines are none of ours" << names();
    return ::testing::AssertionSuccess();
  }

  std::string names() const {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
      all += fmt::format("\n  {} {}", entry.path().filename().string(), entry.file_size());
    return all;
  }

 private:
  static std::string line_of(unsigned number) { return fmt::format("{:08} {:-<90}\n", number, number * 2654435761U); }
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
