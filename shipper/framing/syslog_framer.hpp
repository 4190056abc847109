// Cuts a byte stream into syslog frames: octet counting (RFC 6587 §3.4.1) or line feeds (§3.4.2), decided anew for every
// message, so that one listener takes both and a stream may even mix them. A wrong count costs one message. Pure; one object
// a connection.
//
// A read goes like this:
//   framer.begin(arena);                        // puts what is left of the last read at the arena's end
//   … read(2) into arena.reserve(…), commit …   // behind it
//   framer.feed(arena, bytes, emit);            // `bytes`: both together; emit(Slice frame, bool truncated) for each frame
// The rest without an end is kept here until the next begin(), at most max_message bytes and a header of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "shipper/event/arena.hpp"

namespace longshore::shipper {

class SyslogFramer {
 public:
  // Longer messages are cut there, and the rest is skipped without being kept.
  explicit SyslogFramer(std::size_t max_message) : max_message_(max_message) {}

  void begin(Arena& arena) {
    arena.append(rest_);
    rest_.clear();
  }

  // emit(Slice frame, bool truncated) may append to the arena. Frames are never empty; LF, CR and NUL at the end are
  // no part of one.
  template <class Emit>
  void feed(Arena& arena, Slice bytes, Emit&& emit) {
    std::uint32_t at = bytes.offset;
    const std::uint32_t end = bytes.end();
    while (at < end) {
      const Cut cut = next(arena.data() + at, end - at);
      if (cut.taken == 0) break;
      if (cut.size > 0) emit(Slice{at + cut.begin, cut.size}, cut.truncated);
      at += cut.taken;
    }
    if (at == end) return;
    rest_.assign(arena.data() + at, end - at);
    if (arena.size() == end) arena.truncate(at);
  }

  // The stream has ended: what is left is a frame although nothing ends it.
  template <class Emit>
  void finish(Arena& arena, Emit&& emit) {
    if (rest_.empty()) return;
    const Slice all = arena.append(rest_);
    rest_.clear();
    scanned_ = 0;
    const Cut cut = last(arena.data() + all.offset, all.size);
    if (cut.size > 0) emit(Slice{all.offset + cut.begin, cut.size}, cut.truncated);
  }

  std::size_t held() const { return rest_.size(); }

 private:
  // What next() found: `taken` bytes are dealt with (0: more are needed first), of which [begin, begin + size) are a frame.
  struct Cut {
    std::uint32_t taken = 0, begin = 0, size = 0;
    bool truncated = false;
  };
  Cut next(const char* p, std::uint32_t size);
  Cut next_counted(const char* p, std::uint32_t size, std::uint32_t header, std::uint64_t count);
  Cut next_line(const char* p, std::uint32_t size);
  Cut skip_line(const char* p, std::uint32_t size);
  Cut whole_line(const char* p, std::uint32_t length) const;
  Cut last(const char* p, std::uint32_t size) const;

  std::size_t max_message_;
  std::string rest_;
  std::uint32_t scanned_ = 0;  // bytes of the rest in which there is no line feed
  std::uint64_t skip_ = 0;     // bytes of an oversize counted frame still to come
  bool skip_line_ = false;     // in an oversize line
  bool counts_ = false;        // the sender counts: no line was seen since its last counted frame
};

}  // namespace longshore::shipper
