#include "rules/match/event_fields.hpp"

#include <algorithm>
#include <array>

#include "common/base/packed_fields.hpp"
#include "rules/match/literal_scanner.hpp"

namespace longshore::rules {
namespace {

using Kind = FieldRef::Kind;

bool begins_object(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

// Fields that say where a line comes from: a container called "error-reporter" must not make each of its lines an error.
bool is_origin(std::string_view key) {
  constexpr std::array<std::string_view, 5> kNames = {"file", "tag", "command", "created", "logger"};
  return std::find(kNames.begin(), kNames.end(), key) != kNames.end() || key.starts_with("container_") ||
         key.starts_with("image_") || key.starts_with("docker.") || key.starts_with("k8s.") || key.starts_with("file.");
}

}  // namespace

FieldId FieldTable::find(const FieldRef& field) const {
  return static_cast<FieldId>(std::find(fields_.begin(), fields_.end(), field) - fields_.begin());
}

FieldId FieldTable::intern(const FieldRef& field) {
  if (const FieldId known = find(field); known < fields_.size()) return known;
  fields_.push_back(field);
  const auto id = static_cast<FieldId>(fields_.size() - 1);
  if (field.kind == Kind::json) json_.add(field.path, id);
  return id;
}

bool is_header(const FieldRef& field) {
  switch (field.kind) {
    case Kind::tag:
    case Kind::host:
    case Kind::source:
    case Kind::severity:
    case Kind::facility:
    case Kind::priority:
    case Kind::app:
    case Kind::msgid:
      return true;
    case Kind::attribute:
      return field.path.starts_with("host.");
    default:
      return false;
  }
}

void EventFields::reset(const EventView& event) {
  event_ = &event;
  ++number_;
  json_read_ = false;
  kept_used_ = 0;
}

std::span<const std::string_view> EventFields::values(FieldId id) {
  const FieldRef& field = table_[id];
  if (field.kind == Kind::capture)
    return captures_ == nullptr ? std::span<const std::string_view>() : captures_->capture(field.path);
  if (field.kind == Kind::json) read_json();  // fills the slots of all of them
  Slot& slot = slots_[id];
  if (slot.event != number_) {
    slot.event = number_;
    slot.values.clear();
    if (field.kind != Kind::json) find(field, slot.values);
  }
  return slot.values;
}

std::span<const std::string_view> EventFields::lowered_values(FieldId id) {
  const auto values = this->values(id);
  Slot& slot = slots_[id];
  if (slot.lowered_event == number_ && table_[id].kind != Kind::capture) return slot.lowered;
  slot.lowered_event = number_;
  slot.lowered.clear();
  for (const std::string_view value : values) slot.lowered.push_back(keep_lowered(value));
  return slot.lowered;
}

std::span<const std::string_view> EventFields::json_texts() {
  read_json();
  return json_.found().texts;
}

void EventFields::find(const FieldRef& field, std::vector<std::string_view>& values) {
  const auto add = [&](std::string_view value) {
    if (!value.empty()) values.push_back(value);
  };
  const bool has_priority = event_->priority < 192;
  switch (field.kind) {
    case Kind::text:
      return find_text(values);
    case Kind::message:
      return values.push_back(event_->message);
    case Kind::raw:
      return values.push_back(event_->raw.empty() ? event_->message : event_->raw);
    case Kind::tag:
      for (const std::string& tag : event_->tags) add(tag);
      return;
    case Kind::host:
      return add(event_->host);
    case Kind::source:
      return add(event_->source);
    case Kind::time:
      return values.push_back(keep(base::format_rfc3339(event_->time)));
    case Kind::severity:
      if (has_priority) values.push_back(number(event_->priority % 8));
      return;
    case Kind::facility:
      if (has_priority) values.push_back(number(event_->priority / 8));
      return;
    case Kind::priority:
      if (has_priority) values.push_back(number(event_->priority));
      return;
    case Kind::app:
      return add(event_->app);
    case Kind::procid:
      return add(event_->procid);
    case Kind::msgid:
      return add(event_->msgid);
    case Kind::structured:
      return find_structured(field.path, values);
    case Kind::attribute:
    case Kind::deploy:
      return find_surroundings(field, values);
    case Kind::json:
    case Kind::capture:
      return;
  }
}

void EventFields::find_text(std::vector<std::string_view>& values) {
  values.push_back(event_->message);
  base::FieldReader reader(event_->fields);
  for (base::Field each; reader.next(each);)
    if (!is_origin(each.key)) values.push_back(each.value);
  if (!has_texts_apart()) return;
  const auto texts = json_texts();
  values.insert(values.end(), texts.begin(), texts.end());
}

// What is written without escapes stands in the message and the fields as it is.
bool EventFields::has_texts_apart() const {
  return table_.whole_texts() || event_->message.find('\\') != std::string_view::npos ||
         event_->fields.find('\\') != std::string_view::npos;
}

// RFC 5424 §6.3: [id name="value" name="value"][id …]
void EventFields::find_structured(const std::string& path, std::vector<std::string_view>& values) {
  const std::string_view data = event_->structured_data;
  std::size_t at = 0;
  const auto until = [&](std::string_view stop) {
    const std::size_t begin = at;
    while (at < data.size() && stop.find(data[at]) == std::string_view::npos) ++at;
    return data.substr(begin, at - begin);
  };
  while (at < data.size() && data[at] == '[') {
    ++at;
    const std::string_view id = until(" ]");
    while (at < data.size() && data[at] == ' ') {
      ++at;
      const std::string_view name = until("=]");
      if (at + 1 >= data.size() || data[at] != '=' || data[at + 1] != '"') return;
      const bool wanted = path.size() == id.size() + 1 + name.size() && path.starts_with(id) && path[id.size()] == '.' &&
                          path.ends_with(name);
      std::string value;
      for (at += 2; at < data.size() && data[at] != '"'; ++at) {
        if (data[at] == '\\' && std::string_view("\"\\]").find(data.substr(at + 1, 1)) != std::string_view::npos) ++at;
        if (wanted && at < data.size()) value += data[at];
      }
      ++at;
      if (wanted) values.push_back(keep(std::move(value)));
    }
    if (at >= data.size() || data[at] != ']') return;
    ++at;
  }
}

void EventFields::find_surroundings(const FieldRef& field, std::vector<std::string_view>& values) {
  if (field.kind == Kind::deploy) {
    if (field.path == "active") return values.push_back(surroundings_.deploy_active ? "true" : "false");
    if (surroundings_.deploy_since.ns == 0) return;
    if (field.path == "version") return values.push_back(surroundings_.deploy_version);
    if (field.path == "age") values.push_back(number((event_->time - surroundings_.deploy_since).count() / 1'000'000'000));
    return;
  }
  for (const auto& [name, value] : surroundings_.host)
    if (name == field.path) values.push_back(value);
  base::FieldReader reader(event_->fields);
  for (base::Field each; reader.next(each);)
    if (each.key == field.path) values.push_back(each.value);
}

// The body may stand in the message, or its members in the fields already.
void EventFields::read_json() {
  if (json_read_) return;
  json_read_ = true;
  json_.clear();
  for (FieldId id = 0; id < slots_.size(); ++id) {
    if (table_[id].kind != Kind::json) continue;
    slots_[id].event = number_;
    slots_[id].values.clear();
  }
  const JsonPaths& paths = table_.json();
  const bool texts = has_texts_apart();
  base::FieldReader reader(event_->fields);
  for (base::Field each; reader.next(each);) {
    const std::uint32_t at = paths.child(0, each.key);
    const bool nested = each.value.starts_with('{') || each.value.starts_with('[');
    if (each.kind == base::FieldKind::json && nested) {
      if (at != JsonPaths::kNone || texts) json_.read(each.value, paths, at, texts);
    } else if (at != JsonPaths::kNone && !(each.kind == base::FieldKind::json && each.value == "null")) {
      for (const FieldId id : paths.node(at).fields) slots_[id].values.push_back(each.value);
    }
  }
  if (begins_object(event_->message)) json_.read(event_->message, paths, 0, texts);
  for (const auto& [id, value] : json_.found().values) slots_[id].values.push_back(value);
}

std::string_view EventFields::keep_lowered(std::string_view text) {
  if (kept_used_ == kept_.size()) kept_.emplace_back();
  return lowered_for_scan(text, kept_[kept_used_++]).text;
}

std::string_view EventFields::keep(std::string text) {
  if (kept_used_ == kept_.size()) kept_.emplace_back();
  return kept_[kept_used_++] = std::move(text);
}

}  // namespace longshore::rules
