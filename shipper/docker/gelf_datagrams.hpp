// GELF over UDP: datagrams in, events out. Chunked messages are put together, compressed ones inflated (gzip, zlib or plain,
// told apart by their first bytes). Pure; loop thread; one object a socket.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/base/timestamp.hpp"
#include "shipper/docker/gelf_chunks.hpp"
#include "shipper/docker/gelf_message.hpp"
#include "shipper/docker/inflate.hpp"
#include "shipper/event/batch.hpp"
#include "shipper/event/drop_counter.hpp"

namespace longshore::shipper {

struct GelfOptions {
  std::size_t max_message = 1 << 20;  // bytes once inflated; a larger one is cut, kept raw and marked kTruncated
  GelfChunkLimits chunks;
};

class GelfDatagrams {
 public:
  explicit GelfDatagrams(GelfOptions options) : options_(options), chunks_(options.chunks) {}

  // Appends at most one event. Messages that can never be completed are counted in `lost`:
  // "gelf_incomplete" (expired, or pushed out by newer ones), "gelf_bad_chunk" (a chunk that fits no message).
  void feed(Batch& batch, std::string_view datagram, base::Timestamp now, DropCounter& lost);
  // Forgets chunked messages whose time is over; feed() does it too, this is for quiet sockets.
  void expire(base::Timestamp now, DropCounter& lost) { chunks_.expire(now, lost); }
  base::Timestamp next_deadline() const { return chunks_.next_deadline(); }

 private:
  GelfOptions options_;
  GelfChunks chunks_;
  GelfDecoder decoder_;
  Inflater inflater_;
};

}  // namespace longshore::shipper
