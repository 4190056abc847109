#include "rotator/search/read_ahead.hpp"

namespace longshore::rotator {

ReadAhead::ReadAhead(TextStream& stream, std::size_t piece) : stream_(stream) {
  for (Piece& each : pieces_) each.bytes.resize(piece);
  thread_ = std::jthread([this] { read(); });
}

ReadAhead::~ReadAhead() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

void ReadAhead::read() {
  for (std::uint64_t number = 0;; ++number) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopped_ || number + 1 < given_ + pieces_.size(); });
      if (stopped_) return;
    }
    Piece& piece = pieces_[number % pieces_.size()];
    piece.got = stream_.read(piece.bytes);
    const bool last = !piece.got || *piece.got == 0;
    const std::lock_guard lock(mutex_);
    read_ = number + 1;
    changed_.notify_all();
    if (last) return;
  }
}

base::Result<std::string_view> ReadAhead::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return read_ > given_; });
  const Piece& piece = pieces_[given_ % pieces_.size()];
  if (!piece.got) return base::fail(piece.got.error());
  if (*piece.got > 0) ++given_;  // the end is found again and again
  changed_.notify_all();
  return std::string_view(piece.bytes).substr(0, *piece.got);
}

}  // namespace longshore::rotator
