#include "shipper/encode/json_line.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "shipper/encode/json_text.hpp"
#include "shipper/encode/severity.hpp"
#include "shipper/encode/structured_data.hpp"

namespace longshore::shipper {
namespace {

// What shipper itself says about an event, as `"name":true`.
struct Mark {
  std::uint16_t flag;
  std::string_view name;
  std::string_view member;
};
constexpr std::array kMarks = {
    Mark{flag::kTruncated, "truncated", ",\"truncated\":true"}, Mark{flag::kPartial, "partial", ",\"partial\":true"},
    Mark{flag::kBadData, "malformed", ",\"malformed\":true"}, Mark{flag::kRedacted, "redacted", ",\"redacted\":true"},
    Mark{flag::kGap, "gap", ",\"gap\":true"}};
constexpr std::uint16_t kAllMarks = [] {
  std::uint16_t all = 0;
  for (const Mark& mark : kMarks) all = static_cast<std::uint16_t>(all | mark.flag);
  return all;
}();

constexpr std::array<std::string_view, 12> kOurNames = {"timestamp", "host",    "app",    "pid", "msgid", "severity",
                                                        "facility",  "message", "source", "sd",  "tags",  "raw"};

bool is_our_name(std::string_view key) {
  while (key.ends_with('_')) key.remove_suffix(1);
  return std::ranges::find(kOurNames, key) != kOurNames.end() || std::ranges::find(kMarks, key, &Mark::name) != kMarks.end();
}

// ,"severity":"warning","facility":"authpriv" for each priority, padded so that a copy has a constant size.
struct PriorityText {
  std::array<char, 48> text{};
  std::size_t size = 0;
};
constexpr std::array<PriorityText, 192> kPriorities = [] {
  std::array<PriorityText, 192> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto add = [&entry = table[i]](std::string_view text) {
      for (const char c : text) entry.text[entry.size++] = c;
    };
    add(",\"severity\":\"");
    add(kSeverityNames[i % 8]);
    add("\",\"facility\":\"");
    add(kFacilityNames[i / 8]);
    add("\"");
  }
  return table;
}();

// Writes text of a size that the compiler knows; returns its end.
template <std::size_t N>
char* put(char* to, const char (&text)[N]) {
  std::memcpy(to, text, N - 1);
  return to + N - 1;
}
template <std::size_t N>
void put(Output& out, const char (&text)[N]) {
  out.advance(put(out.room(N - 1), text));
}

}  // namespace

JsonLine::JsonLine(std::vector<std::string> sink_tags, bool with_tags)
    : sink_tags_(std::move(sink_tags)), with_tags_(with_tags) {}

std::size_t JsonLine::prefix(std::string_view message, std::size_t budget) { return json_text_prefix(message, budget); }

