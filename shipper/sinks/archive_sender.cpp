#include "shipper/sinks/archive_sender.hpp"

#include <array>

#include "common/base/timestamp.hpp"
#include "shipper/sinks/compress.hpp"
#include "shipper/sinks/file_name.hpp"
#include "shipper/sinks/zstd_frames.hpp"

namespace longshore::shipper {
namespace {

constexpr std::int64_t kHourNs = 3'600'000'000'000;
constexpr std::size_t kMostKnown = 1000;

// The size up to and with the last line feed.
base::Result<std::uint64_t> end_of_last_line(base::File& file, std::uint64_t size) {
  std::array<char, 64 * 1024> buffer;
  while (size > 0) {
    const std::uint64_t from = size > buffer.size() ? size - buffer.size() : 0;
    TRY(got, file.read(from, std::span(buffer.data(), size - from)));
    const std::size_t end = std::string_view(buffer.data(), got).rfind('\n');
    if (end != std::string_view::npos) return from + end + 1;
    size = from;
  }
  return std::uint64_t{0};
}

}  // namespace

ArchiveSender::ArchiveSender(io::BlockingPool& pool, base::FileSystem& file_system, std::string dir, Compression compress,
                             int level)
    : pool_(pool), file_system_(file_system), dir_(std::move(dir)), compress_(compress), level_(level) {}

std::string ArchiveSender::path_of(const Payload& payload) const {
  const std::string hour = base::format_rfc3339({payload.hour * kHourNs}, 0).substr(0, 13);
  return dir_ + "/" + file_name_of(payload.partition) + "/" + hour + (compress_ == Compression::zstd ? ".log.zst" : ".log");
}

io::Task<Outcome> ArchiveSender::send(const Payload& payload) {
  auto job = [this, &payload] { return append(payload); };
  const base::Result<void> written = co_await io::run_blocking(pool_, std::move(job));
  if (!written) co_return Outcome{.verdict = Verdict::retry, .reason = written.error().message};
  co_return Outcome{};
}

base::Result<void> ArchiveSender::append(const Payload& payload) {
  const std::string path = path_of(payload);
  const std::string folder = path.substr(0, path.rfind('/'));
  std::string frame;
  if (compress_ == Compression::zstd) {
    TRY(compressed, zstd_frame(*payload.body, level_));
    frame = std::move(compressed);
  }
  TRY_VOID(file_system_.make_directories(folder));
  TRY(file, file_system_.open(path, base::OpenMode::create));
  TRY(size, file->size());
  const bool is_new = size == 0;
  if (!known_whole_.contains(path)) {
    TRY(whole, whole_size(*file));
    if (whole < size) TRY_VOID(file->truncate(whole));
    size = whole;
  }
  known_whole_.erase(path);  // until this append has ended well
  const std::array<std::string_view, 1> pieces{compress_ == Compression::zstd ? std::string_view(frame) : *payload.body};
  TRY_VOID(file->write(size, pieces));
  TRY_VOID(file->sync());
  if (is_new) TRY_VOID(file_system_.sync_directory(folder));
  if (known_whole_.size() >= kMostKnown) known_whole_.clear();
  known_whole_.insert(path);
  return {};
}

base::Result<std::uint64_t> ArchiveSender::whole_size(base::File& file) const {
  TRY(size, file.size());
  if (compress_ == Compression::zstd) return whole_zstd_frames(file, size);
  return end_of_last_line(file, size);
}

}  // namespace longshore::shipper
