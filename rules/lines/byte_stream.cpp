#include "rules/lines/byte_stream.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

#include "common/base/unique_fd.hpp"

namespace longshore::rules {
namespace {

using base::Result;

constexpr std::size_t kPiece = 256 << 10;
constexpr std::string_view kGzip = "\x1F\x8B", kZstd = "\x28\xB5\x2F\xFD";

// What is in the file, a piece at a time, and how far it has been used.
class Input {
 public:
  Input(std::string path, base::UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)), buffer_(kPiece) {}

  std::string_view view() const { return {buffer_.data() + begin_, end_ - begin_}; }
  void use(std::size_t count) {
    begin_ += count;
    used_ += count;
  }
  // Reads until there are `least` bytes or the file ends.
  Result<void> fill(std::size_t least) {
    if (begin_ > 0) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    while (end_ < least) {
      const ssize_t got = ::read(fd_.get(), buffer_.data() + end_, buffer_.size() - end_);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return base::fail_errno(errno, "read " + path_);
      if (got == 0) break;
      end_ += static_cast<std::size_t>(got);
    }
    return {};
  }
  std::unexpected<base::Error> fail(std::string_view what) const {
    return base::fail(base::Code::corrupt, fmt::format("{}: byte {}: {}; what came before it counts", path_, used_, what));
  }

 private:
  std::string path_;
  base::UniqueFd fd_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;
  std::uint64_t used_ = 0;
};

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(Input input) : input_(std::move(input)) {}
  Result<std::size_t> read(std::span<char> into) override {
    if (input_.view().empty()) TRY_VOID(input_.fill(1));
    const std::size_t size = std::min(into.size(), input_.view().size());
    std::memcpy(into.data(), input_.view().data(), size);
    input_.use(size);
    return size;
  }

 private:
  Input input_;
};

// RFC 1952; several members one behind the other are one text.
class GzipStream final : public ByteStream {
 public:
  explicit GzipStream(Input input) : input_(std::move(input)) { ready_ = ::inflateInit2(&state_, 16 + MAX_WBITS) == Z_OK; }
  ~GzipStream() override { ::inflateEnd(&state_); }

  Result<std::size_t> read(std::span<char> into) override {
    if (!ready_) return base::fail(base::Code::exhausted, "no memory for reading gzip");
    for (;;) {
      if (input_.view().empty()) TRY_VOID(input_.fill(1));
      const std::string_view in = input_.view();
      if (in.empty()) {
        if (between_) return 0;
        return input_.fail("the file ends in the middle of its gzip data");
      }
      between_ = false;
      state_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));  // zlib does not write to it
      state_.avail_in = static_cast<uInt>(in.size());
      state_.next_out = reinterpret_cast<Bytef*>(into.data());
      state_.avail_out = static_cast<uInt>(into.size());
      const int result = ::inflate(&state_, Z_NO_FLUSH);
      input_.use(in.size() - state_.avail_in);
      if (result == Z_STREAM_END) {
        ::inflateReset(&state_);
        between_ = true;
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        return input_.fail("damaged gzip data");
      }
      if (const std::size_t made = into.size() - state_.avail_out; made > 0) return made;
    }
  }

 private:
  Input input_;
  z_stream state_{};
  bool ready_ = false;
  bool between_ = false;  // a member has ended, and no other has begun
};

// RFC 8878; several frames one behind the other are one text. Windows over 128 MiB are refused.
class ZstdStream final : public ByteStream {
 public:
  explicit ZstdStream(Input input) : input_(std::move(input)) {}

  Result<std::size_t> read(std::span<char> into) override {
    if (state_ == nullptr) return base::fail(base::Code::exhausted, "no memory for reading zstd");
    for (;;) {
      if (input_.view().empty() && !full_) TRY_VOID(input_.fill(1));
      const std::string_view in = input_.view();
      if (in.empty() && !full_) {
        if (between_) return 0;
        return input_.fail("the file ends in the middle of its zstd data");
      }
      ZSTD_inBuffer from{in.data(), in.size(), 0};
      ZSTD_outBuffer to{into.data(), into.size(), 0};
      const std::size_t result = ::ZSTD_decompressStream(state_.get(), &to, &from);
      input_.use(from.pos);
      if (::ZSTD_isError(result) != 0) return input_.fail(fmt::format("damaged zstd data: {}", ::ZSTD_getErrorName(result)));
      between_ = result == 0;
      full_ = to.pos == to.size && !between_;  // there may be more to come of what it has taken already
      if (to.pos > 0) return to.pos;
    }
  }

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

Result<std::unique_ptr<ByteStream>> open_stream(const std::string& path) {
  base::UniqueFd fd(path == "-" ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return base::fail_errno(errno, "open " + path);
  Input input(path == "-" ? "standard input" : path, std::move(fd));
  TRY_VOID(input.fill(kZstd.size()));
  const std::string_view begin = input.view();
  if (begin.starts_with(kGzip)) return std::make_unique<GzipStream>(std::move(input));
  if (begin.starts_with(kZstd)) return std::make_unique<ZstdStream>(std::move(input));
  return std::make_unique<PlainStream>(std::move(input));
}

}  // namespace longshore::rules