void JsonLine::begin(const Batch& batch) {
  batch_ = &batch;
  readable_end_ = batch.arena.data() + batch.arena.size();
  last_fields_ = {};
  encoded_fields_.clear();
  sources_.resize(batch.sources.size());
  for (std::size_t i = 0; i < batch.sources.size(); ++i) {
    Output& out = sources_[i];
    out.clear();
    put(out, ",\"source\":\"");
    append_json_text(out, batch.sources[i].name);
    put(out, "\"");
    if (!with_tags_) continue;
    std::vector<std::string> tags = sink_tags_;
    for (const std::string& tag : batch.sources[i].tags)
      if (std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
    if (tags.empty()) continue;
    put(out, ",\"tags\":[\"");
    for (std::size_t t = 0; t < tags.size(); ++t) {
      if (t > 0) put(out, "\",\"");
      append_json_text(out, tags[t]);
    }
    put(out, "\"]");
  }
}

void JsonLine::append(const Event& event, const LinePart& part, Output& out) {
  append_header(event, part, out);
  append_json_text(out, part.message, readable_end_);
  if (part.truncated) out.append(kCutMarker);
  put(out, "\"");
  if (part.reduced) {
    append_reduced_source(event, out);
  } else {
    if (event.source < sources_.size()) out.append(sources_[event.source].view());
    if (!event.fields.empty()) append_fields(event.fields, out);
    if (!event.structured_data.empty()) {
      put(out, ",\"sd\":");
      append_structured_data_json(out, batch_->text(event.structured_data), readable_end_);
    }
  }
  const auto marks = static_cast<std::uint16_t>(event.flags | (part.truncated ? flag::kTruncated : 0));
  if ((marks & kAllMarks) != 0)
    for (const Mark& mark : kMarks)
      if ((marks & mark.flag) != 0) out.append(mark.member);
  if (event.format == Format::raw) put(out, ",\"raw\":true");
  put(out, "}");
}

void JsonLine::append_header(const Event& event, const LinePart& part, Output& out) {
  constexpr std::size_t kFixed = 256;  // names, timestamp and priority
  const std::size_t texts = std::size_t{event.host_size} + event.app_size + event.procid_size + event.msgid_size;
  char* to = put(out.room(6 * texts + kFixed), "{\"timestamp\":\"");
  to = time_.rfc3339(event.time_ns, to);
  const auto member = [&]<std::size_t N>(const char(&key)[N], Slice slice) {
    if (slice.empty()) return;
    if (part.reduced && slice.size > kReducedHeader) slice.size = kReducedHeader;
    to = escape_json(batch_->text(slice), readable_end_, put(to, key));
  };
  member("\",\"host\":\"", event.host());
  member("\",\"app\":\"", event.app());
  member("\",\"pid\":\"", event.procid());
  member("\",\"msgid\":\"", event.msgid());
  *to++ = '"';
  if (event.priority < kPriorities.size()) {
    const PriorityText& priority = kPriorities[event.priority];
    std::memcpy(to, priority.text.data(), priority.text.size());
    to += priority.size;
  }
  out.advance(put(to, ",\"message\":\""));
}

void JsonLine::append_reduced_source(const Event& event, Output& out) {
  if (event.source >= batch_->sources.size()) return;
  put(out, ",\"source\":\"");
  append_json_text(out, std::string_view(batch_->sources[event.source].name).substr(0, kReducedHeader));
  put(out, "\"");
}

void JsonLine::append_fields(Slice packed, Output& out) {
  if (packed != last_fields_) {
    last_fields_ = packed;
    encoded_fields_.clear();
    encode_fields(batch_->text(packed), out);
    return;
  }
  if (encoded_fields_.empty()) {
    const std::size_t before = out.size();
    encode_fields(batch_->text(packed), out);
    encoded_fields_.assign(out.view().substr(before));
    return;
  }
  out.append(encoded_fields_);
}

void JsonLine::encode_fields(std::string_view packed, Output& out) {
  fields_.clear();
  FieldReader reader(packed);
  for (Field field; reader.next(field);) fields_.push_back(field);
  // Later wins. Beyond this many the search would be too dear, and readers of JSON let the later one win themselves.
  constexpr std::size_t kMost = 64;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const Field& field = fields_[i];
    const auto same_key = [&field](const Field& later) { return later.key == field.key; };
    if (fields_.size() <= kMost &&
        std::any_of(fields_.begin() + static_cast<std::ptrdiff_t>(i) + 1, fields_.end(), same_key))
      continue;
    put(out, ",\"");
    append_json_text(out, field.key, readable_end_);
    if (is_our_name(field.key)) put(out, "_");
    if (field.kind == FieldKind::json && !field.value.empty()) {
      put(out, "\":");
      // Known to be valid JSON: a line break in it can only be white space between tokens.
      const auto is_break = [](char c) { return c == '\n' || c == '\r'; };
      char* to = out.room(field.value.size());
      out.advance(std::remove_copy_if(field.value.begin(), field.value.end(), to, is_break));
    } else {
      put(out, "\":\"");
      append_json_text(out, field.value, readable_end_);
      put(out, "\"");
    }
  }
}

}  // namespace longshore::shipper
