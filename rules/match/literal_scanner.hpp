// Finds which of many short texts stand somewhere in a line, ignoring ASCII case: the index by which queries are found. Each
// literal is looked up by the four of its bytes that are rarest in log lines; a bit per hash of four bytes tells for nearly
// every place of a line that nothing begins there. The time a line takes hardly depends on how many literals there are
// (docs/decisions/0009-literal-scanner.md). Immutable once built; any thread. Pure.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rules/query/tokens.hpp"

namespace longshore::rules {

struct SearchedText {
  std::string text;   // in lower case, not empty
  bool word = false;  // counts only where no letter or digit is on either side of it (tokens.hpp)
  bool raw = false;   // to be looked for in the frame as received, not in what was made of it
  auto operator<=>(const SearchedText&) const = default;
};

// A text in lower case (ASCII), with LiteralScanner::kSlack readable bytes behind it.
struct Lowered {
  std::string_view text;
  bool ascii = true;
};

class LiteralScanner {
 public:
  using Id = std::uint32_t;

  // The same literal again has the same number.
  Id add(const SearchedText& literal);
  // After the last add(), before the first scan().
  void build();

  std::size_t size() const { return literals_.size(); }
  const SearchedText& literal(Id id) const { return literals_[id]; }

  // Calls found(Id) for every place where a literal stands; for one literal perhaps several times.
  static constexpr std::size_t kSlack = 16;
  template <class Found>
  void scan(const Lowered& line, Found found) const {
    const std::string_view lowered = line.text;
    for (const Table& table : tables_) {
      // Four places at a time: nearly always none of them has anything.
      const char* at = lowered.data();
      if (lowered.size() < table.width || (line.ascii && !table.ascii)) continue;
      const char* const last = at + (lowered.size() - table.width);
      for (; at + 3 <= last; at += 4) {
        const bool any = table.may_begin(at) | table.may_begin(at + 1) | table.may_begin(at + 2) | table.may_begin(at + 3);
        if (!any) continue;
        for (int i = 0; i < 4; ++i) look(table, lowered, at + i, found);
      }
      for (; at <= last; ++at) look(table, lowered, at, found);
    }
  }

 private:
  static constexpr std::uint32_t kFactor = 0x9E3779B1;  // 2^32 divided by the golden ratio: spreads to the upper bits
  struct Entry {
    std::uint32_t gram;
    std::uint32_t offset;      // of the gram in the literal
    std::uint32_t head, tail;  // the literal's first and last bytes: most that share a gram differ there
    std::uint32_t size;
    Id id;
  };
  // All literals that are looked up by `width` bytes (4, or less of shorter ones), and are of ASCII or are not.
  struct Table {
    std::uint32_t mask = 0;
    std::size_t width = 0;
    bool ascii = true;
    unsigned shift = 0;                 // of a hash, to the number of its bit
    unsigned start_shift = 0;           // of a hash, to the number of its bucket
    std::vector<std::uint64_t> bits;    // may something begin with this hash?
    std::vector<Entry> entries;         // by bucket
    std::vector<std::uint32_t> starts;  // by bucket: where its entries begin

    std::uint32_t gram(const char* at) const {
      std::uint32_t bytes = 0;
      __builtin_memcpy(&bytes, at, 4);
      return bytes & mask;
    }
    bool may_begin(const char* at) const {
      const std::uint32_t bit = (gram(at) * kFactor) >> shift;
      return (bits[bit >> 6] >> (bit & 63) & 1) != 0;
    }
  };
  template <class Found>
  void look(const Table& table, std::string_view lowered, const char* at, Found& found) const {
    if (!table.may_begin(at)) return;
    const std::uint32_t gram = table.gram(at);
    const std::uint32_t bucket = (gram * kFactor) >> table.start_shift;
    const auto place = static_cast<std::size_t>(at - lowered.data());
    for (std::uint32_t i = table.starts[bucket]; i < table.starts[bucket + 1]; ++i) {
      const Entry& entry = table.entries[i];
      if (entry.gram != gram || place < entry.offset || place - entry.offset + entry.size > lowered.size()) continue;
      std::uint32_t head = 0, tail = 0;
      __builtin_memcpy(&head, at - entry.offset, 4);
      __builtin_memcpy(&tail, at - entry.offset + entry.size - table.width, 4);
      if ((head & table.mask) == entry.head && (tail & table.mask) == entry.tail &&
          stands(literals_[entry.id], lowered, place - entry.offset))
        found(entry.id);
    }
  }
  static bool stands(const SearchedText& literal, std::string_view lowered, std::size_t at) {
    const std::size_t end = at + literal.text.size();
    if (lowered.substr(at, literal.text.size()) != literal.text) return false;
    return !literal.word || ((at == 0 || !is_token_byte(lowered[at - 1]) || is_control_escape(lowered.substr(0, at))) &&
                             (end >= lowered.size() || !is_token_byte(lowered[end])));
  }
  // Whether the text perhaps ends with what JSON writes for a control character: \n and others.
  static bool is_control_escape(std::string_view text) {
    return text.size() >= 2 && text[text.size() - 2] == '\\' &&
           std::string_view("bfnrt").find(text.back()) != std::string_view::npos;
  }
  static Table make_table(std::size_t width, bool ascii, std::vector<Entry> entries);

  std::vector<SearchedText> literals_;
  std::map<SearchedText, Id> ids_;
  std::vector<Table> tables_;
};

// `text` as a scan needs it, in `out`, which keeps its memory.
Lowered lowered_for_scan(std::string_view text, std::string& out);

// RE2 takes two characters beyond ASCII for a k and an s in another case (U+212A, U+017F), so a text that has them is to be
// scanned with those letters as well. False: it has none.
bool fold_beyond_ascii(std::string_view text, std::string& out);

// How rare the text is in log lines, roughly: more is rarer.
int rarity(std::string_view lowered);

}  // namespace longshore::rules
