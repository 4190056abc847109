#include "rotator/rotation/block_rotation.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <span>
#include <vector>

#include "rotator/files/working_as.hpp"
#include "rotator/rotation/compression_batch.hpp"
#include "rotator/rotation/directory_pool.hpp"
#include "rotator/rotation/log_rotation.hpp"
#include "rotator/rotation/process.hpp"

namespace longshore::rotator {
namespace {

std::string criterion_text(const Policy& policy) {
  switch (policy.criterion) {
    case Criterion::size:
      return fmt::format("{} bytes", policy.size);
    case Criterion::interval:
      return fmt::format("after {} seconds", policy.interval / std::chrono::seconds(1));
    case Criterion::hourly:
      return "hourly";
    case Criterion::daily:
      return "after 1 days";
    case Criterion::weekly:
      return "weekly";
    case Criterion::monthly:
      return "monthly";
    case Criterion::yearly:
      return "yearly";
  }
  return "";
}

void describe(const Run& run, const Block& block) {
  const Policy& policy = block.policy;
  std::string text = fmt::format("\nrotating pattern: {} {} ", block.pattern,
                                 run.forced ? "forced from command line" : criterion_text(policy));
  if (policy.rotate > 0) text += fmt::format("({} rotations)", policy.rotate);
  if (policy.rotate == 0) text += "(no old logs will be kept)";
  run.messages.debug(std::move(text));
  text = policy.old_directory.empty() ? "" : fmt::format("olddir is {}, ", policy.old_directory);
  text += policy.if_empty ? "empty log files are rotated, " : "empty log files are not rotated, ";
  if (policy.min_size) text += fmt::format("only log files >= {} bytes are rotated, ", *policy.min_size);
  if (policy.max_size) text += fmt::format("log files >= {} are rotated earlier, ", *policy.max_size);
  if (policy.min_age_days > 0) text += fmt::format("only log files older than {} days are rotated, ", policy.min_age_days);
  text += policy.mail.empty() ? "old logs are removed" : fmt::format("old logs mailed to {}", policy.mail);
  run.messages.debug(std::move(text));
}

// A log that an earlier run had moved when it was stopped may have no successor yet, so that no pattern finds it.
std::vector<std::string> with_interrupted(const Block& block, const StateStore& state) {
  std::vector<std::string> files = block.files;
  for (const auto& [path, what] : state.unfinished())
    for (const std::string& pattern : block.globs) {
      if (::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME | FNM_PERIOD) != 0) continue;
      if (std::ranges::find(files, path) == files.end()) files.push_back(path);
      if (pattern != path) std::erase(files, pattern);  // it stood for itself where it had found nothing
    }
  return files;
}

// Logs whose steps are taken together, and archives that are waited for together.
constexpr std::size_t kTogether = 128;

class BlockRotation {
 public:
  BlockRotation(const Run& run, const Block& block, StateStore& state)
      : run_(run), block_(block), state_(state), batch_(run, block) {}

  bool rotate() {
    const std::vector<std::string> files = with_interrupted(block_, state_);
    std::vector<LogRotation> logs;
    logs.reserve(files.size());
    for (const std::string& path : files) logs.emplace_back(run_, block_, state_, pool_, path);
    std::vector<LogRotation*> due;
    for (LogRotation& log : logs) {
      const bool examined = log.examine();
      good_ &= examined;
      if (examined && log.due()) due.push_back(&log);
    }
    if (due.empty()) {
      if (block_.policy.first_action) run_.messages.debug("not running first action script, since no logs will be rotated");
      return good_;
    }
    if (!script(block_.policy.first_action, "first action", {block_.pattern})) return false;
    const bool shared = block_.policy.shared_scripts;
    if (!shared || good_)
      for (std::span<LogRotation* const> rest = due; !rest.empty();) {
        const std::size_t size = shared ? rest.size() : std::min(rest.size(), each_alone() ? 1 : kTogether);
        together(rest.first(size));
        rest = rest.subspan(size);
      }
    close();
    if (!script(block_.policy.last_action, "last action", {block_.pattern})) good_ = false;
    return good_;
  }

