#include "shipper/docker/msgpack.hpp"

#include <bit>
#include <utility>

namespace longshore::shipper {
namespace {

// `bytes` big-endian bytes, 0 to 8 of them.
std::uint64_t big_endian(const char* at, std::size_t bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < bytes; ++i) number = number << 8 | static_cast<unsigned char>(at[i]);
  return number;
}

// What the first byte says: the type, how many bytes of number or length follow it, and what is known without them.
struct Lead {
  MsgpackType type = MsgpackType::invalid;
  std::uint8_t follow = 0;  // bytes of a number or a length
  std::uint8_t size = 0;    // length or count, if it is in the lead itself
  bool is_signed = false;   // integer
};

constexpr std::array<Lead, 256> kLeads = [] {
  using enum MsgpackType;
  std::array<Lead, 256> table{};
  for (unsigned i = 0x00; i <= 0x7F; ++i) table[i] = {.type = integer};
  for (unsigned i = 0x80; i <= 0x8F; ++i) table[i] = {.type = map, .size = static_cast<std::uint8_t>(i & 0x0F)};
  for (unsigned i = 0x90; i <= 0x9F; ++i) table[i] = {.type = array, .size = static_cast<std::uint8_t>(i & 0x0F)};
  for (unsigned i = 0xA0; i <= 0xBF; ++i) table[i] = {.type = text, .size = static_cast<std::uint8_t>(i & 0x1F)};
  table[0xC0] = {.type = nil};
  table[0xC2] = table[0xC3] = {.type = boolean};
  for (unsigned i = 0; i < 3; ++i) {  // lengths of 1, 2 and 4 bytes
    table[0xC4 + i] = {.type = binary, .follow = static_cast<std::uint8_t>(1U << i)};
    table[0xC7 + i] = {.type = extension, .follow = static_cast<std::uint8_t>(1U << i)};
    table[0xD9 + i] = {.type = text, .follow = static_cast<std::uint8_t>(1U << i)};
  }
  table[0xCA] = {.type = real, .follow = 4};
  table[0xCB] = {.type = real, .follow = 8};
  for (unsigned i = 0; i < 4; ++i) {
    table[0xCC + i] = {.type = integer, .follow = static_cast<std::uint8_t>(1U << i)};
    table[0xD0 + i] = {.type = integer, .follow = static_cast<std::uint8_t>(1U << i), .is_signed = true};
  }
  for (unsigned i = 0; i < 5; ++i) table[0xD4 + i] = {.type = extension, .size = static_cast<std::uint8_t>(1U << i)};
  for (unsigned i = 0; i < 2; ++i) {
    table[0xDC + i] = {.type = array, .follow = static_cast<std::uint8_t>(2U << i)};
    table[0xDE + i] = {.type = map, .follow = static_cast<std::uint8_t>(2U << i)};
  }
  for (unsigned i = 0xE0; i <= 0xFF; ++i) table[i] = {.type = integer, .is_signed = true};
  return table;
}();

struct Head {
  Lead lead;
  std::size_t head = 1;        // bytes before the content
  std::uint64_t content = 0;   // bytes of content
  std::uint64_t elements = 0;  // values that belong to an array or map
  std::uint64_t number = 0;    // the number that followed the lead
};

enum class HeadOutcome { read, more, invalid };

HeadOutcome read_head(const char* at, const char* end, Head& out) {
  if (at == end) return HeadOutcome::more;
  out.lead = kLeads[static_cast<unsigned char>(*at)];
  if (out.lead.type == MsgpackType::invalid) return HeadOutcome::invalid;
  const bool is_extension = out.lead.type == MsgpackType::extension;
  out.head = 1U + out.lead.follow + (is_extension ? 1U : 0U);
  if (static_cast<std::size_t>(end - at) < out.head) return HeadOutcome::more;
  out.number = out.lead.follow > 0 ? big_endian(at + 1, out.lead.follow) : out.lead.size;
  out.content = out.elements = 0;
  switch (out.lead.type) {
    case MsgpackType::array:
      out.elements = out.number;
      break;
    case MsgpackType::map:
      out.elements = 2 * out.number;
      break;
    case MsgpackType::text:
    case MsgpackType::binary:
    case MsgpackType::extension:
      out.content = out.number;
      break;
    default:
      break;
  }
  return HeadOutcome::read;
}

}  // namespace

