// Finds which of many short texts stand somewhere in a line, ignoring ASCII case: the index by which queries are found. Each
// literal is looked up by the four of its bytes that are rarest in log lines; a bit per hash of four bytes tells for nearly
// every place of a line that nothing begins there. The time a line takes hardly depends on how many literals there are
// (docs/decisions/0009-literal-scanner.md). Immutable once built; any thread. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/query/tokens.hpp"

namespace longshore::rules {

class LiteralScanner {
 public:
  using Id = std::uint32_t;

  // `literal`: in lower case, not empty. The same literal again has the same number.
  Id add(std::string_view literal);
  // After the last add(), before the first scan().
  void build();

  std::size_t size() const { return literals_.size(); }
  const std::string& literal(Id id) const { return literals_[id]; }

  // Calls found(Id) for every place where a literal stands; for one literal perhaps several times. `lowered`: the line in
  // lower case, with kSlack readable bytes behind it.
  static constexpr std::size_t kSlack = 4;
  template <class Found>
  void scan(std::string_view lowered, Found found) const {
    for (const Table& table : tables_) table.scan(*this, lowered, found);
  }

 private:
  struct Entry {
    std::uint32_t gram;
    std::uint32_t offset;  // of the gram in the literal
    Id id;
  };
  // All literals that are looked up by `width` bytes, 1 to 4.
  struct Table {
    std::uint32_t mask = 0;
    std::size_t width = 0;
    unsigned shift = 0;                 // of a hash, to the number of its bit
    std::vector<std::uint64_t> bits;    // may something begin with this hash?
    std::vector<Entry> entries;         // by gram
    std::vector<std::uint32_t> starts;  // by the hash's upper bits: where its entries begin
    unsigned start_shift = 0;

    template <class Found>
    void scan(const LiteralScanner& scanner, std::string_view lowered, Found found) const {
      if (lowered.size() < width) return;
      const char* const begin = lowered.data();
      const char* const last = begin + (lowered.size() - width);
      for (const char* at = begin; at <= last; ++at) {
        const std::uint32_t gram = load(at) & mask;
        const std::uint32_t hash = gram * kFactor;
        const std::uint32_t bit = hash >> shift;
        if ((bits[bit >> 6] >> (bit & 63) & 1) == 0) continue;
        for (std::uint32_t i = starts[hash >> start_shift]; i < starts[(hash >> start_shift) + 1]; ++i) {
          const Entry& entry = entries[i];
          if (entry.gram != gram || static_cast<std::size_t>(at - begin) < entry.offset) continue;
          const std::string& literal = scanner.literals_[entry.id];
          if (lowered.substr(static_cast<std::size_t>(at - begin) - entry.offset, literal.size()) == literal)
            found(entry.id);
        }
      }
    }
  };
  static constexpr std::uint32_t kFactor = 0x9E3779B1;  // 2^32 divided by the golden ratio: spreads to the upper bits
  static std::uint32_t load(const char* at) {
    std::uint32_t gram = 0;
    __builtin_memcpy(&gram, at, 4);
    return gram;
  }
  static Table make_table(std::size_t width, std::vector<Entry> entries);

  std::vector<std::string> literals_;
  std::unordered_map<std::string, Id> ids_;
  std::vector<Table> tables_;
};

// `text` in lower case (ASCII) as a scan needs it, in `out`, which keeps its memory.
struct Lowered {
  std::string_view text;
  bool ascii = true;
};
Lowered lowered_for_scan(std::string_view text, std::string& out);

// RE2 takes two characters beyond ASCII for a k and an s in another case (U+212A, U+017F), so a text that has them is to be
// scanned with those letters as well. False: it has none.
bool fold_beyond_ascii(std::string_view text, std::string& out);

// How rare the text is in log lines, roughly: more is rarer.
int rarity(std::string_view lowered);

}  // namespace longshore::rules
