#include "shipper/spool/compression.hpp"

#include <zstd.h>

namespace longshore::shipper {

struct Compressor::Context {
  ZSTD_CCtx* zstd = ZSTD_createCCtx();
  ~Context() { ZSTD_freeCCtx(zstd); }
};

Compressor::Compressor() : context_(std::make_unique<Context>()) {
  ZSTD_CCtx_setParameter(context_->zstd, ZSTD_c_compressionLevel, 1);
}
Compressor::~Compressor() = default;

std::size_t Compressor::compress(std::span<const std::string_view> pieces, std::span<char> into) {
  std::size_t total = 0;
  for (const std::string_view piece : pieces) total += piece.size();
  ZSTD_CCtx_reset(context_->zstd, ZSTD_reset_session_only);
  ZSTD_CCtx_setPledgedSrcSize(context_->zstd, total);
  ZSTD_outBuffer out{into.data(), into.size(), 0};
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    ZSTD_inBuffer in{pieces[i].data(), pieces[i].size(), 0};
    const bool last = i + 1 == pieces.size();
    for (std::size_t left = 1; last ? left != 0 : in.pos < in.size;) {
      left = ZSTD_compressStream2(context_->zstd, &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left) || out.pos == out.size) return 0;
    }
  }
  return out.pos;
}

struct Decompressor::Context {
  ZSTD_DCtx* zstd = ZSTD_createDCtx();
  ~Context() { ZSTD_freeDCtx(zstd); }
};

Decompressor::Decompressor() = default;
Decompressor::~Decompressor() = default;

bool Decompressor::fits(std::string_view frame, std::size_t size) {
  return ZSTD_getFrameContentSize(frame.data(), frame.size()) == size;
}

bool Decompressor::decompress(std::string_view frame, std::span<char> out) {
  if (!context_) context_ = std::make_unique<Context>();
  return ZSTD_decompressDCtx(context_->zstd, out.data(), out.size(), frame.data(), frame.size()) == out.size();
}

}  // namespace longshore::shipper
