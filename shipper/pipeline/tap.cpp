#include "shipper/pipeline/tap.hpp"

#include <fmt/format.h>

#include <utility>

namespace longshore::shipper {
namespace {

constexpr std::size_t kMostPending = 1 << 20;
constexpr auto kHeartbeat = std::chrono::seconds(5);  // an empty line: shows whether the client is still there

}  // namespace

void Tap::show(const Batch& batch, std::size_t first_event) {
  Encoder encoder({.format = LineShape::json, .tags_in_json = true});
  encoder.begin(batch);
  for (Looker& looker : lookers_) {
    const std::size_t before = looker.pending.size();
    for (std::size_t i = first_event; i < batch.events.size() && looker.left > 0; ++i) {
      if (!looker.filter.matches(batch, batch.events[i])) continue;
      if (looker.pending.size() > kMostPending) {
        ++looker.missed;
        continue;
      }
      encoder.append(batch.events[i], looker.pending);
      --looker.left;
    }
    if (looker.pending.size() > before) looker.news.cancel();
  }
}

io::Task<void> Tap::serve(http::ChunkWriter& out, TapFilter filter, std::uint64_t limit) {
  const auto looker = lookers_.emplace(lookers_.end(), std::move(filter), limit > 0 ? limit : UINT64_MAX, Output{}, 0,
                                       boost::asio::steady_timer(loop_));
  for (bool there = true; there && !looker->closed;) {
    if (looker->pending.empty()) {
      if (looker->left == 0) break;
      looker->news.expires_after(kHeartbeat);
      const auto [error] = co_await looker->news.async_wait(io::kNoThrow);
      if (!error && looker->pending.empty()) looker->pending.append('\n');
    }
    if (const std::uint64_t missed = std::exchange(looker->missed, 0); missed > 0) {
      const std::string note = fmt::format("{{\"tap\":\"{} lines not shown: too many\"}}\n", missed);
      looker->pending.append(note);
    }
    const std::string text = looker->pending.take();
    there = co_await out.write(text);
  }
  lookers_.erase(looker);
}

void Tap::close() {
  for (Looker& looker : lookers_) {
    looker.closed = true;
    looker.news.cancel();
  }
}

}  // namespace longshore::shipper
