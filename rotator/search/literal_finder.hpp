// Finds the first place in a block of text where one of a few literals stands, at the speed of memory: two bytes of each,
// the rarest in logs, are compared at 32 places at once. Immutable once built; any thread. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace longshore::rotator {

class LiteralFinder {
 public:
  static constexpr std::size_t kMost = 16;  // literals; each more costs time at every place

  // 1 to kMost literals, none empty. `fold`: letters of ASCII count in both cases.
  LiteralFinder(const std::vector<std::string>& literals, bool fold);

  std::size_t count() const { return literals_.size(); }
  // The smallest place from `from` on; npos: none. `vain`, if given, is raised by the places before it that had the two
  // bytes of a literal, but no literal.
  std::size_t find(std::string_view text, std::size_t from, std::size_t* vain = nullptr) const;
  // The same without wide registers, as on machines that have none.
  std::size_t find_narrow(std::string_view text, std::size_t from) const;

 private:
  struct Literal {
    std::string text;                   // in lower case where folded
    std::string mask;                   // 0x20 where a letter counts in both cases, else 0
    std::size_t first = 0, second = 0;  // which of its bytes are compared at once

    bool stands(std::string_view in, std::size_t at) const;
    std::size_t rest(std::string_view in, std::size_t from) const;
  };
  std::size_t find_wide(std::string_view text, std::size_t from, std::size_t& vain) const;

  std::vector<Literal> literals_;
  std::size_t longest_ = 0;
  bool fold_ = false;
  bool wide_ = false;
};

// How rare a byte is in logs, roughly: more is rarer.
int byte_rarity(char byte);

}  // namespace longshore::rotator
