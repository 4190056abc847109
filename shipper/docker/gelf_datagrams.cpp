#include "shipper/docker/gelf_datagrams.hpp"

#include <algorithm>

namespace longshore::shipper {

void GelfDatagrams::feed(Batch& batch, std::string_view datagram, base::Timestamp now, DropCounter& lost) {
  const std::string_view payload = GelfChunks::is_chunk(datagram) ? chunks_.add(datagram, now, lost) : datagram;
  if (payload.empty()) return;
  const auto start = static_cast<std::uint32_t>(batch.arena.size());
  bool cut = payload.size() > options_.max_message;
  if (Inflater::is_gzip(payload) || Inflater::is_zlib(payload))
    cut = inflater_.inflate(payload, options_.max_message, batch.arena) == Inflater::Outcome::cut;
  // Not compressed, or damaged from the first byte on.
  if (batch.arena.size() == start) batch.arena.append(payload.substr(0, options_.max_message));
  const Slice frame{start, static_cast<std::uint32_t>(batch.arena.size()) - start};
  Event& event = decoder_.decode(batch, frame, now);
  if (cut) event.flags |= flag::kTruncated;
}

}  // namespace longshore::shipper
