#include "shipper/docker/forward_record.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>

#include "shipper/docker/msgpack_json.hpp"
#include "shipper/event/shared_fields.hpp"

namespace longshore::shipper {
namespace {

constexpr std::uint8_t kDaemonError = 3 * 8 + 3, kDaemonInfo = 3 * 8 + 6;
// Where a record's text is, best first.
constexpr std::array<std::string_view, 3> kMessageKeys = {"log", "message", "msg"};

std::uint32_t big_endian_32(const char* at) {
  std::uint32_t number = 0;
  std::memcpy(&number, at, sizeof(number));
  return std::byteswap(number);
}

// Seconds as an integer or a float, an EventTime (extension 0: seconds and nanoseconds, 32 bits each), or either with
// metadata behind it in an array, as Fluent Bit may send it. nil: not known. nullopt: no time at all.
std::optional<base::Timestamp> read_time(MsgpackReader& reader, base::Timestamp now, bool& known) {
  constexpr std::int64_t kSecond = 1'000'000'000, kMost = 9'000'000'000;
  MsgpackValue value;
  if (!reader.next(value)) return std::nullopt;
  known = value.type != MsgpackType::nil;
  switch (value.type) {
    case MsgpackType::nil:
      return now;
    case MsgpackType::integer: {
      const auto seconds = static_cast<std::int64_t>(value.number);
      if (value.negative ? seconds < -kMost : value.number > kMost) return std::nullopt;
      return base::Timestamp{seconds * kSecond};
    }
    case MsgpackType::real:
      if (!(std::fabs(value.real) < static_cast<double>(kMost))) return std::nullopt;
      return base::Timestamp{static_cast<std::int64_t>(value.real * static_cast<double>(kSecond))};
    case MsgpackType::extension:
      if (value.extension != 0 || value.bytes.size() != 8) return std::nullopt;
      return base::Timestamp{big_endian_32(value.bytes.data()) * kSecond + big_endian_32(value.bytes.data() + 4)};
    case MsgpackType::array: {
      MsgpackReader inside = reader;
      if (!reader.skip_inside(value) || value.size == 0) return std::nullopt;
      MsgpackReader first = inside;
      MsgpackValue head;
      if (!first.next(head) || head.type == MsgpackType::array) return std::nullopt;
      return read_time(inside, now, known);
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

bool ForwardRecord::decode(Batch& batch, MsgpackReader& reader, std::string_view tag, bool acknowledged,
                           PartialJoiner& joiner, base::Timestamp now) {
  bool has_time = false;
  const auto time = read_time(reader, now, has_time);
  if (!time) return false;
  const MsgpackReader record = reader;
  Known known;
  if (!read_members(reader, known)) return false;

  const std::size_t mark = batch.arena.size();
  Event event;
  event.format = Format::forward;
  event.time_ns = time->ns;
  if (has_time) event.flags |= flag::kHasTime;
  if (known.stream == "stderr") event.priority = kDaemonError;
  if (known.stream == "stdout") event.priority = kDaemonInfo;
  if (!append_fields(batch, event, tag, known) || !append_message(batch, event, known, record)) {
    batch.arena.truncate(mark);
    return false;
  }
  if (batch.text(event.message).find('\n') != std::string_view::npos) event.flags |= flag::kMultiline;

  PartialJoiner::Piece piece{.id = known.partial_id, .last = known.partial_last == "true", .acknowledged = acknowledged};
  const auto& ordinal = known.partial_ordinal;
  if (piece.id.empty() || std::from_chars(ordinal.data(), ordinal.data() + ordinal.size(), piece.ordinal).ec != std::errc())
    batch.events.push_back(event);
  else
    joiner.add(batch, piece, event, mark, now);
  return true;
}

bool ForwardRecord::read_members(MsgpackReader& reader, Known& known) {
  MsgpackValue record;
  if (!reader.next(record) || record.type != MsgpackType::map) return false;
  members_.clear();
  for (std::uint32_t i = 0; i < record.size; ++i) {
    MsgpackValue key;
    if (!reader.next(key) || !key.is_text()) return false;
    Member& member = members_.emplace_back(Member{key.bytes, {}, reader});
    if (!reader.next(member.value) || !reader.skip_inside(member.value)) return false;
  }
  std::size_t best = kMessageKeys.size();
  for (const Member& member : members_) {
    if (!member.value.is_text()) continue;
    for (std::size_t i = 0; i < best; ++i)
      if (member.key == kMessageKeys[i]) {
        best = i;
        known.message = &member;
      }
    const std::string_view text = member.value.bytes;
    if (member.key == "source" || member.key == "stream") known.stream = text;
    if (!member.key.starts_with("partial_")) continue;
    if (member.key == "partial_id") known.partial_id = text;
    if (member.key == "partial_ordinal") known.partial_ordinal = text;
    if (member.key == "partial_last") known.partial_last = text;
  }
  return true;
}

bool ForwardRecord::append_fields(Batch& batch, Event& event, std::string_view tag, const Known& known) {
  const Slice first = append_field(batch.arena, FieldKind::text, "tag", tag);
  for (const Member& member : members_) {
    if (&member == known.message) continue;
    // What belongs to the piece and not to the line goes.
    if (!known.partial_id.empty() && member.key.starts_with("partial_")) continue;
    if (member.value.is_text()) {
      std::string_view key = member.key, value = member.value.bytes;
      if (key == "source" && event.priority != kNoPriority) key = "stream";  // Docker's; "source" is ours
      if (key == "container_name" && value.starts_with('/')) value.remove_prefix(1);
      append_field(batch.arena, FieldKind::text, key, value);
      continue;
    }
    json_.clear();
    MsgpackReader at = member.at;
    if (!append_msgpack_json(json_, at)) return false;
    append_field(batch.arena, FieldKind::json, member.key, json_.view());
  }
  const Slice fresh{first.offset, static_cast<std::uint32_t>(batch.arena.size()) - first.offset};
  event.fields = share_fields(batch.arena, fresh, last_fields_);
  // The tag's value is at the end of the first field.
  event.set_app(
      {event.fields.offset + first.size - static_cast<std::uint32_t>(tag.size()), static_cast<std::uint32_t>(tag.size())});
  return true;
}

bool ForwardRecord::append_message(Batch& batch, Event& event, const Known& known, MsgpackReader record) {
  std::string_view text;
  if (known.message) {
    text = known.message->value.bytes;
  } else {  // a record without text, e.g. measurements: the whole of it
    json_.clear();
    if (!append_msgpack_json(json_, record)) return false;
    text = json_.view();
  }
  event.frame = event.message = batch.arena.append(text);
  return true;
}

}  // namespace longshore::shipper
