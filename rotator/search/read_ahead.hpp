// A text read by a thread of its own, a few pieces ahead: decompression and search of one large file then use two
// processors.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "common/base/result.hpp"
#include "rotator/archive/text_stream.hpp"

namespace longshore::rotator {

class ReadAhead {
 public:
  // The stream lives longer, and nobody else reads it. `piece`: bytes, of each of three buffers.
  ReadAhead(TextStream& stream, std::size_t piece);
  ~ReadAhead();  // also before the end
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  // The next piece, valid until the next call; empty: the end. As TextStream::read otherwise.
  base::Result<std::string_view> next();

 private:
  struct Piece {
    std::string bytes;
    base::Result<std::size_t> got = 0;
  };
  void read();

  TextStream& stream_;
  std::array<Piece, 3> pieces_;
  std::mutex mutex_;  // for all below
  std::condition_variable changed_;
  std::uint64_t read_ = 0;   // pieces; those from given_ - 1 on are not to be touched
  std::uint64_t given_ = 0;  // pieces
  bool stopped_ = false;
  std::jthread thread_;  // last: it ends before the rest
};

}  // namespace longshore::rotator