 private:
  // One is done with before the next one where each has its scripts, or where they may have archives of the same name.
  bool each_alone() const {
    return block_.policy.pre_rotate || block_.policy.post_rotate || !block_.policy.old_directory.empty();
  }

  // Each step for all of them. A log of which one failed takes no further one; where scripts are shared, none does.
  void together(std::span<LogRotation* const> logs) {
    const Policy& policy = block_.policy;
    const bool shared = policy.shared_scripts;
    std::vector<LogRotation*> good(logs.begin(), logs.end());
    const auto each = [&](auto step) {
      if (std::erase_if(good, [&](LogRotation* log) { return !step(*log); }) == 0) return;
      good_ = false;
      if (shared) good.clear();
    };
    const std::vector<std::string> before = {shared ? block_.pattern : logs.front()->path()};
    std::vector<std::string> after = before;
    const std::string kind = shared ? "shared " : "non-shared ";

    // Who says no finds all as it was: older archives do not move before.
    if (!script(policy.pre_rotate, kind + "prerotate", before, logs.front()->path())) {
      good_ = false;
      return;
    }
    each([&](LogRotation& log) { return log.open(batch_); });
    batch_.finish();
    each([](LogRotation& log) { return log.prepare(); });
    if (good.empty()) return;
    if (!shared) after.push_back(logs.front()->archive_path());
    each([](LogRotation& log) { return log.note(); });
    // As with a disk that is too full for the journal: it must not keep the logs from being moved.
    if (const auto noted = state_.sync(); !noted) run_.messages.warning(noted.error().message);
    each([](LogRotation& log) { return log.move(); });
    make_durable();
    if (good.empty()) return;
    if (!script(policy.post_rotate, kind + "postrotate", after, logs.front()->path())) {
      for (LogRotation* log : good) log->give_up();
      good_ = false;
      return;
    }
    each([&](LogRotation& log) { return log.finish(batch_); });
    closing_.insert(closing_.end(), good.begin(), good.end());
    if (batch_.empty() || closing_.size() >= kTogether) close();
  }

  // From here on a power loss undoes no change of a name.
  void make_durable() {
    if (run_.dry) return;
    const auto synced = pool_.sync();
    if (synced) return;
    run_.messages.error(synced.error().message);
    good_ = false;
  }

  // That a log was moved is noted when its text has no second name any more.
  void close() {
    batch_.finish();
    make_durable();
    for (LogRotation* log : closing_) good_ &= log->close();
    closing_.clear();
  }

  bool script(const Script& text, const std::string& what, const std::vector<std::string>& arguments,
              const std::string& log = "") {
    if (!text) return true;
    run_.messages.debug(fmt::format("running {} script", what));
    if (run_.dry) {
      run_.messages.debug(fmt::format("running script with args {} {}: \"{}\"", arguments[0],
                                      arguments.size() > 1 ? arguments[1] : "", *text));
      return true;
    }
    const auto result = run_script(*text, arguments);
    if (result && result->good()) return true;
    const std::string about = what.starts_with("non-shared") ? fmt::format("{} of '{}'", log, block_.pattern)
                              : what.starts_with("shared")   ? fmt::format("'{}'", block_.pattern)
                                                             : block_.pattern;
    run_.messages.error(fmt::format("error running {} script for {}", what, about) +
                        (result ? "" : ": " + result.error().message));
    return false;
  }

  const Run& run_;
  const Block& block_;
  StateStore& state_;
  DirectoryPool pool_;
  CompressionBatch batch_;
  std::vector<LogRotation*> closing_;  // whose archives are in the batch, or were
  bool good_ = true;
};

}  // namespace

bool rotate_block(const Run& run, const Block& block, StateStore& state) {
  describe(run, block);
  if (with_interrupted(block, state).empty()) {
    run.messages.debug("No logs found. Rotation not needed.");
    return true;
  }
  std::optional<WorkingAs> user;
  if (block.policy.su) {
    auto started = WorkingAs::start(block.policy.su->uid, block.policy.su->gid);
    if (!started) {
      run.messages.error(started.error().message);
      return false;
    }
    user.emplace(std::move(*started));
  }
  return BlockRotation(run, block, state).rotate();
}

}  // namespace longshore::rotator
