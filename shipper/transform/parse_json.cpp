#include "shipper/transform/parse_json.hpp"

#include <array>
#include <utility>

#include "common/base/timestamp.hpp"

namespace longshore::shipper {
namespace {

constexpr std::uint8_t kUser = 1;  // the facility of what has none

enum class Role { none, time, severity, level, message };

Role role_of(std::string_view key) {
  switch (key.size()) {
    case 3:
      return key == "msg" ? Role::message : Role::none;
    case 4:
      return key == "time" ? Role::time : Role::none;
    case 5:
      return key == "level" ? Role::level : Role::none;
    case 7:
      return key == "message" ? Role::message : Role::none;
    case 8:
      return key == "severity" ? Role::severity : Role::none;
    case 9:
      return key == "timestamp" ? Role::time : Role::none;
    case 10:
      return key == "@timestamp" ? Role::time : Role::none;
    default:
      return Role::none;
  }
}

bool looks_like_object(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first != std::string_view::npos && text[first] == '{';
}

}  // namespace

std::optional<std::uint8_t> severity_from_text(std::string_view text) {
  using Named = std::pair<std::string_view, std::uint8_t>;
  constexpr std::array<Named, 26> kNames = {{{"emerg", 0},  {"emergency", 0}, {"panic", 0},       {"alert", 1},
                                             {"crit", 2},   {"critical", 2},  {"fatal", 2},       {"err", 3},
                                             {"error", 3},  {"severe", 3},    {"warn", 4},        {"warning", 4},
                                             {"notice", 5}, {"info", 6},      {"information", 6}, {"informational", 6},
                                             {"debug", 7},  {"trace", 7},     {"verbose", 7},     {"fine", 7},
                                             {"10", 7},     {"20", 7},        {"30", 6},          {"40", 4},
                                             {"50", 3},     {"60", 2}}};
  if (text.size() == 1 && text[0] >= '0' && text[0] <= '7') return static_cast<std::uint8_t>(text[0] - '0');
  char lower[16];
  if (text.empty() || text.size() > sizeof(lower)) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i)
    lower[i] = static_cast<char>(text[i] >= 'A' && text[i] <= 'Z' ? text[i] | 0x20 : text[i]);
  for (const auto& [name, severity] : kNames)
    if (name == std::string_view(lower, text.size())) return severity;
  return std::nullopt;
}

base::Result<ParseJson> ParseJson::make(const ParseJsonOptions& options) {
  TRY(where, Where::make(options.where));
  return ParseJson(std::move(where));
}

void ParseJson::apply(Batch& batch, std::size_t first, base::Timestamp, DropCounter&) {
  for (std::size_t i = first; i < batch.events.size(); ++i) {
    Event& event = batch.events[i];
    const std::string_view text = batch.text(event.message);
    if (looks_like_object(text) && where_.holds(batch, event) && json_.read(text)) parse(batch, event);
  }
}

void ParseJson::parse(Batch& batch, Event& event) {
  const JsonMember* message = nullptr;
  batch.arena.reserve(event.fields.size);  // so that the source does not move
  const std::uint32_t start = batch.arena.append(batch.text(event.fields)).offset;
  for (const JsonMember& member : json_.members()) {
    const bool text = member.type == JsonType::text;
    switch (role_of(member.key)) {
      case Role::time:
        if (const auto time = text ? base::parse_rfc3339(member.value) : std::nullopt) {
          event.time_ns = time->ns;
          event.flags |= flag::kHasTime;
          continue;
        }
        break;
      case Role::level:
      case Role::severity:
        if (const auto severity = severity_from_text(member.value)) {
          const int facility = event.priority == kNoPriority ? kUser : event.priority / 8;
          event.priority = static_cast<std::uint8_t>(facility * 8 + *severity);
          if (member.key == "severity") continue;  // "level" says more than a severity can: it stays
        }
        break;
      case Role::message:
        if (text && (message == nullptr || (message->key == "msg" && member.key == "message"))) {
          const JsonMember* const other = std::exchange(message, &member);
          if (other != nullptr) append_field(batch.arena, FieldKind::text, other->key, other->value);
          continue;
        }
        break;
      case Role::none:
        break;
    }
    append_field(batch.arena, text ? FieldKind::text : FieldKind::json, member.key, member.value);
  }
  event.fields = {start, static_cast<std::uint32_t>(batch.arena.size()) - start};
  if (message == nullptr) return;
  if (message->plain == message->value.size())
    event.message = {event.message.offset + static_cast<std::uint32_t>(message->offset),
                     static_cast<std::uint32_t>(message->plain)};
  else
    event.message = batch.arena.append(message->value);
  if (message->value.find('\n') != std::string_view::npos) event.flags |= flag::kMultiline;
}

}  // namespace longshore::shipper
