// One log event, as 72 flat bytes beside its arena. It is written to the spool as it stands (little-endian,
// docs/formats/spool.md), so its layout is a file format: a change needs a new block version.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "shipper/event/arena.hpp"

namespace longshore::shipper {

// What the frame turned out to be.
enum class Format : std::uint8_t {
  raw = 0,      // fits no grammar: the whole frame is the message
  rfc3164 = 1,  // BSD syslog and its many relatives
  rfc5424 = 2,
  gelf = 3,
  forward = 4,  // Fluentd Forward
  line = 5,     // a line of a file
};

namespace flag {
inline constexpr std::uint16_t kTruncated = 1 << 0;  // cut at the source's limit
inline constexpr std::uint16_t kNotUtf8 = 1 << 1;    // the frame holds bytes that are not UTF-8
inline constexpr std::uint16_t kHasTime = 1 << 2;    // time_ns was read from the frame; otherwise it is the time of receipt
inline constexpr std::uint16_t kMultiline = 1 << 3;  // the message holds line feeds that belong to it
inline constexpr std::uint16_t kPartial = 1 << 4;    // a piece of a longer message whose rest did not come in time
inline constexpr std::uint16_t kBadData =
    1 << 5;  // structured data or a header field was malformed and is part of the message
inline constexpr std::uint16_t kRedacted = 1 << 6;   // a transform replaced text
inline constexpr std::uint16_t kCollapsed = 1 << 7;  // stands for several equal messages; the field "repeated" counts them
inline constexpr std::uint16_t kGap = 1 << 8;  // a notice by shipper itself: bytes were lost before the source was read
}  // namespace flag

inline constexpr std::uint8_t kNoPriority = 255;

struct Event {
  std::int64_t time_ns = 0;  // when it happened, base::Timestamp::ns
  Slice frame;               // the bytes as received, without framing
  Slice message;             // the free text; for syslog the tail of the frame
  Slice structured_data;     // RFC 5424 §6.3 as received, with its brackets; empty if none
  Slice fields;              // attributes in the form of fields.hpp; events may share one slice
  std::uint32_t host_offset = 0, app_offset = 0, procid_offset = 0, msgid_offset = 0;
  std::uint16_t host_size = 0, app_size = 0, procid_size = 0, msgid_size = 0;
  std::uint8_t priority = kNoPriority;  // facility × 8 + severity (RFC 5424 §6.2.1), 0..191, or kNoPriority
  Format format = Format::raw;
  std::uint16_t flags = 0;
  std::uint16_t source = 0;  // index into Batch::sources
  std::uint16_t reserved = 0;

  Slice host() const { return {host_offset, host_size}; }
  Slice app() const { return {app_offset, app_size}; }
  Slice procid() const { return {procid_offset, procid_size}; }
  Slice msgid() const { return {msgid_offset, msgid_size}; }
  // Sizes over 65,535 bytes are cut: such a header field is an attack or an accident.
  void set_host(Slice s) { host_offset = s.offset, host_size = clip(s.size); }
  void set_app(Slice s) { app_offset = s.offset, app_size = clip(s.size); }
  void set_procid(Slice s) { procid_offset = s.offset, procid_size = clip(s.size); }
  void set_msgid(Slice s) { msgid_offset = s.offset, msgid_size = clip(s.size); }

 private:
  static std::uint16_t clip(std::uint32_t size) {
    return size > 0xFFFF ? std::uint16_t{0xFFFF} : static_cast<std::uint16_t>(size);
  }
};
static_assert(sizeof(Event) == 72 && std::is_trivially_copyable_v<Event>);

}  // namespace longshore::shipper
