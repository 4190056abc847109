#include "shipper/docker/syslog_pieces.hpp"

#include <algorithm>

namespace longshore::shipper {

void SyslogPieces::apply(Batch& batch, std::size_t first, base::Timestamp now) {
  std::size_t kept = first;
  for (std::size_t i = first; i < batch.events.size(); ++i) {
    const Event event = batch.events[i];
    const bool is_piece = event.message.size == kPiece;
    if (!is_piece && held_.empty()) {
      batch.events[kept++] = event;
      continue;
    }
    // stdout and stderr of a container differ in severity only.
    key_.assign(1, static_cast<char>(event.priority));
    for (const Slice part : {event.host(), event.app(), event.procid(), event.msgid()})
      key_.append(batch.text(part)).push_back('\0');
    const auto known = held_.find(key_);
    if (known == held_.end()) {
      if (is_piece && held_.size() < options_.max_held)
        held_[key_].event.take(batch.arena, event);
      else
        batch.events[kept++] = event;
    } else {
      HeldEvent& held = known->second.event;
      const std::string_view text = batch.text(event.message);
      const std::size_t room = options_.max_message - std::min(options_.max_message, held.message().size());
      if (text.size() > room) held.add_flags(flag::kTruncated);
      held.extend(text.substr(0, room));
    }
    if (const auto now_held = held_.find(key_); now_held != held_.end()) {
      now_held->second.deadline = now + options_.timeout;
      if (is_piece) continue;
      batch.events[kept++] = now_held->second.event.release(batch.arena);
      held_.erase(now_held);
    }
  }
  batch.events.resize(kept);
}

void SyslogPieces::expire(Batch& batch, base::Timestamp now) {
  for (auto held = held_.begin(); held != held_.end();) {
    if (held->second.deadline > now) {
      ++held;
      continue;
    }
    batch.events.push_back(held->second.event.release(batch.arena));
    held = held_.erase(held);
  }
}

base::Timestamp SyslogPieces::next_deadline() const {
  base::Timestamp earliest = base::kNever;
  for (const auto& [key, held] : held_) earliest = std::min(earliest, held.deadline);
  return earliest;
}

}  // namespace longshore::shipper
