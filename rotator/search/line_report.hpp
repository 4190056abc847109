// Selected lines as they are printed: with the names and numbers that were asked for, or only counted. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace longshore::rotator {

struct LineForm {
  bool print = true;          // false: lines are counted alone
  bool name = false;          // the file's name and ':' before each
  bool number = false;        // the line's number and ':' before each
  bool end_last_line = true;  // a file's last line gets the end that it lacks
};

class LineReport {
 public:
  LineReport(LineForm form, std::string prefix) : form_(form), prefix_(form.name ? std::move(prefix) + ":" : "") {}

  // The text that is asked next; `lines_before` it in its file, where that is known and numbers are printed.
  void begin(std::string_view block, std::uint64_t lines_before) {
    block_ = block;
    counted_ = 0;
    number_ = lines_before + 1;
  }
  // The lines in [begin, end) of the block, in order; only the last one may lack its end. At most `most` of them.
  void lines(std::size_t begin, std::size_t end, std::uint64_t most);

  bool only_counts() const { return !form_.print; }
  bool numbered() const { return form_.print && form_.number; }
  std::uint64_t count() const { return count_; }  // of all lines so far
  std::string& output() { return output_; }       // to be taken, and emptied, by the caller

 private:
  LineForm form_;
  std::string prefix_;
  std::string_view block_;
  std::size_t counted_ = 0;   // of the block, the lines before here are counted
  std::uint64_t number_ = 1;  // of the line that begins there
  std::uint64_t count_ = 0;
  std::string output_;
};

// How many '\n' are in it.
std::uint64_t count_line_ends(std::string_view text);

}  // namespace longshore::rotator
