#include "shipper/docker/partial_joiner.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace longshore::shipper {
namespace {

constexpr std::size_t kOverhead = 256;  // what a piece costs beside its bytes

// Checkpoint keys: PREFIX ORDINAL SP ("last" | "more") SP ID
std::string checkpoint_key(std::string_view prefix, const PartialJoiner::Piece& piece) {
  std::string key(prefix);
  key += std::to_string(piece.ordinal);
  key += piece.last ? " last " : " more ";
  return key.append(piece.id);
}

bool parse_checkpoint_key(std::string_view key, std::string_view prefix, PartialJoiner::Piece& out) {
  if (!key.starts_with(prefix)) return false;
  key.remove_prefix(prefix.size());
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), out.ordinal);
  if (error != std::errc()) return false;
  key.remove_prefix(static_cast<std::size_t>(end - key.data()));
  out.last = key.starts_with(" last ");
  if (!out.last && !key.starts_with(" more ")) return false;
  out.id = key.substr(6);
  return true;
}

}  // namespace

void PartialJoiner::add(Batch& batch, const Piece& piece, const Event& event, std::size_t mark, base::Timestamp now) {
  const auto whole = find_or_add(piece.id, now);
  whole->deadline = now + options_.timeout;
  wholes_.splice(wholes_.end(), wholes_, whole);
  if (!whole->pieces.contains(piece.ordinal)) {
    Event kept = event;
    const std::size_t room = options_.max_message - std::min(whole->text, options_.max_message);
    if (kept.message.size > room) {
      whole->flags |= flag::kTruncated;
      kept.message.size = static_cast<std::uint32_t>(room);
      kept.frame = kept.message;
    }
    HeldEvent held_event;
    held_event.take(batch.arena, kept);
    batch.arena.truncate(mark);
    Held& held = hold(*whole, piece.ordinal, piece.last, std::move(held_event));
    if (whole->complete()) return emit(batch, whole);
    if (piece.acknowledged) {
      held.checkpoint = checkpoint_key(options_.checkpoint_prefix, piece);
      batch.checkpoints.push_back({held.checkpoint, held.event.save()});
    }
  } else {
    batch.arena.truncate(mark);
  }
  while (held_bytes_ > options_.max_held) {
    wholes_.front().flags |= flag::kPartial;
    emit(batch, wholes_.begin());
  }
}

void PartialJoiner::restore(std::string_view key, std::string_view value, base::Timestamp now) {
  Piece piece;
  HeldEvent event;
  if (!parse_checkpoint_key(key, options_.checkpoint_prefix, piece) || !event.restore(value)) return;
  const auto whole = find_or_add(piece.id, now);
  if (!whole->pieces.contains(piece.ordinal)) hold(*whole, piece.ordinal, piece.last, std::move(event)).checkpoint = key;
}

void PartialJoiner::expire(Batch& batch, base::Timestamp now) {
  while (!wholes_.empty() && wholes_.front().deadline <= now) {
    wholes_.front().flags |= flag::kPartial;
    emit(batch, wholes_.begin());
  }
}

base::Timestamp PartialJoiner::next_deadline() const { return wholes_.empty() ? base::kNever : wholes_.front().deadline; }

PartialJoiner::Wholes::iterator PartialJoiner::find_or_add(std::string_view id, base::Timestamp now) {
  if (const auto known = by_id_.find(id); known != by_id_.end()) return known->second;
  Whole& whole = wholes_.emplace_back();
  whole.id = id;
  whole.deadline = now + options_.timeout;
  const auto place = std::prev(wholes_.end());
  by_id_.emplace(whole.id, place);
  return place;
}

PartialJoiner::Held& PartialJoiner::hold(Whole& whole, std::uint32_t ordinal, bool last, HeldEvent event) {
  const std::size_t cost = event.size() + kOverhead;
  whole.text += event.message().size();
  whole.bytes += cost;
  held_bytes_ += cost;
  if (last) whole.last = ordinal;
  return whole.pieces.emplace(ordinal, Held{std::move(event), {}}).first->second;
}

void PartialJoiner::emit(Batch& batch, Wholes::iterator whole) {
  HeldEvent* joined = nullptr;
  for (auto& [ordinal, held] : whole->pieces) {
    if (!held.checkpoint.empty()) batch.checkpoints.push_back({std::move(held.checkpoint), {}});
    if (joined)
      joined->extend(held.event.message());
    else
      joined = &held.event;
  }
  joined->add_flags(whole->flags);
  batch.events.push_back(joined->release(batch.arena));
  held_bytes_ -= whole->bytes;
  by_id_.erase(whole->id);
  wholes_.erase(whole);
}

}  // namespace longshore::shipper
