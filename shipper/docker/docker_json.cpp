#include "shipper/docker/docker_json.hpp"

#include <algorithm>

#include "shipper/event/shared_fields.hpp"

namespace longshore::shipper {
namespace {

constexpr std::uint8_t kDaemonError = 3 * 8 + 3, kDaemonInfo = 3 * 8 + 6;

}  // namespace

void DockerJson::apply(Batch& batch, std::size_t first, base::Timestamp now) {
  std::size_t kept = first;
  for (std::size_t i = first; i < batch.events.size(); ++i) {
    Event event = batch.events[i];
    const std::size_t line = event.frame.size + 1U;
    for (Stream& stream : streams_)
      if (!stream.held.empty()) stream.bytes_since += line;
    bool complete = true;
    Stream* const stream = decode(batch, event, complete);
    if (stream == nullptr) {  // not Docker's
      batch.events[kept++] = event;
      continue;
    }
    if (stream->held.empty()) {
      if (complete) {
        batch.events[kept++] = event;
        continue;
      }
      event.frame = event.message;  // what comes out is no longer one line of the file
      stream->held.take(batch.arena, event);
      stream->bytes_since = line;
    } else {
      join(*stream, batch.text(event.message));
    }
    stream->deadline = now + options_.timeout;
    if (complete) batch.events[kept++] = stream->held.release(batch.arena);
  }
  batch.events.resize(kept);
}

void DockerJson::expire(Batch& batch, base::Timestamp now) {
  for (Stream& stream : streams_) {
    if (stream.held.empty() || stream.deadline > now) continue;
    stream.held.add_flags(flag::kPartial);
    batch.events.push_back(stream.held.release(batch.arena));
  }
}

base::Timestamp DockerJson::next_deadline() const {
  base::Timestamp earliest = base::kNever;
  for (const Stream& stream : streams_)
    if (!stream.held.empty()) earliest = std::min(earliest, stream.deadline);
  return earliest;
}

std::size_t DockerJson::held_bytes() const {
  std::size_t most = 0;
  for (const Stream& stream : streams_)
    if (!stream.held.empty()) most = std::max(most, stream.bytes_since);
  return most;
}

DockerJson::Stream* DockerJson::decode(Batch& batch, Event& event, bool& complete) {
  if (!json_.read(batch.text(event.frame))) return nullptr;
  const JsonMember *log = nullptr, *time = nullptr, *attributes = nullptr;
  bool error = false;
  for (const JsonMember& member : json_.members()) {
    if (member.key == "log" && member.type == JsonType::text) log = &member;
    if (member.key == "time" && member.type == JsonType::text) time = &member;
    if (member.key == "attrs" && member.type == JsonType::object) attributes = &member;
    if (member.key == "stream") error = member.value == "stderr";
  }
  const auto at = time ? base::parse_rfc3339(time->value) : std::nullopt;
  if (!log || !at) return nullptr;

  event.time_ns = at->ns;
  event.flags |= flag::kHasTime;
  event.priority = error ? kDaemonError : kDaemonInfo;
  complete = log->value.ends_with('\n');
  const std::string_view text = log->value.substr(0, log->value.size() - (complete ? 1 : 0));
  if (log->plain == text.size())
    event.message = {event.frame.offset + static_cast<std::uint32_t>(log->offset), static_cast<std::uint32_t>(text.size())};
  else
    event.message = batch.arena.append(text);
  if (text.find('\n') != std::string_view::npos) event.flags |= flag::kMultiline;
  if (attributes) add_attributes(batch, event, attributes->value);
  return &streams_[error ? 1 : 0];
}

// Labels and environment, the same for every line of the file; in front of what the tail source says about the file.
void DockerJson::add_attributes(Batch& batch, Event& event, std::string_view attributes) {
  if (attributes_text_ != attributes) {
    attributes_text_ = attributes;
    attributes_.clear();
    tag_ = {};
    if (attributes_json_.read(attributes))
      for (const JsonMember& member : attributes_json_.members()) {
        const bool text = member.type == JsonType::text;
        const Slice field = append_field(attributes_, text ? FieldKind::text : FieldKind::json, member.key, member.value);
        const auto size = static_cast<std::uint32_t>(member.value.size());
        if (text && member.key == "tag") tag_ = {field.offset + field.size - size, size};  // a field ends with its value
      }
  }
  const auto start = static_cast<std::uint32_t>(batch.arena.size());
  batch.arena.append(attributes_.view());
  batch.arena.reserve(event.fields.size);  // so that the next line's source does not move
  batch.arena.append(batch.text(event.fields));
  event.fields = share_fields(batch.arena, {start, static_cast<std::uint32_t>(batch.arena.size()) - start}, last_fields_);
  if (!tag_.empty()) event.set_app({event.fields.offset + tag_.offset, tag_.size});
}

void DockerJson::join(Stream& stream, std::string_view text) {
  const std::size_t room = options_.max_message - std::min(options_.max_message, stream.held.message().size());
  if (text.size() > room) stream.held.add_flags(flag::kTruncated);
  stream.held.extend(text.substr(0, room));
}

}  // namespace longshore::shipper
