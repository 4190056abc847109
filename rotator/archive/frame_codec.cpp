#include "rotator/archive/frame_codec.hpp"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>

namespace longshore::rotator {
namespace {

using base::Code;
using base::Result;

constexpr int kGzipWindow = 16 + MAX_WBITS;  // zlib's way to say: gzip, not zlib

struct FreeZstd {
  void operator()(ZSTD_CCtx* context) const { ::ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ::ZSTD_freeDCtx(context); }
};

void set_up(ZSTD_CCtx* zstd, int level) {
  ::ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
  ::ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, std::clamp(level, ::ZSTD_minCLevel(), ::ZSTD_maxCLevel()));
  if (level != 0 && level != 3) return;
  // Of logs about what zstd's own level 3 makes, or less, and faster: docs/decisions/0012-zstd-level-3-for-logs.md.
  ::ZSTD_CCtx_setParameter(zstd, ZSTD_c_strategy, ZSTD_fast);
  ::ZSTD_CCtx_setParameter(zstd, ZSTD_c_minMatch, 7);
  ::ZSTD_CCtx_setParameter(zstd, ZSTD_c_hashLog, 15);
}

std::unexpected<base::Error> no_memory() {
  return base::fail(Code::exhausted, "no memory to compress or decompress a frame");
}

void give(z_stream& stream, std::string_view in, std::string& out) {
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));  // zlib does not write to it
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
}

}  // namespace

struct FrameEncoder::Contexts {
  std::unique_ptr<ZSTD_CCtx, FreeZstd> zstd;
  z_stream gzip{};
  bool gzip_ready = false;
  ~Contexts() {
    if (gzip_ready) ::deflateEnd(&gzip);
  }
};

FrameEncoder::FrameEncoder(Compression compression) : compression_(compression), contexts_(std::make_unique<Contexts>()) {}
FrameEncoder::~FrameEncoder() = default;
FrameEncoder::FrameEncoder(FrameEncoder&&) noexcept = default;
FrameEncoder& FrameEncoder::operator=(FrameEncoder&&) noexcept = default;

Result<std::string_view> FrameEncoder::encode(std::string_view text) {
  if (compression_.codec == Codec::none) return text;
  if (compression_.codec == Codec::zstd) {
    if (contexts_->zstd == nullptr) {
      contexts_->zstd.reset(::ZSTD_createCCtx());
      if (contexts_->zstd == nullptr) return no_memory();
      set_up(contexts_->zstd.get(), compression_.level);
    }
    out_.resize(std::max(out_.size(), ::ZSTD_compressBound(text.size())));
    const std::size_t size = ::ZSTD_compress2(contexts_->zstd.get(), out_.data(), out_.size(), text.data(), text.size());
    if (::ZSTD_isError(size) != 0) return no_memory();  // nothing else can go wrong with enough room for the result
    return std::string_view(out_).substr(0, size);
  }
  z_stream& gzip = contexts_->gzip;
  if (!contexts_->gzip_ready) {
    const int level = compression_.level == 0 ? 6 : std::clamp(compression_.level, 1, 9);
    contexts_->gzip_ready = ::deflateInit2(&gzip, level, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) == Z_OK;
    if (!contexts_->gzip_ready) return no_memory();
  }
  ::deflateReset(&gzip);
  out_.resize(std::max(out_.size(), std::size_t{::deflateBound(&gzip, text.size())}));
  give(gzip, text, out_);
  if (::deflate(&gzip, Z_FINISH) != Z_STREAM_END) return no_memory();
  return std::string_view(out_).substr(0, out_.size() - gzip.avail_out);
}

struct FrameDecoder::Contexts {
  std::unique_ptr<ZSTD_DCtx, FreeZstd> zstd;
  z_stream gzip{};
  bool gzip_ready = false;
  ~Contexts() {
    if (gzip_ready) ::inflateEnd(&gzip);
  }
};

FrameDecoder::FrameDecoder() : contexts_(std::make_unique<Contexts>()) {}
FrameDecoder::~FrameDecoder() = default;
FrameDecoder::FrameDecoder(FrameDecoder&&) noexcept = default;
FrameDecoder& FrameDecoder::operator=(FrameDecoder&&) noexcept = default;

Result<std::string_view> FrameDecoder::decode(Codec codec, std::string_view bytes, std::size_t text_size) {
  if (out_.size() < text_size) out_.resize(text_size);
  const std::string_view text(out_.data(), text_size);
  if (codec == Codec::zstd) {
    if (contexts_->zstd == nullptr) contexts_->zstd.reset(::ZSTD_createDCtx());
    if (contexts_->zstd == nullptr) return no_memory();
    const std::size_t size =
        ::ZSTD_decompressDCtx(contexts_->zstd.get(), out_.data(), text_size, bytes.data(), bytes.size());
    if (::ZSTD_isError(size) != 0) return base::fail(Code::corrupt, std::string("zstd: ") + ::ZSTD_getErrorName(size));
    if (size != text_size) return base::fail(Code::corrupt, "the frame holds less text than the archive says");
    return text;
  }
  TRY(first, inflate(bytes, text_size));
  if (first.size != bytes.size() || first.text.size() != text_size)
    return base::fail(Code::corrupt, "the frame has another size than the archive says");
  return first.text;
}

Result<FrameDecoder::First> FrameDecoder::decode_first(Codec codec, std::string_view bytes) {
  if (codec == Codec::gzip) {
    TRY(first, inflate(bytes, kFrameSize));
    if (first.text.empty()) return base::fail(Code::corrupt, "no frame of text begins here");
    return first;
  }
  const std::size_t size = ::ZSTD_findFrameCompressedSize(bytes.data(), bytes.size());
  const unsigned long long text_size = ::ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (::ZSTD_isError(size) != 0 || text_size == 0 || text_size > kFrameSize)  // what is unknown is large
    return base::fail(Code::corrupt, "no frame of text begins here");
  TRY(text, decode(Codec::zstd, bytes.substr(0, size), text_size));
  return First{text, size};
}

// One gzip member of at most `most` bytes of text.
Result<FrameDecoder::First> FrameDecoder::inflate(std::string_view bytes, std::size_t most) {
  if (out_.size() < most) out_.resize(most);
  z_stream& gzip = contexts_->gzip;
  if (!contexts_->gzip_ready) contexts_->gzip_ready = ::inflateInit2(&gzip, kGzipWindow) == Z_OK;
  if (!contexts_->gzip_ready) return no_memory();
  ::inflateReset(&gzip);
  give(gzip, bytes, out_);
  gzip.avail_out = static_cast<uInt>(most);
  if (const int result = ::inflate(&gzip, Z_FINISH); result != Z_STREAM_END)
    return base::fail(Code::corrupt, std::string("gzip: ") + (gzip.msg != nullptr ? gzip.msg : "the frame does not end"));
  return First{std::string_view(out_).substr(0, most - gzip.avail_out), bytes.size() - gzip.avail_in};
}

}  // namespace longshore::rotator
