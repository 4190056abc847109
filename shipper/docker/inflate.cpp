#include "shipper/docker/inflate.hpp"

#include <zlib.h>

#include <algorithm>

namespace longshore::shipper {

struct Inflater::State {
  z_stream stream{};
  bool ready = inflateInit2(&stream, 15 + 32) == Z_OK;  // 32: gzip and zlib headers are told apart by zlib
  ~State() {
    if (ready) inflateEnd(&stream);
  }
};

Inflater::Inflater() = default;
Inflater::~Inflater() = default;

Inflater::Outcome Inflater::inflate(std::string_view compressed, std::size_t limit, Arena& out) {
  if (!state_) state_ = std::make_unique<State>();
  z_stream& stream = state_->stream;
  if (!state_->ready || inflateReset(&stream) != Z_OK) return Outcome::broken;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));  // zlib does not write to it
  stream.avail_in = static_cast<uInt>(compressed.size());
  for (std::size_t room = limit;;) {
    // One byte more than may be kept tells a message that is too long from one that just fits.
    const std::span<char> space = out.reserve(std::min<std::size_t>(room + 1, 16 << 10));
    const std::size_t offered = std::min(space.size(), room + 1);
    stream.next_out = reinterpret_cast<Bytef*>(space.data());
    stream.avail_out = static_cast<uInt>(offered);
    const int code = ::inflate(&stream, Z_NO_FLUSH);
    const std::size_t made = offered - stream.avail_out;
    out.commit(std::min(made, room));
    if (made > room) return Outcome::cut;
    room -= made;
    if (code == Z_STREAM_END) {
      if (stream.avail_in == 0) return Outcome::whole;
      if (inflateReset(&stream) != Z_OK) return Outcome::broken;  // the next member
      continue;
    }
    if (code != Z_OK || (stream.avail_in == 0 && stream.avail_out > 0)) return Outcome::broken;
  }
}

}  // namespace longshore::shipper
