#include "rotator/search/literal_finder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace longshore::rotator {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

std::size_t slow_find(std::string_view text, std::size_t from, const std::vector<std::string>& literals, bool fold) {
  for (; from < text.size(); ++from)
    for (const std::string& literal : literals) {
      const std::string_view here = text.substr(from, literal.size());
      const auto same = [&](char a, char b) { return a == b || (fold && lower(a) == lower(b)); };
      if (here.size() == literal.size() && std::equal(here.begin(), here.end(), literal.begin(), same)) return from;
    }
  return text.npos;
}

TEST(LiteralFinder, FindsWhatASlowSearchFinds) {
  std::mt19937 random(7);
  constexpr std::string_view kLetters = "aAbB@`[{\xC1\xE1 ";
  const auto word = [&](std::size_t most) {
    std::string text;
    for (std::size_t size = 1 + random() % most; text.size() < size;)
      text += kLetters[random() % (2 + random() % (kLetters.size() - 1))];
    return text;
  };
  std::size_t hits = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::string> literals;
    for (std::size_t count = 1 + random() % (round % 2 == 0 ? 1 : LiteralFinder::kMost); literals.size() < count;)
      literals.push_back(word(6));
    const bool fold = random() % 2 == 0;
    const LiteralFinder finder(literals, fold);
    // An exact copy on the heap: AddressSanitizer sees a read of one byte too many.
    const std::string text = word(300);
    const std::vector<char> exact(text.begin(), text.end());
    const std::string_view view(exact.data(), exact.size());
    for (std::size_t from = 0; from <= view.size() + 1; from += 1 + random() % 40) {
      const std::size_t expected = slow_find(view, from, literals, fold);
      ASSERT_EQ(finder.find(view, from), expected) << text << " from " << from << " for " << literals[0];
      ASSERT_EQ(finder.find_narrow(view, from), expected) << text << " from " << from << " for " << literals[0];
      if (expected != view.npos) ++hits;
    }
  }
  EXPECT_GT(hits, 1000U);
}

}  // namespace
}  // namespace longshore::rotator
