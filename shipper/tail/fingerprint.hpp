// By what a file is recognised although its name changed, or that its content changed although its inode did not: a checksum
// over its first bytes. A file that is still shorter has one over what there is; it is taken anew when the file has grown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace longshore::shipper {

struct Fingerprint {
  std::uint32_t size = 0;  // bytes that it covers
  std::uint32_t crc = 0;
  bool operator==(const Fingerprint&) const = default;

  static Fingerprint of(std::string_view head);
  // Whether a file that begins with `head` may be the same, grown or not.
  bool matches(std::string_view head) const;
};

// What is durable about a file: its value in the spool's checkpoints.
struct FilePosition {
  std::uint64_t offset = 0;  // the first byte that is not an event yet
  bool skipping = false;     // in the rest of a line that was too long
  Fingerprint fingerprint;
  std::string path;  // the last known
  bool operator==(const FilePosition&) const = default;

  std::string encode() const;
  static bool decode(std::string_view text, FilePosition& out);
};

}  // namespace longshore::shipper
