#include "shipper/spool/file_names.hpp"

#include <fmt/format.h>

#include <charconv>

#include "common/base/crc32c.hpp"
#include "shipper/spool/block.hpp"

namespace longshore::shipper {
namespace {

constexpr std::size_t kNumberDigits = 10, kSeqDigits = 20;
constexpr std::string_view kSegmentSuffix = ".segment", kCursorSuffix = ".cursor";
constexpr std::size_t kLongestCursorStem = 200;
constexpr std::uint32_t kLastSegment = 1U << 31;  // a greater number was not given by a spool, and could not be counted on

template <class T>
bool parse_digits(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

}  // namespace

std::string segment_file_name(SegmentName name) {
  return fmt::format("{:0{}}-{:0{}}{}", name.number, kNumberDigits, name.first_seq, kSeqDigits, kSegmentSuffix);
}

std::optional<SegmentName> parse_segment_file_name(std::string_view file_name) {
  SegmentName name;
  if (file_name.size() != kNumberDigits + 1 + kSeqDigits + kSegmentSuffix.size()) return {};
  if (!parse_digits(file_name.substr(0, kNumberDigits), name.number) || file_name[kNumberDigits] != '-' ||
      !parse_digits(file_name.substr(kNumberDigits + 1, kSeqDigits), name.first_seq) ||
      !file_name.ends_with(kSegmentSuffix) || name.number > kLastSegment || name.first_seq > kMaxSeq)
    return {};
  return name;
}

std::string cursor_file_name(std::string_view sink) {
  std::string stem;
  for (const char c : sink) {
    if (is_plain(c))
      stem += c;
    else
      stem += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  if (stem.size() > kLongestCursorStem)
    stem = fmt::format("{}%{:08X}", stem.substr(0, kLongestCursorStem), base::crc32c(sink));
  return stem + std::string(kCursorSuffix);
}

bool is_cursor_file_name(std::string_view file_name) { return file_name.ends_with(kCursorSuffix); }

std::string quarantine_file_name(std::uint32_t segment, std::uint64_t offset) {
  return fmt::format("{:0{}}-{:010}", segment, kNumberDigits, offset);
}

}  // namespace longshore::shipper
