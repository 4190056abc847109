#include "shipper/encode/encoder.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace longshore::shipper {
namespace {

// RFC 6587 wants the length first: room for it is left, and the message moved up to its last digit.
constexpr std::size_t kLengthRoom = 12;

void put_length(Output& out, std::size_t start) {
  const std::size_t size = out.size() - start - kLengthRoom;
  char* const frame = out.room(0) - size - kLengthRoom;
  char* to = std::to_chars(frame, frame + kLengthRoom, size).ptr;
  *to++ = ' ';
  std::memmove(to, frame + kLengthRoom, size);
  out.advance(to + size);
}

SyslogLine::Form syslog_form(LineShape format) {
  return format == LineShape::rfc3164 ? SyslogLine::Form::rfc3164 : SyslogLine::Form::rfc5424;
}

}  // namespace

Encoder::Encoder(EncoderOptions options)
    : options_(std::move(options)),
      json_(options_.tags, options_.tags_in_json),
      syslog_(syslog_form(options_.format), options_.element, options_.framing == LineFraming::lf) {
  options_.max_line = std::max(options_.max_line, kLeastMaxLine);
}

void Encoder::begin(const Batch& batch) {
  batch_ = &batch;
  if (options_.format == LineShape::json) {
    json_.begin(batch);
  } else {
    syslog_.begin(batch);
  }
}

bool Encoder::append(const Event& event, Output& out) {
  const std::size_t start = out.size();
  const bool counted = options_.framing == LineFraming::octet_counting;
  if (counted) out.advance(out.room(kLengthRoom) + kLengthRoom);
  const std::size_t line = out.size();
  const std::string_view text = batch_->text(options_.format == LineShape::raw ? event.frame : event.message);
  // Encoded text is never shorter than the text: what is over the limit alone need not be tried.
  bool cut = text.size() > options_.max_line;
  if (!cut) {
    append_line(event, {.message = text}, out);
    cut = out.size() - line > options_.max_line;
    if (cut) out.truncate(line);
  }
  if (cut) append_cut(event, out);
  if (counted) {
    put_length(out, start);
  } else {
    out.append('\n');
  }
  return cut;
}

void Encoder::append_cut(const Event& event, Output& out) {
  const std::string_view text = batch_->text(options_.format == LineShape::raw ? event.frame : event.message);
  const std::size_t line = out.size();
  for (const bool reduced : {false, true}) {
    LinePart part{.message = {}, .truncated = true, .reduced = reduced};
    append_line(event, part, out);
    const std::size_t around = out.size() - line;  // everything but the message
    out.truncate(line);
    if (around > options_.max_line) continue;
    part.message = text.substr(0, prefix(text, options_.max_line - around));
    return append_line(event, part, out);
  }
}

void Encoder::append_line(const Event& event, const LinePart& part, Output& out) {
  switch (options_.format) {
    case LineShape::json:
      return json_.append(event, part, out);
    case LineShape::rfc5424:
    case LineShape::rfc3164:
      return syslog_.append(event, part, out);
    case LineShape::raw:
      break;
  }
  if (options_.framing == LineFraming::lf) {
    syslog_.append_text(part.message, out);
  } else {
    out.append(part.message);
  }
  if (part.truncated) out.append(kCutMarker);
}

std::size_t Encoder::prefix(std::string_view message, std::size_t budget) const {
  return options_.format == LineShape::json ? JsonLine::prefix(message, budget) : syslog_.prefix(message, budget);
}

}  // namespace longshore::shipper
