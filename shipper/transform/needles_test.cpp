#include "shipper/transform/needles.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace longshore::shipper {
namespace {

// Slow and obviously right.
std::vector<int> twin(const std::vector<std::string>& words, std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  std::vector<int> found;
  for (std::size_t i = 0; i < words.size(); ++i)
    if (text.find(words[i]) != std::string::npos) found.push_back(static_cast<int>(i));
  return found;
}

Needles::Found find(const Needles& needles, std::string_view text) {
  Needles::Found found;
  needles.find(text, found);
  return found;
}

TEST(Needles, WordsAreFoundInEitherCaseAtEveryPlace) {
  const std::vector<std::string> words = {"token", "password", "aws", "-----begin ", "xox", "passphrase"};
  const Needles needles(words, false);
  for (std::size_t before = 0; before < 20; ++before)
    for (std::size_t after = 0; after < 20; after += 3)
      for (std::size_t i = 0; i < words.size(); ++i) {
        std::string text = std::string(before, 'z') + words[i] + std::string(after, 'z');
        EXPECT_EQ(find(needles, text).words, std::vector<int>{static_cast<int>(i)});
        std::ranges::transform(text, text.begin(),
                               [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c & 0xDF) : c; });
        EXPECT_EQ(find(needles, text).words, std::vector<int>{static_cast<int>(i)});
      }
}

TEST(Needles, AgreesWithASlowSearchOnRandomText) {
  const std::vector<std::string> words = {"aba", "abab", "bbb", "baab", "a-b", "cab", "abc", "acc", "bca", "ccc"};
  const Needles needles(words, false);
  std::mt19937 random(7);
  for (int round = 0; round < 1000; ++round) {
    std::string text(random() % 60, ' ');
    for (char& c : text) c = "abcABC-\xE1"[random() % 8];
    EXPECT_EQ(find(needles, text).words, twin(words, text)) << text;
  }
}

TEST(Needles, LongRunsOfDigitsAreTold) {
  const Needles needles({}, true);
  for (const char* text :
       {"1234567890123", "x 4111 1111 1111 1111 y", "4111-1111-1111-1111", "aaaaaaaaaaaaaaaaaaaaaa1234567890123"})
    EXPECT_TRUE(find(needles, text).digits) << text;
  for (const char* text : {"", "123456789012", "2026-11-23T03:42:12.123456Z", "192.168.100.101", "1234  5678  9012  3456",
                           "1234567890.123456789"})
    EXPECT_TRUE(find(needles, text).empty()) << text;
}

}  // namespace
}  // namespace longshore::shipper
