// Which files a Tailer follows, and from where: the half of it that looks at folders.
#include <charconv>
#include <set>
#include <utility>

#include "common/telemetry/log.hpp"
#include "shipper/docker/container_config.hpp"
#include "shipper/tail/rotation.hpp"
#include "shipper/tail/tailer.hpp"

namespace longshore::shipper {
namespace {

// The copy that copytruncate makes waits so long for the truncation before it is taken for a file of its own.
constexpr std::int64_t kHoldCopy = 60'000'000'000;

}  // namespace

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

// Begins to follow a file, or begins with it anew at `position`. Iterators into files_ stay valid.
Tailer::Followed& Tailer::follow(const FoundFile& found, FilePosition position) {
  position.path = found.path;
  const auto [place, fresh] = files_.try_emplace(found.id, found.path, found.id, position, options_.fingerprint_size.value);
  Followed& followed = place->second;
  if (!fresh) followed.file.set_position(std::move(position));
  followed.hold_until_ns = 0;
  describe(followed, found.path);
  return followed;
}

std::string Tailer::app_of(std::string_view path) const {
  if (!options_.app.empty()) return options_.app;
  std::string_view app = name_of(path);
  if (options_.parse == LineFormat::docker && app.ends_with("-json.log"))
    return std::string(app.substr(0, 12));  // as Docker shows it
  if (app.ends_with(".log")) app.remove_suffix(4);
  return std::string(app);
}

// What each line of the file is said to come from.
void Tailer::describe(Followed& followed, const std::string& path) const {
  followed.app = app_of(path);
  if (options_.parse != LineFormat::docker) return;
  // Docker keeps what it knows of a container beside the container's log.
  constexpr std::size_t kMost = 1 << 20;
  const auto config = read_container_config(read_head(path.substr(0, path.rfind('/')) + "/config.v2.json", kMost));
  if (!config) return;
  if (options_.app.empty() && !config->name.empty()) followed.app = config->name;
  Arena fields;
  append_field(fields, FieldKind::text, "container_id", config->id);
  append_field(fields, FieldKind::text, "container_name", config->name);
  append_field(fields, FieldKind::text, "image_name", config->image);
  followed.container = fields.view();
}

// Where a file is begun that was not followed before this scan. `lost`: where it had been read to before it was truncated,
// or replaced by another file with its inode, while shipper was down.
FilePosition Tailer::first_position(const FoundFile& found, std::optional<FilePosition>& lost) {
  const std::string head = read_head(found.path, options_.fingerprint_size.value);
  if (const auto known = restored_.find(found.id); known != restored_.end()) {
    FilePosition position = known->second;
    restored_.erase(known);
    const bool punched = !head.empty() && head[0] == '\0';
    if (position.offset <= found.size && (punched || position.fingerprint.matches(head))) return position;
    lost = std::move(position);
  }
  FilePosition position;
  position.fingerprint = Fingerprint::of(head);
  if (first_start_ && !scanned_ && options_.start == StartAt::end) position.offset = found.size;
  return position;
}

void Tailer::scan(Batch& batch, base::Timestamp now, DropCounter& lost) {
  std::vector<FoundFile> all;
  folders_.clear();
  bool complete = walk_.find(all, folders_);
  while (!complete && close_one()) {  // folders need descriptors too: files that are idle give theirs up
    all.clear();
    folders_.clear();
    complete = walk_.find(all, folders_);
  }
  std::set<FileId> seen;
  for (const FoundFile& found : all) {
    seen.insert(found.id);
    const auto known = files_.find(found.id);
    if (known != files_.end()) {
      known->second.file.set_path(found.path);
      known->second.file.renamed = false;
      continue;
    }
    std::optional<FilePosition> before;
    FilePosition position = first_position(found, before);
    const bool fresh = position.offset == 0;
    Followed& followed = follow(found, std::move(position));
    if (fresh && scanned_ && is_copy(found, followed.file.position(), now, followed)) continue;
    checkpoint(followed, batch);
    if (before) on_truncation(followed, *before, 0, batch, now, lost);
  }
  for (auto& [id, followed] : files_)
    if (complete && !seen.contains(id) && !followed.file.renamed) {
      followed.file.renamed = true;
      followed.file.last_growth_ns = now.ns;
      followed.file.dirty = true;
      if (const auto renamed = find_renamed(followed.file.path(), id)) followed.file.set_path(renamed->path);
    }
  if (!scanned_) {
    find_rotated_while_down(now);
    for (const auto& [id, position] : restored_)
      batch.checkpoints.push_back({TailedFile(position.path, id, position, 1).checkpoint_key(options_.name), ""});
    restored_.clear();
    batch.checkpoints.push_back({"file " + options_.name + " started", "1"});
  }
  scanned_ = true;
  by_path_.clear();
  for (const auto& [id, followed] : files_) by_path_[followed.file.path()] = id;
}

// What was rotated while nobody looked has the inode it had, under another name in the same folder.
void Tailer::find_rotated_while_down(base::Timestamp now) {
  for (auto next = restored_.begin(); next != restored_.end();) {
    const auto& [id, position] = *next;
    const std::optional<FoundFile> found = find_renamed(position.path, id);
    const bool same = found && found->size >= position.offset &&
                      position.fingerprint.matches(read_head(found->path, options_.fingerprint_size.value));
    if (same) {
      Followed& followed = follow(*found, position);
      describe(followed, position.path);
      followed.file.renamed = true;
      followed.file.last_growth_ns = now.ns;
    } else if (position.offset > 0) {
      telemetry::log_warn("a followed file was gone at the start; what was written to it meanwhile is not known",
                          {{"file", position.path}});
    }
    next = same ? restored_.erase(next) : std::next(next);
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
    followed.hold_until_ns = now.ns + kHoldCopy;
    return true;
  }
  return false;
}

}  // namespace longshore::shipper
