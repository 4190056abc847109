// Many patterns looked for together: a pass for the words that each of them needs decides which are tried at all.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "shipper/transform/needles.hpp"

namespace longshore::shipper {

// A piece of a text that pattern `pattern` found.
struct Match {
  std::size_t begin = 0, end = 0;
  int pattern = 0;
};

class PatternSet {
 public:
  enum class Text {
    bytes,  // any byte is a character
    utf8,   // what is not UTF-8 is no character and matches nothing
  };

  explicit PatternSet(bool digits);
  PatternSet(PatternSet&&) noexcept;
  PatternSet& operator=(PatternSet&&) noexcept;
  ~PatternSet();

  // The patterns are numbered from 0. Code::invalid names the pattern, and what is wrong with it.
  base::Result<void> add(const std::string& regex, Text text);
  // After the last add().
  void compile();

  // False: no pattern matches, and there is no long run of digits. True: match() is worth its price.
  bool may_match(std::string_view text);
  // Appends what the patterns find in the text that may_match() was just asked about: the first group that took part, or the
  // whole match of a pattern without groups. Matches of different patterns may overlap.
  void match(std::string_view text, std::vector<Match>& out) const;
  bool found_digits() const { return found_.digits; }

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
  Needles::Found found_;
  std::vector<int> potential_;
};

}  // namespace longshore::shipper
