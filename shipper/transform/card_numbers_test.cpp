#include "shipper/transform/card_numbers.hpp"

#include <gtest/gtest.h>

#include <string>

namespace longshore::shipper {
namespace {

// `digits` with the last one that makes it right by Luhn's check.
std::string with_check(std::string digits) {
  for (char check = '0'; check <= '9'; ++check) {
    int sum = 0;
    const std::string all = digits + check;
    for (std::size_t i = 0; i < all.size(); ++i) {
      int digit = all[all.size() - 1 - i] - '0';
      if (i % 2 == 1) digit = 2 * digit > 9 ? 2 * digit - 9 : 2 * digit;
      sum += digit;
    }
    if (sum % 10 == 0) return all;
  }
  return {};
}

std::string found(std::string_view text) {
  std::vector<Match> matches;
  find_card_numbers(text, 0, matches);
  std::string all;
  for (const Match& match : matches) all += std::string(text.substr(match.begin, match.end - match.begin)) + ";";
  return all;
}

std::string grouped(const std::string& digits, char separator) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && i % 4 == 0) out += separator;
    out += digits[i];
  }
  return out;
}

const std::string kVisa = with_check("411122223333444");
const std::string kAmex = with_check("37828224631000");

TEST(CardNumbers, AreFoundTogetherAndInGroups) {
  EXPECT_EQ(found("card " + kVisa + " paid"), kVisa + ";");
  EXPECT_EQ(found("card=" + grouped(kVisa, ' ') + "."), grouped(kVisa, ' ') + ";");
  EXPECT_EQ(found("(" + grouped(kVisa, '-') + ")"), grouped(kVisa, '-') + ";");
  const std::string amex = kAmex.substr(0, 4) + " " + kAmex.substr(4, 6) + " " + kAmex.substr(10);
  EXPECT_EQ(found(amex + ", " + kVisa), amex + ";" + kVisa + ";");
  for (const std::size_t size : {13, 14, 16, 18, 19})
    EXPECT_EQ(found(with_check("4" + std::string(size - 2, '7'))).size(), size + 1) << size;
}

TEST(CardNumbers, NeighboursInARunOfNumbersDoNotHideThem) {
  EXPECT_EQ(found("5123 " + grouped(kVisa, ' ') + " 12 2027"), grouped(kVisa, ' ') + ";");
}

TEST(CardNumbers, WhatIsNotRightByLuhnIsNone) {
  std::string wrong = kVisa;
  wrong.back() = wrong.back() == '9' ? '0' : static_cast<char>(wrong.back() + 1);
  EXPECT_EQ(found(wrong), "");
}

TEST(CardNumbers, TimesIdsAndPartsOfWordsAreNone) {
  EXPECT_EQ(found(with_check("179540533212")), "");  // milliseconds since 1970
  EXPECT_EQ(found(with_check("179540533212345678")), "");
  EXPECT_EQ(found("20261123-034212-" + kVisa.substr(0, 6)), "");
  EXPECT_EQ(found("id" + kVisa), "");
  EXPECT_EQ(found(kVisa + "f"), "");
  EXPECT_EQ(found("0." + kVisa), "");
  EXPECT_EQ(found(with_check("4" + std::string(18, '1'))), "");  // 20 digits
}

TEST(CardNumbers, EndlessDigitsTakeLinearTime) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "4111 ";
  EXPECT_LT(found(text).size(), text.size());
  EXPECT_EQ(found(std::string(100'000, '4')), "");
}

}  // namespace
}  // namespace longshore::shipper
