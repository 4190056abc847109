// A syslog-ng configuration as a tree. Its statements all have one shape, which is enough to find what is looked for:
//   word word … NAME(items) { statements } … ;
// Total: what does not fit the shape is noted as a problem and read as well as it goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace longshore::shipper {

struct Statement;

struct Item {
  std::string text;
  bool quoted = false;
  bool pragma = false;
  std::uint32_t line = 0;
  bool has_arguments = false;
  std::vector<Item> arguments;     // in parentheses behind it
  std::string_view raw_arguments;  // as they stand in the source
  bool has_block = false;
  std::vector<Statement> block;  // in braces behind it
  std::string_view raw_block;
  std::uint32_t block_line = 0;

  // Whether it is this keyword; '-' and '_' are the same to syslog-ng.
  bool is(std::string_view keyword) const;
  const Item* find(std::string_view keyword) const;  // the argument NAME(…); the last if there are several, null if none
  const Item* value() const;                         // the first argument that is a plain word or string; null if none
};

struct Statement {
  std::vector<Item> items;  // never empty
  std::uint32_t line() const { return items.front().line; }
};

inline constexpr std::size_t kDeepestNesting = 64;  // what is deeper is left out, and noted

struct Problem {
  std::uint32_t line = 0;
  std::string what;
};

// `source` outlives the result.
std::vector<Statement> parse_tree(std::string_view source, std::uint32_t first_line, std::vector<Problem>& problems);

}  // namespace longshore::shipper
