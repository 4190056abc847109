// A pattern of the user's, compiled with bounded memory. RE2: time is linear in the text, whatever the pattern.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace re2 {
class RE2;
}

namespace longshore::shipper {

class Pattern {
 public:
  // Code::invalid names the pattern, and what is wrong with it.
  static base::Result<Pattern> make(const std::string& regex);
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  bool matches(std::string_view text) const;  // anywhere in it

 private:
  Pattern();
  std::unique_ptr<re2::RE2> regex_;
};

}  // namespace longshore::shipper
