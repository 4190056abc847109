#include "shipper/transform/card_numbers.hpp"

#include <cstddef>

namespace longshore::shipper {
namespace {

constexpr std::size_t kLeast = 13, kMost = 19;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_'; }

struct Group {
  std::size_t begin = 0, end = 0;
  std::size_t size() const { return end - begin; }
};

// From the last digit, every second one counts double, as the sum of its own digits; the total ends in 0.
bool luhn(std::string_view text) {
  unsigned sum = 0;
  bool twice = false;
  for (std::size_t i = text.size(); i-- > 0;) {
    if (!is_digit(text[i])) continue;
    unsigned digit = static_cast<unsigned>(text[i] - '0');
    if (twice) digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
    sum += digit;
    twice = !twice;
  }
  return sum % 10 == 0;
}

// 3 to 6, and 22 to 27, are the numbers that payment cards begin with. What begins with 1 is most often a time.
bool is_card_prefix(std::string_view text) {
  return (text[0] >= '3' && text[0] <= '6') || (text[0] == '2' && text[1] >= '2' && text[1] <= '7');
}

// The end of the card number that begins with groups[first], or 0. The longest wins.
std::size_t card_end(std::string_view text, const std::vector<Group>& groups, std::size_t first) {
  std::size_t digits = 0, end = 0;
  for (std::size_t i = first; i < groups.size(); ++i) {
    const std::size_t size = groups[i].size();
    const bool together = i == first && size >= kLeast;
    if (!together && (size < 3 || size > 6 || (i == first && size != 4))) break;
    digits += size;
    if (digits > kMost) break;
    const std::string_view number = text.substr(groups[first].begin, groups[i].end - groups[first].begin);
    if (digits >= kLeast && luhn(number)) end = groups[i].end;
    if (together) break;
  }
  return end;
}

}  // namespace

void find_card_numbers(std::string_view text, int pattern, std::vector<Match>& out) {
  std::vector<Group> groups;
  for (std::size_t i = 0; i < text.size();) {
    if (!is_digit(text[i]) || (i > 0 && (is_word(text[i - 1]) || text[i - 1] == '.'))) {
      ++i;
      continue;
    }
    // A run of groups, up to what is neither a digit nor a single separator between two.
    groups.clear();
    for (bool more = true; more;) {
      Group group{i, i};
      while (group.end < text.size() && is_digit(text[group.end])) ++group.end;
      i = group.end;
      groups.push_back(group);
      more = i + 1 < text.size() && (text[i] == ' ' || text[i] == '-') && is_digit(text[i + 1]);
      if (more) ++i;
    }
    if (i < text.size() && is_word(text[i])) groups.pop_back();  // the last group is the beginning of a word
    for (std::size_t first = 0; first < groups.size(); ++first) {
      const std::size_t begin = groups[first].begin;
      if (groups[first].size() < 4 || !is_card_prefix(text.substr(begin))) continue;
      const std::size_t end = card_end(text, groups, first);
      if (end == 0) continue;
      out.push_back({begin, end, pattern});
      while (first + 1 < groups.size() && groups[first + 1].begin < end) ++first;
    }
  }
}

}  // namespace longshore::shipper
