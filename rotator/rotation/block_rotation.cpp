#include "rotator/rotation/block_rotation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <vector>

#include "rotator/files/working_as.hpp"
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

class BlockRotation {
 public:
  BlockRotation(const Run& run, const Block& block) : run_(run), block_(block) {}

  bool rotate(StateStore& state) {
    DirectoryPool pool;
    std::vector<LogRotation> logs;
    logs.reserve(block_.files.size());
    for (const std::string& path : block_.files) logs.emplace_back(run_, block_, state, pool, path);
    bool examined = true;
    std::vector<bool> failed;
    for (LogRotation& log : logs) {
      failed.push_back(!log.examine());
      examined &= !failed.back();
    }
    good_ = examined;
    const bool any = std::any_of(logs.begin(), logs.end(), [](const LogRotation& log) { return log.due(); });
    if (!any) {
      if (block_.policy.first_action) run_.messages.debug("not running first action script, since no logs will be rotated");
      return good_;
    }
    if (!script(block_.policy.first_action, "first action", {block_.pattern})) return false;
    if (block_.policy.shared_scripts) {
      if (!together(logs, examined)) good_ = false;
    } else {
      for (std::size_t i = 0; i < logs.size(); ++i)
        if (!failed[i] && logs[i].due() && !together(std::span(logs).subspan(i, 1), true)) good_ = false;
    }
    if (!script(block_.policy.last_action, "last action", {block_.pattern})) good_ = false;
    return good_;
  }

 private:
  // Each step for all of them, and no further step if one failed.
  bool together(std::span<LogRotation> logs, bool good) {
    if (!good) return false;
    const Policy& policy = block_.policy;
    const bool shared = policy.shared_scripts;
    const auto each = [&](bool (LogRotation::*step)()) {
      for (LogRotation& log : logs) good &= (log.*step)();
      return good;
    };
    const std::vector<std::string> before = {shared ? block_.pattern : logs.front().path()};
    std::vector<std::string> after = before;
    if (!each(&LogRotation::prepare)) return false;
    if (!shared) after.push_back(logs.front().archive_path());
    const std::string kind = shared ? "shared " : "non-shared ";
    if (!script(policy.pre_rotate, kind + "prerotate", before, logs.front().path()) || !each(&LogRotation::move))
      return false;
    if (script(policy.post_rotate, kind + "postrotate", after, logs.front().path())) return each(&LogRotation::finish);
    for (LogRotation& log : logs) log.give_up();
    return false;
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
  bool good_ = true;
};

}  // namespace

bool rotate_block(const Run& run, const Block& block, StateStore& state) {
  describe(run, block);
  if (block.files.empty()) {
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
  return BlockRotation(run, block).rotate(state);
}

}  // namespace longshore::rotator
