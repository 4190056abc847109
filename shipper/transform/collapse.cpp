#include "shipper/transform/collapse.hpp"

#include <functional>
#include <string>

namespace longshore::shipper {

base::Result<Collapse> Collapse::make(const CollapseOptions& options) {
  if (options.window <= base::Duration::zero())
    return base::fail(base::Code::invalid, "`window` is not positive; name the time in which equal messages are counted");
  TRY(where, Where::make(options.where));
  return Collapse(options, std::move(where));
}

void Collapse::apply(Batch& batch, std::size_t first, base::Timestamp now, DropCounter& dropped) {
  take_out(batch, first, [&](const Event& event) { return repeats(batch, event, now, dropped); });
}

bool Collapse::repeats(const Batch& batch, const Event& event, base::Timestamp now, DropCounter& dropped) {
  if (event.message.size > kLargest || !where_.holds(batch, event)) return false;
  text_.assign(1, static_cast<char>(event.priority));
  for (const Slice part : {event.host(), event.app()}) text_.append(batch.text(part)).push_back('\0');
  text_.append(batch.text(event.message));
  const std::uint64_t hash = std::hash<std::string_view>{}(text_);
  const auto known = by_hash_.find(hash);
  if (known != by_hash_.end() && known->second->repeated == 0 && known->second->deadline <= now) forget(known->second);
  if (!by_hash_.contains(hash)) {
    watch(now, hash);
    return false;
  }
  Watched& watched = *by_hash_.at(hash);
  if (watched.text != text_) return false;  // two texts with one hash: the second is not watched
  // A window that is over but not flushed yet still counts.
  if (watched.repeated++ == 0) {
    watched.summary.take(batch.arena, event);
    watched.bytes += watched.summary.size();
    bytes_ += watched.summary.size();
    watched.first_ns = event.time_ns;
    ++held_;
  } else {
    dropped.drop("collapsed");
  }
  watched.last_ns = event.time_ns;
  return true;
}

void Collapse::watch(base::Timestamp now, std::uint64_t hash) {
  // When all places are taken, the oldest goes if it has not come again.
  const auto is_full = [this] { return watch_.size() >= max_distinct_ || bytes_ + text_.size() > kMostBytes; };
  while (!watch_.empty() && watch_.front().repeated == 0 && (is_full() || watch_.front().deadline <= now))
    forget(watch_.begin());
  if (is_full()) return;
  Watched& watched = watch_.emplace_back();
  watched.text = text_;
  watched.hash = hash;
  watched.bytes = text_.size();
  watched.deadline = now + window_;
  by_hash_.emplace(hash, std::prev(watch_.end()));
  bytes_ += text_.size();
}

void Collapse::flush(Batch& batch, base::Timestamp now) {
  while (!watch_.empty() && watch_.front().deadline <= now) {
    if (watch_.front().repeated > 0) summarise(batch, watch_.front());
    forget(watch_.begin());
  }
}

void Collapse::summarise(Batch& batch, Watched& watched) {
  HeldEvent& summary = watched.summary;
  summary.add_field(FieldKind::json, "repeated", std::to_string(watched.repeated));
  summary.add_field(FieldKind::text, "first_time", base::format_rfc3339({watched.first_ns}));
  summary.add_field(FieldKind::text, "last_time", base::format_rfc3339({watched.last_ns}));
  summary.add_flags(flag::kCollapsed);
  Event event = summary.release(batch.arena);
  event.time_ns = watched.last_ns;
  batch.events.push_back(event);
  --held_;
}

base::Timestamp Collapse::next_deadline() const { return held_ == 0 ? base::kNever : watch_.front().deadline; }

void Collapse::forget(Watch::iterator watched) {
  bytes_ -= watched->bytes;
  by_hash_.erase(watched->hash);
  watch_.erase(watched);
}

}  // namespace longshore::shipper
