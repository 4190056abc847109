// How the files of a spool are called; built and parsed here and nowhere else.
//
//   <dir>/lock                                       held by the process that writes
//   <dir>/0000000007-00000000000000123456.segment    number, first sequence number
//   <dir>/<sink, percent-encoded>.cursor
//   <dir>/quarantine/<segment number>-<offset>       damaged bytes, as they were found
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace longshore::shipper {

struct SegmentName {
  std::uint32_t number = 0;
  std::uint64_t first_seq = 0;
  friend bool operator==(const SegmentName&, const SegmentName&) = default;
};

inline constexpr std::string_view kTemporarySuffix = ".new";  // a segment that is still being filled for the first time

std::string segment_file_name(SegmentName name);
std::optional<SegmentName> parse_segment_file_name(std::string_view file_name);

// Names that are too long for a file end in a checksum of the whole; the file itself holds the name in full.
std::string cursor_file_name(std::string_view sink);
bool is_cursor_file_name(std::string_view file_name);

inline constexpr std::string_view kLockFile = "lock";
inline constexpr std::string_view kQuarantineFolder = "quarantine";
std::string quarantine_file_name(std::uint32_t segment, std::uint64_t offset);

}  // namespace longshore::shipper
