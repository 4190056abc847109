#include "rotator/archive/text_stream.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "rotator/archive/file_bytes.hpp"

namespace longshore::rotator {
namespace {

using base::Code;
using base::Result;

constexpr std::size_t kPiece = 256 << 10;

// The file's bytes a piece at a time, and how many of them have been used.
class Input {
 public:
  explicit Input(int fd) : fd_(fd), bytes_(kPiece, '\0') {}

  // What is there and not used; empty at the end of the file alone.
  Result<std::string_view> view() {
    if (begin_ == end_) {
      TRY(got, read_at(fd_, offset_, bytes_));
      begin_ = 0;
      end_ = got;
    }
    return std::string_view(bytes_).substr(begin_, end_ - begin_);
  }
  void use(std::size_t count) {
    begin_ += count;
    offset_ += count;
  }
  std::uint64_t offset() const { return offset_; }
  std::unexpected<base::Error> corrupt(std::string_view what) const {
    return base::fail(Code::corrupt, fmt::format("damaged at byte {}: {}", offset_, what));
  }

 private:
  int fd_;
  std::string bytes_;
  std::size_t begin_ = 0, end_ = 0;
  std::uint64_t offset_ = 0;
};

// Up to the size that the file had when it was opened: one that grows as fast as it is read would have no end.
class PlainStream final : public TextStream {
 public:
  PlainStream(int fd, std::uint64_t begin, std::uint64_t end) : fd_(fd), offset_(begin), end_(end) {}
  Result<void> fill(std::span<char> into, std::size_t& filled) override {
    TRY(got, read_at(fd_, offset_, into.first(std::min<std::uint64_t>(into.size(), end_ - offset_))));
    offset_ += got;
    filled = got;
    return {};
  }
  std::uint64_t offset() const override { return offset_; }

 private:
  int fd_;
  std::uint64_t offset_, end_;
};

// RFC 1952; several members one behind the other are one text.
class GzipStream final : public TextStream {
 public:
  explicit GzipStream(int fd) : input_(fd) { ready_ = ::inflateInit2(&state_, 16 + MAX_WBITS) == Z_OK; }
  ~GzipStream() override { ::inflateEnd(&state_); }

  Result<void> fill(std::span<char> into, std::size_t& filled) override {
    if (!ready_) return base::fail(Code::exhausted, "no memory to read gzip");
    state_.next_out = reinterpret_cast<Bytef*>(into.data());
    state_.avail_out = static_cast<uInt>(into.size());
    while (state_.avail_out > 0) {
      TRY(in, input_.view());
      if (in.empty()) {
        if (between_) break;
        return input_.corrupt("the file ends in the middle of its gzip data");
      }
      between_ = false;
      state_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));  // zlib does not write to it
      state_.avail_in = static_cast<uInt>(in.size());
      const int result = ::inflate(&state_, Z_NO_FLUSH);
      input_.use(in.size() - state_.avail_in);
      filled = into.size() - state_.avail_out;
      if (result == Z_STREAM_END) {
        ::inflateReset(&state_);
        between_ = true;
      } else if (result != Z_OK) {
        return input_.corrupt(state_.msg != nullptr ? state_.msg : "no gzip data");
      }
    }
    return {};
  }
  std::uint64_t offset() const override { return input_.offset(); }

 private:
  Input input_;
  z_stream state_{};
  bool ready_ = false;
  bool between_ = false;  // a member has ended, and no other has begun
};

// RFC 8878; several frames one behind the other are one text.
class ZstdStream final : public TextStream {
 public:
  explicit ZstdStream(int fd) : input_(fd) {}

  Result<void> fill(std::span<char> into, std::size_t& filled) override {
    if (state_ == nullptr) return base::fail(Code::exhausted, "no memory to read zstd");
    ZSTD_outBuffer to{into.data(), into.size(), 0};
    while (to.pos < to.size) {
      TRY(in, input_.view());
      if (in.empty() && !full_) {
        if (between_) break;
        return input_.corrupt("the file ends in the middle of its zstd data");
      }
      ZSTD_inBuffer from{in.data(), in.size(), 0};
      const std::size_t result = ::ZSTD_decompressStream(state_.get(), &to, &from);
      input_.use(from.pos);
      filled = to.pos;
      if (::ZSTD_isError(result) != 0) return input_.corrupt(::ZSTD_getErrorName(result));
      between_ = result == 0;
      full_ = to.pos == to.size && !between_;  // there may be more to come of what it has taken already
    }
    return {};
  }
  std::uint64_t offset() const override { return input_.offset(); }

 private:
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ::ZSTD_freeDStream(stream); }
  };
  Input input_;
  std::unique_ptr<ZSTD_DStream, Free> state_{::ZSTD_createDStream()};
  bool between_ = true;
  bool full_ = false;
};

}  // namespace

Result<std::size_t> TextStream::read(std::span<char> into) {
  if (failure_) return base::fail(*failure_);
  std::size_t filled = 0;
  if (auto result = fill(into, filled); !result) {
    failure_ = std::move(result).error();
    if (filled == 0) return base::fail(*failure_);
  }
  return filled;
}

Result<std::unique_ptr<TextStream>> open_text(int fd, Codec codec, std::uint64_t begin) {
  if (codec == Codec::gzip) return std::make_unique<GzipStream>(fd);
  if (codec == Codec::zstd) return std::make_unique<ZstdStream>(fd);
  TRY(size, file_size(fd));
  return std::make_unique<PlainStream>(fd, begin, std::max(begin, size));
}

Result<std::uint64_t> find_live_text(int fd) {
  const off_t data = ::lseek(fd, 0, SEEK_DATA);
  if (data < 0 && errno == ENXIO) return file_size(fd);  // nothing but a hole, or empty
  char block[4096];
  for (std::uint64_t at = data < 0 ? 0 : static_cast<std::uint64_t>(data);;) {  // some file systems cannot tell
    TRY(got, read_at(fd, at, block));
    const char* const text = std::find_if(block, block + got, [](char c) { return c != '\0'; });
    at += static_cast<std::uint64_t>(text - block);
    if (text < block + got || got == 0) return at;
  }
}

}  // namespace longshore::rotator
