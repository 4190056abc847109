#include "shipper/tail/tailer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "common/telemetry/log.hpp"
#include "shipper/parse/text_check.hpp"
#include "shipper/tail/rotation.hpp"

namespace longshore::shipper {
namespace {

constexpr std::size_t kPiece = 128 * 1024;
constexpr std::size_t kMostOpen = 2048;
constexpr std::int64_t kSecond = 1'000'000'000;
// A file that was renamed is followed until it was silent for so long: its writer may reopen late, or never. A file that was
// deleted keeps its disk space until we let go of it, so that is sooner.
constexpr std::int64_t kRenamedGrace = 3600 * kSecond;
constexpr std::int64_t kDeletedGrace = 30 * kSecond;

}  // namespace

base::Result<std::unique_ptr<Tailer>> Tailer::make(const FileSourceOptions& options, std::string host,
                                                   const base::Zone& zone) {
  TRY(splitter, LineSplitter::make(options.max_line.value, options.multiline));
  return std::unique_ptr<Tailer>(new Tailer(options, std::move(splitter), std::move(host), zone));
}

Tailer::Tailer(const FileSourceOptions& options, LineSplitter splitter, std::string host, const base::Zone& zone)
    : options_(options),
      splitter_(std::move(splitter)),
      host_(std::move(host)),
      walk_(options.paths, options.exclude),
      piece_size_(std::max(kPiece, splitter_.least_piece())) {
  syslog_.zone = zone;
  syslog_.peer = host_;
}

void Tailer::touch(std::string_view path) {
  const auto place = by_path_.find(path);
  if (place == by_path_.end()) return;
  if (const auto known = files_.find(place->second); known != files_.end()) known->second.file.dirty = true;
}

void Tailer::look_at_all(Batch& batch, base::Timestamp now, DropCounter& lost) {
  for (auto& [id, followed] : files_) {
    if (ensure_open(followed)) look(followed, batch, now, lost);
    if (followed.file.renamed || followed.file.unlinked) followed.file.dirty = true;  // perhaps to be forgotten
  }
  for (std::size_t open = stats().open; open > kMostOpen && close_one();) --open;
}

bool Tailer::ensure_open(Followed& followed) {
  if (followed.file.is_open()) return true;
  base::Result<void> opened = followed.file.open();
  if (!opened && (opened.error().code == base::Code::not_found || opened.error().code == base::Code::invalid)) {
    // Renamed before it could be opened.
    if (const auto found = find_renamed(followed.file.path(), followed.file.id())) {
      followed.file.set_path(found->path);
      followed.file.renamed = !walk_.matches(found->path);
      opened = followed.file.open();
    }
  }
  if (!opened && opened.error().code == base::Code::exhausted) {
    if (!std::exchange(said_exhausted_, true))
      telemetry::log_warn("out of file descriptors; files are opened in turn", {{"file", followed.file.path()}});
    if (close_one()) opened = followed.file.open();
  }
  if (opened) return true;
  followed.file.unlinked = opened.error().code == base::Code::not_found || opened.error().code == base::Code::invalid;
  return false;
}

// A file that has a name can be opened again when it is needed.
bool Tailer::close_one() {
  for (auto& [id, followed] : files_) {
    TailedFile& file = followed.file;
    if (!file.is_open() || file.dirty || file.renamed || file.unlinked) continue;
    file.close();
    return true;
  }
  return false;
}

void Tailer::look(Followed& followed, Batch& batch, base::Timestamp now, DropCounter& lost) {
  TailedFile& file = followed.file;
  const std::uint64_t behind = file.behind();
  const FilePosition before = file.position();
  std::uint64_t unread = 0;
  switch (file.look(unread)) {
    case TailedFile::Change::truncated:
    case TailedFile::Change::replaced:
      on_truncation(followed, before, unread, batch, now, lost);
      break;
    case TailedFile::Change::gone:
      file.unlinked = true;
      break;
    case TailedFile::Change::none:
      break;
  }
  if (file.behind() > behind || file.last_growth_ns == 0) file.last_growth_ns = now.ns;
  if (file.behind() > 0) file.dirty = true;
}

void Tailer::on_truncation(Followed& followed, const FilePosition& before, std::uint64_t unread, Batch& batch,
                           base::Timestamp now, DropCounter& lost) {
  ++counts_.truncations;
  const std::string path = followed.file.path();
  followed.docker = DockerJson();
  checkpoint(followed, batch);
  // A copytruncate leaves a copy beside the file: what had not been read is at its end.
  const std::optional<FoundFile> copy = find_copy(path, before, options_.fingerprint_size.value);
  if (copy) {
    FilePosition position = before;
    Followed& rest = follow(*copy, std::move(position));  // it may have been held as a copy
    rest.app = followed.app;
    rest.container = followed.container;
    rest.file.renamed = !walk_.matches(copy->path);
    rest.file.last_growth_ns = now.ns;
    counts_.recovered_bytes += copy->size - before.offset;
    checkpoint(rest, batch);
    telemetry::log_info("a file was truncated; its copy is read to the end",
                        {{"file", path}, {"copy", copy->path}, {"bytes", copy->size - before.offset}});
    return;
  }
  if (before.offset == 0 && unread == 0) return;
  counts_.lost_bytes += unread;
  if (unread > 0) lost.drop("truncated", 1);
  telemetry::log_warn("a file was truncated; what was written just before may be lost",
                      {{"file", path}, {"known_bytes_lost", unread}});
  Event event;
  event.time_ns = now.ns;
  event.format = Format::line;
  event.flags = flag::kGap;
  event.frame = event.message = batch.arena.append(
      fmt::format("longshore: {} was truncated or replaced; at least {} bytes could not be read before", path, unread));
  event.set_host(batch.arena.append(host_));
  event.set_app(batch.arena.append(followed.app));
  event.fields = append_field(batch.arena, FieldKind::text, "file", path);
  batch.events.push_back(event);
}

std::size_t Tailer::read_some(Batch& batch, base::Timestamp now, std::size_t budget, DropCounter& lost) {
  std::size_t total = 0;
  // Each in turn, beginning behind the one that was read last.
  std::size_t left = files_.size();
  auto place = files_.upper_bound(next_turn_);
  while (left-- > 0 && total < budget && !files_.empty()) {
    if (place == files_.end()) place = files_.begin();
    const auto here = place++;
    Followed& followed = here->second;
    TailedFile& file = followed.file;
    if (!file.dirty) continue;
    if (followed.hold_until_ns > 0) {
      if (now.ns < followed.hold_until_ns) continue;
      followed.hold_until_ns = 0;
    }
    if (!ensure_open(followed)) {
      if (file.unlinked) forget(here, batch, now);
      continue;
    }
    if (now.ns - file.last_look_ns > kSecond / 100) {
      file.last_look_ns = now.ns;
      look(followed, batch, now, lost);
    }
    const std::size_t count = read_piece(followed, batch, now, false);
    total += count;
    next_turn_ = here->first;
    if (count > 0) {
      left = files_.size();
      file.last_growth_ns = now.ns;
      continue;
    }
    file.dirty = false;
    const std::int64_t grace = file.unlinked ? kDeletedGrace : kRenamedGrace;
    if ((file.renamed || file.unlinked) && now.ns - file.last_growth_ns > grace) forget(here, batch, now);
  }
  return total;
}

std::size_t Tailer::read_piece(Followed& followed, Batch& batch, base::Timestamp now, bool last) {
  TailedFile& file = followed.file;
  // What all lines of a piece share comes first, so that what is not taken can be cut off at the end.
  const std::size_t mark = batch.arena.size();
  const Slice host = batch.arena.append(host_);
  const Slice app = batch.arena.append(followed.app);
  Slice fields = append_field(batch.arena, FieldKind::text, "file", file.path());
  fields.size += batch.arena.append(followed.container).size;
  const base::Result<std::size_t> count = file.read(batch.arena.reserve(piece_size_).data(), piece_size_);
  if (!count || *count == 0) {
    if (!count) telemetry::log_error("a file cannot be read", {{"file", file.path()}, {"why", count.error().message}});
    batch.arena.truncate(mark);
    return 0;
  }
  const Slice piece = batch.arena.commit(*count);
  const std::size_t first = batch.events.size();
  Event shape;
  shape.time_ns = now.ns;
  shape.format = Format::line;
  shape.fields = fields;
  shape.set_host(host);
  shape.set_app(app);
  syslog_.now = now;
  const SplitResult result = splitter_.split(batch.text(piece), file.position().skipping, last,
                                             [&](std::size_t offset, std::size_t size, bool truncated, bool multiline) {
                                               const Slice line{piece.offset + static_cast<std::uint32_t>(offset),
                                                                static_cast<std::uint32_t>(size)};
                                               if (options_.parse == LineFormat::syslog) {
                                                 parse_syslog(batch, line, truncated, syslog_);
                                                 Event& event = batch.events.back();
                                                 event.fields = fields;
                                                 if (event.app_size == 0) event.set_app(app);
                                               } else {
                                                 Event& event = batch.events.emplace_back(shape);
                                                 event.frame = event.message = line;
                                                 if (truncated) event.flags |= flag::kTruncated;
                                               }
                                               if (multiline) batch.events.back().flags |= flag::kMultiline;
                                             });
  if (result.taken == 0) {
    if (batch.events.size() == first) batch.arena.truncate(mark);
    return 0;
  }
  const std::size_t used = piece.offset + result.taken;
  if (batch.arena.size() == piece.end() && used < piece.end()) batch.arena.truncate(used);
  file.advance(result.taken, result.skipping);
  if (options_.parse == LineFormat::docker) followed.docker.apply(batch, first, now);
  if (options_.parse == LineFormat::none || options_.parse == LineFormat::json)
    for (std::size_t i = first; i < batch.events.size(); ++i)
      if (!is_utf8(batch.text(batch.events[i].frame))) batch.events[i].flags |= flag::kNotUtf8;
  checkpoint(followed, batch);
  return result.taken;
}

void Tailer::checkpoint(const Followed& followed, Batch& batch) const {
  FilePosition position = followed.file.position();
  // Pieces of Docker's lines that are still held will be read again.
  position.offset -= std::min<std::uint64_t>(position.offset, followed.docker.held_bytes());
  std::string key = followed.file.checkpoint_key(options_.name);
  if (!batch.checkpoints.empty() && batch.checkpoints.back().key == key)
    batch.checkpoints.back().value = position.encode();
  else
    batch.checkpoints.push_back({std::move(key), position.encode()});
}

void Tailer::forget(std::map<FileId, Followed>::iterator place, Batch& batch, base::Timestamp now) {
  Followed& followed = place->second;
  if (followed.file.is_open()) {
    while (read_piece(followed, batch, now, true) > 0) {
    }
    followed.docker.expire(batch, {INT64_MAX});
  }
  batch.checkpoints.push_back({followed.file.checkpoint_key(options_.name), ""});
  files_.erase(place);
}

void Tailer::expire(Batch& batch, base::Timestamp now) {
  for (auto& [id, followed] : files_) {
    if (followed.docker.next_deadline() <= now) {
      followed.docker.expire(batch, now);
      checkpoint(followed, batch);
    }
    if (splitter_.multi() && followed.file.is_open() && followed.file.behind() > 0 && !followed.file.dirty &&
        now.ns - followed.file.last_growth_ns >= options_.multiline.timeout.count())
      read_piece(followed, batch, now, true);
  }
}

TailStats Tailer::stats() const {
  TailStats stats = counts_;
  stats.files = files_.size();
  for (const auto& [id, followed] : files_) {
    stats.open += followed.file.is_open() ? 1 : 0;
    stats.behind_bytes += followed.file.behind();
  }
  return stats;
}

}  // namespace longshore::shipper
