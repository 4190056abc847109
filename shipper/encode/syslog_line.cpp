#include "shipper/encode/syslog_line.hpp"

#include <algorithm>
#include <charconv>

#include "shipper/encode/break_scan.hpp"
#include "shipper/encode/structured_data.hpp"

namespace longshore::shipper {
namespace {

constexpr std::uint8_t kUserNotice = 13;
constexpr std::string_view kFieldsElement = "[fields@32473";  // the number that RFC 5612 keeps for examples: we own none

void append_priority(const Event& event, Output& out) {
  char* to = out.room(8);
  *to++ = '<';
  to = std::to_chars(to, to + 3, event.priority < 192 ? event.priority : kUserNotice).ptr;
  *to++ = '>';
  out.advance(to);
}

// A header field of RFC 5424 §6: at most `limit` characters of PRINTUSASCII, others become '_'; "-" for nothing.
void append_header_field(std::string_view text, std::size_t limit, Output& out) {
  if (text.empty()) return out.append('-');
  text = text.substr(0, limit);
  char* to = out.room(text.size());
  for (const char c : text) *to++ = c > ' ' && c < 0x7F ? c : '_';
  out.advance(to);
}

void append_name(std::string_view name, Output& out) {
  if (name.empty()) return out.append('_');
  for (const char c : name.substr(0, 32)) out.append(c > ' ' && c < 0x7F && c != '=' && c != ']' && c != '"' ? c : '_');
}

}  // namespace

SyslogLine::SyslogLine(Form form, Element element, bool escape_breaks)
    : form_(form), element_(std::move(element)), escape_breaks_(escape_breaks) {}

void SyslogLine::begin(const Batch& batch) {
  batch_ = &batch;
  elements_.clear();
  if (!element_) return;
  for (const SourceInfo& source : batch.sources) elements_.push_back(element_(source));
}

void SyslogLine::append(const Event& event, const LinePart& part, Output& out) {
  append_priority(event, out);
  if (form_ == Form::rfc5424) {
    append_rfc5424(event, part, out);
  } else {
    append_rfc3164(event, out);
  }
  append_text(part.message, out);
  if (part.truncated) out.append(kCutMarker);
}

void SyslogLine::append_rfc5424(const Event& event, const LinePart& part, Output& out) {
  out.append("1 ");
  out.advance(time_.rfc3339(event.time_ns, out.room(32)));
  out.append(' ');
  append_header_field(batch_->text(event.host()), 255, out);
  out.append(' ');
  append_header_field(batch_->text(event.app()), 48, out);
  out.append(' ');
  append_header_field(batch_->text(event.procid()), 128, out);
  out.append(' ');
  append_header_field(batch_->text(event.msgid()), 32, out);
  out.append(' ');
  const std::size_t before = out.size();
  if (event.source < elements_.size()) out.append(elements_[event.source]);
  const std::string_view data = part.reduced ? std::string_view{} : batch_->text(event.structured_data);
  if (is_structured_data(data)) append_text(data, out);
  append_fields(event, part, out);
  if (out.size() == before) out.append('-');
  out.append(' ');
}

void SyslogLine::append_rfc3164(const Event& event, Output& out) {
  out.advance(time_.rfc3164(event.time_ns, out.room(32)));
  out.append(' ');
  append_header_field(batch_->text(event.host()), 255, out);
  out.append(' ');
  if (event.app().empty()) return;
  append_header_field(batch_->text(event.app()), 48, out);
  if (!event.procid().empty()) {
    out.append('[');
    append_header_field(batch_->text(event.procid()), 128, out);
    out.append(']');
  }
  out.append(": ");
}

void SyslogLine::append_fields(const Event& event, const LinePart& part, Output& out) const {
  const std::size_t before = out.size();
  const auto add = [&](std::string_view key, std::string_view value) {
    if (out.size() == before) out.append(kFieldsElement);
    out.append(' ');
    append_name(key, out);
    out.append("=\"");
    for (std::size_t at = value.find_first_of("\"\\]"); at != std::string_view::npos; at = value.find_first_of("\"\\]")) {
      append_text(value.substr(0, at), out);
      out.append('\\');
      out.append(value[at]);
      value.remove_prefix(at + 1);
    }
    append_text(value, out);
    out.append('"');
  };
  if (!part.reduced) {
    FieldReader reader(batch_->text(event.fields));
    for (Field field; reader.next(field);) add(field.key, field.value);
  }
  if (part.truncated || (event.flags & flag::kTruncated) != 0) add("truncated", "true");
  if ((event.flags & flag::kPartial) != 0) add("partial", "true");
  if (out.size() != before) out.append(']');
}

void SyslogLine::append_text(std::string_view text, Output& out) const {
  while (escape_breaks_) {
    const std::size_t at = find_break(text);
    if (at == text.size()) break;
    out.append(text.substr(0, at));
    out.append(text[at] == '\n' ? "#012" : "#000");
    text.remove_prefix(at + 1);
  }
  out.append(text);
}

std::size_t SyslogLine::prefix(std::string_view message, std::size_t budget) const {
  std::size_t used = 0, taken = 0;
  for (; taken < message.size(); ++taken) {
    used += escape_breaks_ && (message[taken] == '\n' || message[taken] == '\0') ? 4 : 1;
    if (used > budget) break;
  }
  // Not in the middle of a UTF-8 character: back to its first byte, which is at most three before.
  for (int back = 0; back < 3 && taken > 0 && taken < message.size(); ++back, --taken)
    if ((static_cast<unsigned char>(message[taken]) & 0xC0) != 0x80) break;
  return taken;
}

std::string loggly_element(std::string_view token, const std::vector<std::string>& tags) {
  std::string element = "[";
  element.append(token).append("@41058");
  for (const std::string& tag : tags) element.append(" tag=\"").append(tag).append("\"");
  return element.append("]");
}

}  // namespace longshore::shipper
