// Consecutive messages carry the same second, or the next: the text of the last one is kept with what it meant.
// A year out of range is a clock that was never set (0001-01-01), or an accident: no date at all.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "common/base/timestamp.hpp"
#include "shipper/parse/byte_scan.hpp"

namespace longshore::shipper {

inline constexpr int kFirstYear = 1970;
inline constexpr int kLastYear = 2199;

class SecondCache {
 public:
  static constexpr std::size_t kSize = 19;  // "2026-11-23T03:42:12"

  // Seconds since 1970 of the 19 bytes at `text`, as if UTC; none if they are not a date and time.
  std::optional<std::int64_t> seconds(const char* text) {
    const bool known = valid_ && same_bytes<16>(text, text_) && same_bytes<16>(text + 3, text_ + 3);
    return known ? seconds_ : parse(text);
  }

 private:
  std::optional<std::int64_t> parse(const char* text) {
    char whole[kSize + 1];
    std::memcpy(whole, text, kSize);
    whole[kSize] = 'Z';
    const auto time = base::parse_rfc3339({whole, sizeof whole});
    constexpr std::int64_t kEnd = 7'258'118'400;  // of kLastYear
    if (!time || time->ns < 0 || time->ns >= kEnd * 1'000'000'000) return std::nullopt;
    std::memcpy(text_, text, kSize);
    valid_ = true;
    seconds_ = time->ns / 1'000'000'000;
    return seconds_;
  }

  char text_[kSize] = {};
  bool valid_ = false;
  std::int64_t seconds_ = 0;
};

}  // namespace longshore::shipper
