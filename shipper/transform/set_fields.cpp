#include "shipper/transform/set_fields.hpp"

#include "shipper/event/shared_fields.hpp"

namespace longshore::shipper {

base::Result<SetFields> SetFields::make(const SetOptions& options) {
  TRY(where, Where::make(options.where));
  SetFields set(std::move(where));
  for (const auto& [key, value] : options.fields) {
    if (key.empty()) return base::fail(base::Code::invalid, "a field of `set` has no name");
    append_field(set.packed_, FieldKind::text, key, value);
  }
  return set;
}

void SetFields::apply(Batch& batch, std::size_t first, base::Timestamp, DropCounter&) {
  if (packed_.size() == 0) return;
  Slice before, after;  // neighbours share their fields, before and after
  for (std::size_t i = first; i < batch.events.size(); ++i) {
    Event& event = batch.events[i];
    if (!where_.holds(batch, event)) continue;
    if (after.empty() || event.fields != before) {
      before = event.fields;
      batch.arena.reserve(before.size + packed_.size());  // so that the source does not move
      const Slice start = batch.arena.append(batch.text(before));
      batch.arena.append(packed_.view());
      after = share_fields(batch.arena, {start.offset, static_cast<std::uint32_t>(batch.arena.size()) - start.offset},
                           last_fields_);
    }
    event.fields = after;
  }
}

}  // namespace longshore::shipper
