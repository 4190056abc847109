#include "rules/lines/archived_event.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "shipper/encode/severity.hpp"
#include "shipper/event/fields.hpp"

namespace longshore::rules {
namespace {

using shipper::Batch;
using shipper::Event;
using shipper::JsonMember;
using shipper::JsonObject;
using shipper::JsonType;

constexpr std::string_view kBegin = "{\"timestamp\":\"";
constexpr std::size_t kTimeSize = 27;  // always microseconds, in UTC

constexpr std::array<std::string_view, 12> kHeader = {"timestamp", "host",    "app",    "pid", "msgid", "severity",
                                                      "facility",  "message", "source", "sd",  "tags",  "raw"};
constexpr std::array<std::string_view, 5> kMarks = {"truncated", "partial", "malformed", "redacted", "gap"};

bool is_one_of(const auto& names, std::string_view key) { return std::find(names.begin(), names.end(), key) != names.end(); }

template <std::size_t N>
int index_of(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

// A member of the event itself that is called like one of ours has got a "_" behind it.
std::string_view field_key(std::string_view key) {
  if (!key.ends_with('_')) return key;
  std::string_view bare = key;
  while (bare.ends_with('_')) bare.remove_suffix(1);
  return is_one_of(kHeader, bare) || is_one_of(kMarks, bare) ? key.substr(0, key.size() - 1) : key;
}

std::vector<std::string> texts_of(std::string_view list) {  // ["a","b"]; such tags hold no quotes or escapes
  std::vector<std::string> texts;
  while (!list.empty()) {
    list.remove_prefix(std::min(list.size(), list.find('"')));
    if (list.empty()) break;
    const std::size_t end = list.find('"', 1);
    if (end == std::string_view::npos) break;
    texts.emplace_back(list.substr(1, end - 1));
    list.remove_prefix(end + 1);
  }
  return texts;
}

// {"id":{"a":"1"}} as [id a="1"], RFC 5424 §6.3.
std::string structured_data(std::string_view json, JsonObject& reader) {
  std::string out;
  std::vector<std::pair<std::string, std::string>> elements;  // a second reading forgets the first
  if (!reader.read(json)) return out;
  for (const JsonMember& member : reader.members()) {
    if (member.type == JsonType::text && member.key == "raw") return std::string(member.value);
    elements.emplace_back(member.key, member.value);
  }
  for (const auto& [id, params] : elements) {
    out.append("[").append(id);
    if (!reader.read(params)) return {};
    for (const JsonMember& param : reader.members()) {
      out.append(" ").append(param.key).append("=\"");
      for (const char c : param.value) {
        if (c == '"' || c == '\\' || c == ']') out += '\\';
        out += c;
      }
      out += '"';
    }
    out += ']';
  }
  return out;
}

const JsonMember* find(const JsonObject& object, std::string_view key) {
  for (const JsonMember& member : object.members())
    if (member.key == key) return &member;
  return nullptr;
}

}  // namespace

bool looks_archived(std::string_view line) {
  return line.size() > kBegin.size() + kTimeSize && line.starts_with(kBegin) && line[kBegin.size() + kTimeSize - 1] == 'Z' &&
         line[kBegin.size() + kTimeSize] == '"';
}

bool add_archived_event(std::string_view line, const JsonObject& object, JsonObject& inner, Batch& to) {
  const JsonMember *const message = find(object, "message"), *const source = find(object, "source");
  const auto time = base::parse_rfc3339(line.substr(kBegin.size(), kTimeSize));
  if (!time || message == nullptr || source == nullptr || message->type != JsonType::text || source->type != JsonType::text)
    return false;
  Event event;
  event.time_ns = time->ns;
  event.message = to.arena.append(message->value);
  event.frame = event.message;
  const auto text = [&](std::string_view key) {
    const JsonMember* const member = find(object, key);
    return member != nullptr && member->type == JsonType::text ? member->value : std::string_view();
  };
  event.set_host(to.arena.append(text("host")));
  event.set_app(to.arena.append(text("app")));
  event.set_procid(to.arena.append(text("pid")));
  event.set_msgid(to.arena.append(text("msgid")));
  const int severity = index_of(shipper::kSeverityNames, text("severity"));
  const int facility = index_of(shipper::kFacilityNames, text("facility"));
  if (severity >= 0 && facility >= 0) event.priority = static_cast<std::uint8_t>(facility * 8 + severity);
  if (const JsonMember* const data = find(object, "sd"); data != nullptr && data->type == JsonType::object)
    event.structured_data = to.arena.append(structured_data(data->value, inner));
  const JsonMember* const tags = find(object, "tags");
  event.source =
      to.source_index({std::string(source->value), tags == nullptr ? std::vector<std::string>{} : texts_of(tags->value)});
  const auto begin = static_cast<std::uint32_t>(to.arena.size());
  for (const JsonMember& member : object.members()) {
    if (is_one_of(kHeader, member.key) || (is_one_of(kMarks, member.key) && member.value == "true")) continue;
    shipper::append_field(to.arena, member.type == JsonType::text ? base::FieldKind::text : base::FieldKind::json,
                          field_key(member.key), member.value);
  }
  event.fields = {begin, static_cast<std::uint32_t>(to.arena.size()) - begin};
  to.events.push_back(event);
  return true;
}

}  // namespace longshore::rules
