#include "shipper/tail/tailer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "common/telemetry/log.hpp"
#include "shipper/parse/text_check.hpp"

namespace longshore::shipper {
namespace {

constexpr std::size_t kPiece = 128 * 1024;
constexpr std::size_t kMostOpen = 2048;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kIdleOpen = 10 * kSecond;
// A file that lost its name is read until it was silent for so long: its writer may need a moment to reopen.
constexpr std::int64_t kGrace = 5 * kSecond;
// The copy that copytruncate makes waits so long for the truncation before it is taken for a file of its own.
constexpr std::int64_t kHoldCopy = 60 * kSecond;

std::string_view folder_of(std::string_view path) { return path.substr(0, std::max<std::size_t>(path.rfind('/'), 1)); }
std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// "app.log.1", "app.log-20261123" of "app.log".
bool is_rotated_name(std::string_view name, std::string_view original) {
  return name.size() > original.size() + 1 && name.starts_with(original) && std::string_view(".-_").contains(name[original.size()]);
}

std::string read_head(const std::string& path, std::size_t size) {
  const base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  std::string bytes(size, '\0');
  const ssize_t count = fd ? ::pread(fd.get(), bytes.data(), size, 0) : -1;
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return bytes;
}

}  // namespace

base::Result<std::unique_ptr<Tailer>> Tailer::make(const FileSourceOptions& options, std::string host, const Zone& zone) {
  TRY(splitter, LineSplitter::make(options.max_line.value, options.multiline));
  return std::unique_ptr<Tailer>(new Tailer(options, std::move(splitter), std::move(host), zone));
}

Tailer::Tailer(const FileSourceOptions& options, LineSplitter splitter, std::string host, const Zone& zone)
    : options_(options),
      splitter_(std::move(splitter)),
      host_(std::move(host)),
      walk_(options.paths, options.exclude),
      piece_size_(std::max(kPiece, splitter_.least_piece())) {
  syslog_.zone = zone;
  syslog_.peer = host_;
}

void Tailer::restore(const std::map<std::string, std::string>& checkpoints) {
  const std::string prefix = "file " + options_.name + " ";
  for (const auto& [key, value] : checkpoints) {
    if (!key.starts_with(prefix)) continue;
    first_start_ = false;
    FileId id;
    const char* at = key.data() + prefix.size();
    const char* const end = key.data() + key.size();
    const auto [colon, error] = std::from_chars(at, end, id.device, 16);
    if (error != std::errc{} || colon == end) continue;
    FilePosition position;
    if (std::from_chars(colon + 1, end, id.inode, 16).ec == std::errc{} && FilePosition::decode(value, position))
      restored_.emplace(id, std::move(position));
  }
}

Tailer::Followed& Tailer::follow(const FoundFile& found, FilePosition position) {
  position.path = found.path;
  Followed& followed =
      files_.try_emplace(found.id, found.path, found.id, std::move(position), options_.fingerprint_size.value).first->second;
  std::string_view app = options_.app.empty() ? name_of(found.path) : options_.app;
  if (options_.app.empty() && app.ends_with(".log")) app.remove_suffix(4);
  followed.app = app;
  return followed;
}

// Where a file is begun that was not followed before this scan.
FilePosition Tailer::first_position(const FoundFile& found) {
  const std::string head = read_head(found.path, options_.fingerprint_size.value);
  if (const auto known = restored_.find(found.id); known != restored_.end()) {
    FilePosition position = known->second;
    restored_.erase(known);
    const bool punched = !head.empty() && head[0] == '\0';
    if (position.offset <= found.size && (punched || position.fingerprint.matches(head))) return position;
    // Truncated, or another file with the inode of one that is gone.
  }
  FilePosition position;
  position.fingerprint = Fingerprint::of(head);
  if (first_start_ && !scanned_ && options_.start == StartAt::end) position.offset = found.size;
  return position;
}

void Tailer::scan(Batch& batch, base::Timestamp now) {
  folders_.clear();
  std::set<FileId> seen;
  for (const FoundFile& found : walk_.find(folders_)) {
    seen.insert(found.id);
    const auto known = files_.find(found.id);
    if (known != files_.end()) {
      known->second.file.set_path(found.path);
      known->second.file.renamed = false;
      continue;
    }
    FilePosition position = first_position(found);
    const bool fresh = position.offset == 0;
    Followed& followed = follow(found, std::move(position));
    if (fresh && scanned_ && is_copy(found, followed.file.position(), now, followed)) continue;
    checkpoint(followed, batch);
  }
  for (auto& [id, followed] : files_)
    if (!seen.contains(id) && !followed.file.renamed) {
      followed.file.renamed = true;
      followed.file.quiet_looks = 0;
      followed.file.last_growth_ns = now.ns;
      followed.file.dirty = true;
    }
  if (!scanned_) {
    find_rotated_while_down(now);
    for (const auto& [id, position] : restored_)
      batch.checkpoints.push_back({TailedFile(position.path, id, position, 1).checkpoint_key(options_.name), ""});
    restored_.clear();
    batch.checkpoints.push_back({"file " + options_.name + " started", "1"});
  }
  scanned_ = true;
}

// What was rotated while nobody looked has the inode it had, under another name in the same folder.
void Tailer::find_rotated_while_down(base::Timestamp now) {
  for (auto next = restored_.begin(); next != restored_.end();) {
    const auto& [id, position] = *next;
    bool found_again = false;
    for (const FoundFile& found : files_in(std::string(folder_of(position.path)), [](std::string_view name) { return !is_compressed_name(name); })) {
      if (found.id != id || found.size < position.offset) continue;
      if (!position.fingerprint.matches(read_head(found.path, options_.fingerprint_size.value))) continue;
      Followed& followed = follow(found, position);
      followed.file.renamed = true;
      followed.file.last_growth_ns = now.ns;
      found_again = true;
      break;
    }
    if (!found_again && position.offset > 0)
      telemetry::log_warn("a followed file was gone at the start; what was written to it meanwhile is not known", {{"file", position.path}});
    next = found_again ? restored_.erase(next) : std::next(next);
  }
}

// The copy of a file that is about to be truncated: same beginning, its name and a suffix, in its folder.
bool Tailer::is_copy(const FoundFile& found, const FilePosition& position, base::Timestamp now, Followed& followed) {
  if (position.fingerprint.size == 0) return false;
  for (const auto& [id, other] : files_) {
    if (id == found.id || other.file.position().fingerprint.size == 0) continue;
    const std::string& original = other.file.path();
    if (folder_of(original) != folder_of(found.path) || !is_rotated_name(name_of(found.path), name_of(original))) continue;
    if (!other.file.position().fingerprint.matches(read_head(found.path, options_.fingerprint_size.value))) continue;
    followed.copy_of = id;
    followed.hold_until_ns = now.ns + kHoldCopy;
    return true;
  }
  return false;
}

void Tailer::touch(std::string_view path) {
  for (auto& [id, followed] : files_)
    if (followed.file.path() == path) followed.file.dirty = true;
}

void Tailer::look_at_all(Batch& batch, base::Timestamp now, DropCounter& lost) {
  for (auto& [id, followed] : files_)
    if (ensure_open(followed)) look(followed, batch, now, lost);
  close_idle();
}

bool Tailer::ensure_open(Followed& followed) {
  if (followed.file.is_open()) return true;
  const base::Result<void> opened = followed.file.open();
  if (opened) return true;
  if (opened.error().code == base::Code::exhausted && !std::exchange(said_exhausted_, true))
    telemetry::log_warn("out of file descriptors; files are opened in turn", {{"file", followed.file.path()}});
  if (opened.error().code == base::Code::not_found || opened.error().code == base::Code::invalid) followed.file.renamed = true;
  return false;
}

void Tailer::close_idle() {
  std::size_t open = 0;
  for (auto& [id, followed] : files_) open += followed.file.is_open() ? 1 : 0;
  for (auto& [id, followed] : files_) {
    if (open <= kMostOpen) return;
    if (!followed.file.is_open() || followed.file.dirty || followed.file.renamed || followed.file.unlinked) continue;
    followed.file.close();
    --open;
  }
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

void Tailer::on_truncation(Followed& followed, const FilePosition& before, std::uint64_t unread, Batch& batch, base::Timestamp now,
                           DropCounter& lost) {
  ++counts_.truncations;
  const std::string path = followed.file.path();
  followed.docker = DockerJson();
  checkpoint(followed, batch);
  // A copytruncate leaves a copy beside the file: what had not been read is at its end.
  const FoundFile* copy = nullptr;
  const std::vector<FoundFile> candidates = files_in(std::string(folder_of(path)), [&](std::string_view name) {
    return is_rotated_name(name, name_of(path)) && !is_compressed_name(name);
  });
  for (const FoundFile& candidate : candidates)
    if (candidate.size >= before.offset && before.fingerprint.size > 0 && (copy == nullptr || candidate.modified_ns > copy->modified_ns) &&
        before.fingerprint.matches(read_head(candidate.path, options_.fingerprint_size.value)))
      copy = &candidate;
  if (copy != nullptr) {
    FilePosition position = before;
    files_.erase(copy->id);  // it may have been held as a copy
    Followed& rest = follow(*copy, position);
    rest.app = followed.app;
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
  telemetry::log_warn("a file was truncated; what was written just before may be lost", {{"file", path}, {"known_bytes_lost", unread}});
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
      if (file.renamed) forget(here, batch, now);
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
    } else if ((file.renamed || file.unlinked) && now.ns - file.last_growth_ns > kGrace) {
      forget(here, batch, now);
    } else if (!file.renamed && !file.unlinked) {
      file.dirty = false;
    }
  }
  return total;
}

std::size_t Tailer::read_piece(Followed& followed, Batch& batch, base::Timestamp now, bool last) {
  TailedFile& file = followed.file;
  // What all lines of a piece share comes first, so that what is not taken can be cut off at the end.
  const std::size_t mark = batch.arena.size();
  const Slice host = batch.arena.append(host_);
  const Slice app = batch.arena.append(followed.app);
  const Slice fields = append_field(batch.arena, FieldKind::text, "file", file.path());
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
  const SplitResult result = splitter_.split(
      batch.text(piece), file.position().skipping, last, [&](std::size_t offset, std::size_t size, bool truncated, bool multiline) {
        const Slice line{piece.offset + static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(size)};
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