bool MsgpackReader::next(MsgpackValue& out) {
  Head head;
  if (read_head(at_, end_, head) != HeadOutcome::read || static_cast<std::size_t>(end_ - at_) - head.head < head.content) {
    at_ = end_;
    return false;
  }
  const char* const lead = at_;
  out.type = head.lead.type;
  out.bytes = {at_ + head.head, static_cast<std::size_t>(head.content)};
  out.size = static_cast<std::uint32_t>(head.number);
  switch (head.lead.type) {
    case MsgpackType::integer: {
      if (head.lead.follow == 0) head.number = static_cast<std::uint64_t>(std::int64_t{static_cast<signed char>(*lead)});
      if (head.lead.is_signed && head.lead.follow > 0) {  // widened to 64 bits
        const int shift = 64 - 8 * head.lead.follow;
        head.number = static_cast<std::uint64_t>(static_cast<std::int64_t>(head.number << shift) >> shift);
      }
      out.number = head.number;
      out.negative = head.lead.is_signed && static_cast<std::int64_t>(head.number) < 0;
      break;
    }
    case MsgpackType::boolean:
      out.number = *lead & 1;
      break;
    case MsgpackType::real:
      out.real = head.lead.follow == 4 ? static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(head.number)))
                                       : std::bit_cast<double>(head.number);
      break;
    case MsgpackType::extension:
      out.extension = static_cast<std::uint8_t>(lead[head.head - 1]);
      break;
    default:
      break;
  }
  at_ += head.head + head.content;
  return true;
}

bool MsgpackReader::skip() {
  MsgpackValue value;
  return next(value) && skip_inside(value);
}

bool MsgpackReader::skip_inside(const MsgpackValue& value) {
  if (value.type != MsgpackType::array && value.type != MsgpackType::map) return true;
  // Each value takes a byte at least, so a claimed count ends with the input.
  std::uint64_t waiting = std::uint64_t{value.size} * (value.type == MsgpackType::map ? 2 : 1);
  for (Head head; waiting > 0; --waiting) {
    if (read_head(at_, end_, head) != HeadOutcome::read || static_cast<std::size_t>(end_ - at_) - head.head < head.content) {
      at_ = end_;
      return false;
    }
    at_ += head.head + head.content;
    waiting += head.elements;
  }
  return true;
}

MsgpackScanner::Outcome MsgpackScanner::scan(std::string_view bytes, std::size_t limit) {
  for (;;) {
    Head head;
    switch (read_head(bytes.data() + position_, bytes.data() + bytes.size(), head)) {
      case HeadOutcome::more:
        return bytes.size() < limit ? Outcome::more : Outcome::too_large;
      case HeadOutcome::invalid:
        return Outcome::broken;
      case HeadOutcome::read:
        break;
    }
    // Each element takes a byte at least: what is claimed beyond the limit is refused before it is waited for.
    const std::uint64_t after = position_ + head.head + head.content;
    if (after + head.elements > limit) return Outcome::too_large;
    if (after > bytes.size()) return Outcome::more;
    position_ = static_cast<std::size_t>(after);
    if (head.elements > 0) {
      if (depth_ == open_.size()) return Outcome::broken;
      open_[depth_++] = head.elements;
      continue;
    }
    while (depth_ > 0 && --open_[depth_ - 1] == 0) --depth_;
    if (depth_ > 0) continue;
    size_ = std::exchange(position_, 0);
    return Outcome::whole;
  }
}

}  // namespace longshore::shipper
