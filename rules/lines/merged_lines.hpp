// Lines of several files as events in the order of their times. Each file is taken to be in order by itself; a line without
// a time counts at the time of the line before it. Blocks. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rules/lines/line_file.hpp"
#include "rules/lines/line_parser.hpp"

namespace longshore::rules {

class MergedLines {
 public:
  struct Counters {
    std::uint64_t lines = 0;
    std::uint64_t untimed = 0;  // before the first line of their file that has a time: they are left out
    std::uint64_t ahead = 0;    // with a time a day or more after their file was written: a wrong clock's, not believed
    std::uint64_t cut = 0;      // longer than kLongestLine
  };

  // "-": standard input. Files that cannot be opened are among the problems.
  MergedLines(const std::vector<std::string>& paths, InputFormat format);
  ~MergedLines();

  // Adds the next `most` events, or fewer at the end; false: there were none left.
  bool read(std::size_t most, LineBatch& to);

  const Counters& counters() const { return counters_; }
  const std::vector<std::string>& problems() const { return problems_; }  // files, or parts of them, that could not be read

 private:
  struct Input;
  bool advance(Input& input);

  std::vector<std::unique_ptr<Input>> inputs_;  // a heap, the earliest first
  Counters counters_;
  std::vector<std::string> problems_;
};

}  // namespace longshore::rules
