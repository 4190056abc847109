// Timestamps of neighbouring events share their second: it is formatted once, then copied. One encoder owns one of these.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace longshore::shipper {

class TimeText {
 public:
  static constexpr std::size_t kRfc3339Size = 27;

  // "2026-11-23T03:42:12.123456Z" (RFC 3339 and ISO 8601, UTC, microseconds). `out` has room for 32 bytes; returns the end.
  char* rfc3339(std::int64_t time_ns, char* out) {
    const std::uint32_t micros = to_second(time_ns) / 1000;
    std::memcpy(out, iso_.data(), iso_.size());
    put_two(out + 20, micros / 10'000);
    put_two(out + 22, micros / 100 % 100);
    put_two(out + 24, micros % 100);
    return out + kRfc3339Size;
  }

  // "Nov 23 03:42:12" in UTC (RFC 3164 §4.1.2: a day below 10 is padded with a blank). Writes 15 bytes, returns the end.
  char* rfc3164(std::int64_t time_ns, char* out) {
    to_second(time_ns);
    std::memcpy(out, bsd_.data(), bsd_.size());
    return out + bsd_.size();
  }

 private:
  static constexpr std::int64_t kSecond = 1'000'000'000;
  static constexpr std::int64_t kEarliest = INT64_MIN / kSecond * kSecond;  // its whole second can be represented

  // Makes both texts hold the second of time_ns; returns the nanoseconds within it.
  std::uint32_t to_second(std::int64_t time_ns) {
    if (time_ns < kEarliest) time_ns = kEarliest;
    std::int64_t second = time_ns / kSecond;
    if (time_ns % kSecond < 0) --second;
    if (second != second_) format(second);
    return static_cast<std::uint32_t>(time_ns - second * kSecond);
  }
  static constexpr std::array<char, 200> kPairs = [] {
    std::array<char, 200> pairs{};
    for (std::size_t i = 0; i < 100; ++i) {
      pairs[2 * i] = static_cast<char>('0' + i / 10);
      pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
    return pairs;
  }();
  static void put_two(char* out, std::uint32_t value) { std::memcpy(out, kPairs.data() + std::size_t{2} * value, 2); }
  void format(std::int64_t second);

  std::int64_t second_ = INT64_MIN;
  std::array<char, 32> iso_{};
  std::array<char, 15> bsd_{};
};

}  // namespace longshore::shipper
