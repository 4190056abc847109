#include "shipper/encode/json_text.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "shipper/encode/json_text_twin.hpp"

namespace longshore::shipper {
namespace {

using namespace std::literals;

std::string escaped(std::string_view text) {
  // An exact-size copy on the heap: a read past the end is found by AddressSanitizer.
  const std::vector<char> exact(text.begin(), text.end());
  Output out;
  append_json_text(out, {exact.data(), exact.size()});
  return out.take();
}

TEST(JsonText, PlainTextIsCopied) {
  for (std::size_t size = 0; size < 100; ++size) {
    const std::string text(size, 'a');
    EXPECT_EQ(escaped(text), text);
  }
}

TEST(JsonText, EveryByteAtEveryPlaceIsEscapedAsTheSlowTwinDoes) {
  for (unsigned byte = 0; byte < 256; ++byte)
    for (const std::size_t size : {1, 2, 15, 16, 17, 33})
      for (std::size_t at = 0; at < size; at += 3) {
        std::string text(size, 'x');
        text[at] = static_cast<char>(byte);
        ASSERT_EQ(escaped(text), json_text_twin(text)) << byte << " at " << at << " of " << size;
      }
}

TEST(JsonText, RandomBytesAreEscapedAsTheSlowTwinDoes) {
  std::mt19937 random(1);
  const std::string_view alphabet = "ab\"\\\n\0\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xED\xA0\xFF\xC0\x1F"sv;
  for (int round = 0; round < 300; ++round) {
    std::string text;
    const std::size_t size = random() % 200;
    while (text.size() < size) text += alphabet[random() % alphabet.size()];
    ASSERT_EQ(escaped(text), json_text_twin(text));
  }
}

TEST(JsonText, CharactersAcrossChunksStayWhole) {
  for (std::size_t shift = 0; shift < 8; ++shift) {
    std::string text(shift, 'x');
    while (text.size() < 5'000) text += "\xF0\x9F\x98\x80";
    EXPECT_EQ(escaped(text), text);
    const std::string continuation(4200 + shift, '\x80');
    EXPECT_EQ(escaped(continuation), json_text_twin(continuation));
  }
}

TEST(JsonText, PrefixIsTheLongestThatFitsAndEndsBetweenCharacters) {
  const std::string text = "a\n\xE2\x82\xAC\xFFz";
  const std::size_t costs[] = {1, 2, 3, 3, 1};  // as escaped
  const std::size_t sizes[] = {1, 1, 3, 1, 1};
  std::size_t cost = 0, size = 0;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(json_text_prefix(text, cost + costs[i] - 1), size);
    cost += costs[i];
    size += sizes[i];
    EXPECT_EQ(json_text_prefix(text, cost), size);
    EXPECT_EQ(escaped(text.substr(0, size)).size(), cost);
  }
}

}  // namespace
}  // namespace longshore::shipper
