#include "shipper/docker/gelf_message.hpp"

#include <algorithm>
#include <charconv>

#include "shipper/encode/severity.hpp"
#include "shipper/event/shared_fields.hpp"
#include "shipper/parse/text_check.hpp"

namespace longshore::shipper {
namespace {

constexpr unsigned kDaemon = 3;

// 0 to `most`, as JSON writes it or as digits in a text.
std::optional<unsigned> small_number(std::string_view text, unsigned most) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > most) return std::nullopt;
  return number;
}

std::optional<unsigned> facility(std::string_view text) {
  const auto name = std::find(kFacilityNames.begin(), kFacilityNames.end(), text);
  if (name != kFacilityNames.end()) return static_cast<unsigned>(name - kFacilityNames.begin());
  return small_number(text, kFacilityNames.size() - 1);
}

}  // namespace

std::optional<base::Timestamp> parse_decimal_seconds(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  const bool negative = p < end && *p == '-';
  if (negative) ++p;
  constexpr std::int64_t kMost = 9'000'000'000;  // seconds: the year 2255
  std::int64_t seconds = 0, nanoseconds = 0;
  const auto [point, error] = std::from_chars(p, end, seconds);
  if (error != std::errc() || *p == '-' || seconds > kMost) return std::nullopt;
  p = point;
  if (p < end && *p == '.') {
    std::int64_t scale = 100'000'000;
    for (++p; p < end && *p >= '0' && *p <= '9'; ++p, scale /= 10) nanoseconds += (*p - '0') * scale;
  }
  if (p < end && (*p == 'e' || *p == 'E')) {  // nobody's seconds need it, but JSON allows it
    double value = 0;
    const auto [rest, bad] = std::from_chars(text.data(), end, value);
    if (bad != std::errc() || rest != end || !(value > -9e9 && value < 9e9)) return std::nullopt;
    return base::Timestamp{static_cast<std::int64_t>(value * 1e9)};
  }
  if (p != end) return std::nullopt;
  const std::int64_t ns = seconds * 1'000'000'000 + nanoseconds;
  return base::Timestamp{negative ? -ns : ns};
}

Event& GelfDecoder::decode(Batch& batch, Slice payload, base::Timestamp now) {
  Event event;
  event.time_ns = now.ns;
  event.frame = event.message = payload;
  if (json_.read(batch.text(payload))) {
    read_members(batch, event, payload);
  } else if (!is_utf8(batch.text(payload))) {
    event.flags |= flag::kNotUtf8;
  }
  if (batch.text(event.message).find('\n') != std::string_view::npos) event.flags |= flag::kMultiline;
  return batch.events.emplace_back(event);
}

void GelfDecoder::read_members(Batch& batch, Event& event, Slice payload) {
  event.format = Format::gelf;
  const JsonMember *shorter = nullptr, *full = nullptr, *host = nullptr, *tag = nullptr, *container = nullptr;
  std::optional<unsigned> level, from;
  const auto fields_begin = static_cast<std::uint32_t>(batch.arena.size());
  for (const JsonMember& member : json_.members()) {
    const bool text = member.type == JsonType::text;
    std::string_view key = member.key;
    if (key == "short_message" && text) {
      shorter = &member;
    } else if (key == "full_message" && text) {
      if (!member.value.empty()) full = &member;
    } else if (key == "host" && text) {
      host = &member;
    } else if (const auto time = key == "timestamp" ? parse_decimal_seconds(member.value) : std::nullopt; time) {
      event.time_ns = time->ns;
      event.flags |= flag::kHasTime;
    } else if (const auto number = key == "level" ? small_number(member.value, 7) : std::nullopt; number) {
      level = number;
    } else if (key != "version" && member.type != JsonType::null) {
      if (key.starts_with('_')) key.remove_prefix(1);
      if (key == "tag" && text) tag = &member;
      if (key == "container_name" && text) container = &member;
      if (key == "facility") from = facility(member.value);
      append_field(batch.arena, text ? FieldKind::text : FieldKind::json, key, member.value);
    }
  }
  // With both, the full message is the message; the short one is kept if it says something else.
  if (full && shorter && !full->value.starts_with(shorter->value))
    append_field(batch.arena, FieldKind::text, shorter->key, shorter->value);
  if (const Slice fresh{fields_begin, static_cast<std::uint32_t>(batch.arena.size()) - fields_begin}; !fresh.empty())
    event.fields = share_fields(batch.arena, fresh, last_fields_);

  const auto place = [&](const JsonMember* member) {
    if (!member || member->value.empty()) return Slice{};
    if (member->plain < member->value.size()) return batch.arena.append(member->value);
    return Slice{payload.offset + static_cast<std::uint32_t>(member->offset), static_cast<std::uint32_t>(member->plain)};
  };
  event.message = place(full ? full : shorter);
  event.set_host(place(host));
  event.set_app(place(tag && !tag->value.empty() ? tag : container));
  if (level) event.priority = static_cast<std::uint8_t>(from.value_or(kDaemon) * 8 + *level);
}

}  // namespace longshore::shipper
