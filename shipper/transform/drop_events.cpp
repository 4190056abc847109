#include "shipper/transform/drop_events.hpp"

namespace longshore::shipper {

base::Result<DropEvents> DropEvents::make(const DropOptions& options) {
  if (options.where.empty())
    return base::fail(base::Code::invalid, "`where` is empty: all events would be dropped; name those that are meant");
  TRY(where, Where::make(options.where));
  return DropEvents(std::move(where));
}

void DropEvents::apply(Batch& batch, std::size_t first, base::Timestamp, DropCounter& dropped) {
  dropped.drop("filtered", take_out(batch, first, [&](const Event& event) { return where_.holds(batch, event); }));
}

base::Result<SampleEvents> SampleEvents::make(const SampleOptions& options) {
  if (options.keep_one_in == 0)
    return base::fail(base::Code::invalid, "`keep_one_in` is 0: no event would be kept; use `drop` if that is meant");
  TRY(where, Where::make(options.where));
  return SampleEvents(options.keep_one_in, std::move(where));
}

void SampleEvents::apply(Batch& batch, std::size_t first, base::Timestamp, DropCounter& dropped) {
  dropped.drop("sampled", take_out(batch, first, [&](const Event& event) {
                 return where_.holds(batch, event) && seen_++ % keep_one_in_ != 0;
               }));
}

}  // namespace longshore::shipper
