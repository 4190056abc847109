#include "rotator/daemon/keeper.hpp"

#include <algorithm>
#include <utility>

#include "common/telemetry/log.hpp"
#include "rotator/daemon/expiries.hpp"
#include "rotator/schedule/last_rotation.hpp"

namespace longshore::rotator {

using namespace std::chrono_literals;
using base::Duration;
using base::Timestamp;
using telemetry::log_error;
using telemetry::log_info;
using telemetry::log_warn;

namespace {

constexpr Duration kGuardInterval = 1s;     // free space and totals are looked at so often
constexpr Duration kRetryRotation = 10s;    // after a failure
constexpr Duration kRetryCompression = 5s;  // while somebody writes to an archive, then twice as long …
constexpr Duration kRetryCompressionAtMost = 5min;
constexpr Duration kSurveyAnyway = 5min;    // where every folder is watched
constexpr Duration kSurveyUnwatched = 10s;  // where one is not
constexpr Duration kHopeless = 10s;         // after a survey that found nothing to remove
constexpr int kSurveyShare = 10;            // surveys take at most this part of the time

std::size_t index(ExpiryReason reason) { return static_cast<std::size_t>(reason); }

}  // namespace

Keeper::Keeper(std::shared_ptr<const Rules> rules, base::Zone zone, Duration poll_interval, Hands& hands, Runner& runner,
               FolderWatch& watch)
    : rules_(std::move(rules)),
      zone_(std::move(zone)),
      poll_interval_(poll_interval),
      hands_(hands),
      runner_(runner),
      watch_(watch) {}

void Keeper::set_rules(std::shared_ptr<const Rules> rules, base::Zone zone) {
  rules_ = std::move(rules);
  zone_ = std::move(zone);
  told_.clear();
  survey_at_ = {};
  survey_took_ = {};
  // Until the survey, what is known belongs to rules that are gone.
  seen_ = {};
  archive_bytes_.clear();
  volume_archive_bytes_.clear();
  state_of_.clear();
  by_path_.clear();
  by_folder_.clear();
}

Duration Keeper::tick(Timestamp wall, Duration steady) {
  now_ = wall;
  steady_ = steady;
  if (const Duration jump = clock_.look(wall, steady); jump != 0s) {
    ++counts_.clock_jumps;
    log_warn("the clock has jumped; nothing expires by age for a while", {{"by", base::format_duration(jump)}});
    want_survey(0s);
  }
  looked_ = false;
  read_changes();
  poll();
  bool over = looked_ && over_a_total();
  if (steady_ >= guard_at_) {
    guard_at_ = steady_ + kGuardInterval;
    over |= short_of_space();
  }
  if (over && steady_ >= hopeless_until_) want_survey(0s);
  if (steady_ >= survey_at_ || now_ >= next_age_) take_survey();
  if (!closed_) rotate_due();
  return next_look();
}

void Keeper::want_survey(Duration delay) { survey_at_ = std::min(survey_at_, steady_ + delay); }

void Keeper::take_survey() {
  // A disk with very many files must not keep us at looking at it.
  if (const Duration earliest = survey_ended_ + survey_took_ * kSurveyShare; survey_took_ > 0s && steady_ < earliest) {
    survey_at_ = earliest;
    next_age_ = base::kNever;
    return;
  }
  const auto begun = std::chrono::steady_clock::now();
  seen_ = survey(*rules_);
  ++counts_.surveys;
  for (const std::string& problem : seen_.problems)
    if (told_.insert(problem).second) log_error("not looked after", {{"why", problem}});

  by_path_.clear();
  by_folder_.clear();
  archive_bytes_.assign(rules_->blocks.size(), 0);
  volume_archive_bytes_.assign(rules_->volumes.size() + 1, 0);
  std::unordered_map<std::string, LogState> states;
  states.swap(states_);
  for (std::size_t i = 0; i < seen_.logs.size(); ++i) {
    const std::string path = path_of(seen_.logs[i]);
    if (auto known = states.extract(path)) states_.insert(std::move(known));
    by_path_[path] = i;
    by_folder_[seen_.folders[seen_.logs[i].folder]].push_back(i);
  }
  // What is being rotated is remembered also while its name is gone for a moment.
  for (auto& [path, state] : states)
    if (state.busy) states_.emplace(path, std::move(state));
  state_of_.clear();
  for (const SeenLog& log : seen_.logs) remember(log);
  next_rotation_ = {};
  next_age_ = next_expiry_by_age(seen_, *rules_);
  if (clock_.in_doubt(steady_) && next_age_ != base::kNever) next_age_ = std::max(next_age_, now_ + ClockWatch::kDoubt);
  watch_.watch(seen_.watch);
  survey_at_ = steady_ + (watch_.unwatched().empty() ? kSurveyAnyway : kSurveyUnwatched);
  survey_took_ = std::chrono::steady_clock::now() - begun;
  survey_ended_ = steady_;
  if (!closed_) {
    order_removals();
    order_compressions();
  }
  for (SeenLog& log : seen_.logs) log.archives = {};
}

void Keeper::remember(const SeenLog& log) {
  auto [place, fresh] = states_.try_emplace(path_of(log));
  LogState& state = place->second;
  state_of_.push_back(&state);
  if (fresh) {
    state.interrupted = log.interrupted;
    std::vector<ArchiveTime> times;
    for (const SeenArchive& archive : log.archives)
      times.push_back({archive.named ? std::optional(archive.made) : std::nullopt, archive.made});
    state.last_rotation = last_rotation({.state = {}, .archives = times, .born = log.born, .modified = log.modified}, now_);
  }
  state.next = {};  // to be decided anew
  state.archives = log.archives.size();
  state.archive_bytes = 0;
  for (const SeenArchive& archive : log.archives) state.archive_bytes += archive.bytes;
  archive_bytes_[log.rule] += state.archive_bytes;
  volume_archive_bytes_[log.volume] += state.archive_bytes;
}

LogOrder Keeper::order_for(const SeenLog& log) const {
  return {rules_, log.rule, seen_.folders[log.folder], seen_.folders[log.archive_folder], log.name, now_};
}

void Keeper::order_removals() {
  auto path_at = [&](const ArchivePlace& place) {
    const SeenLog& log = seen_.logs[place.log];
    return seen_.folders[log.archive_folder] + "/" + log.archives[place.archive].name;
  };
  // What is being compressed is so under both names: the second one is there, alone perhaps, before its thread is done.
  auto busy = [&](const ArchivePlace& place) {
    const std::string path = path_at(place);
    return busy_archives_.contains(path) || busy_archives_.contains(path.substr(0, path.rfind('.'))) ||
           state_of_[place.log]->archives_wait();
  };
  const auto now = clock_.in_doubt(steady_) ? std::nullopt : std::optional(now_);
  const std::vector<PlannedExpiry> planned = plan_expiries(seen_, *rules_, busy, now);
  // If the floor is all that is left, looking again at once would not help.
  if (planned.empty() && (over_a_total() || short_of_space())) hopeless_until_ = steady_ + kHopeless;
  for (const PlannedExpiry& expiry : planned) {
    const SeenLog& log = seen_.logs[expiry.place.log];
    const SeenArchive& archive = log.archives[expiry.place.archive];
    const std::string path = path_at(expiry.place);
    busy_archives_.insert(path);
    ++under_way_;
    runner_.start(Lane::rotation,
                  [this, order = order_for(log), name = archive.name, path, bytes = archive.bytes, reason = expiry.reason] {
                    const base::Result<void> result = hands_.remove(order, name);
                    return Runner::Done([this, path, bytes, reason, result] {
                      --under_way_;
                      busy_archives_.erase(path);
                      if (!result)
                        return log_error("an archive cannot be removed", {{"file", path}, {"why", result.error().message}});
                      ++counts_.expired[index(reason)];
                      counts_.expired_bytes[index(reason)] += bytes;
                      log_info("expired", {{"file", path}, {"bytes", bytes}, {"why", expiry_reason_text(reason)}});
                      // The lines above took it off; what is left may still be too much only because something was busy.
                      want_survey(1s);
                    });
                  });
  }
}

void Keeper::order_compressions() {
  to_compress_ = 0;
  for (std::size_t number = 0; number < seen_.logs.size(); ++number) {
    const SeenLog& log = seen_.logs[number];
    const Policy& policy = rules_->blocks[log.rule].block.policy;
    if (!policy.compress) continue;
    std::size_t until = log.archives.size();
    if (policy.delay_compress && until > 0) --until;
    for (std::size_t i = 0; i < until; ++i) {
      const SeenArchive& archive = log.archives[i];
      if (archive.compressed) continue;
      const std::string path = seen_.folders[log.archive_folder] + "/" + archive.name;
      ++to_compress_;
      if (const auto later = compress_later_.find(path); later != compress_later_.end() && steady_ < later->second.at) {
        want_survey(later->second.at - steady_);
        continue;
      }
      if (state_of_[number]->archives_wait() || !busy_archives_.insert(path).second) continue;
      ++under_way_;
      runner_.start(Lane::compression, [this, order = order_for(log), name = archive.name, path] {
        const base::Result<CompressionOutcome> result = hands_.compress(order, name);
        return Runner::Done([this, path, result] {
          --under_way_;
          busy_archives_.erase(path);
          if (result) {
            compress_later_.erase(path);
            ++counts_.compressions;
            counts_.compressed_from += result->before;
            counts_.compressed_to += result->after;
            log_info("compressed", {{"file", path}, {"from", result->before}, {"to", result->after}});
            want_survey(100ms);
            return;
          }
          Later& later = compress_later_[path];
          later.pause = std::clamp<Duration>(later.pause * 2, kRetryCompression, kRetryCompressionAtMost);
          const bool written = result.error().code == base::Code::unavailable;
          if (!written) later.pause = kRetryCompressionAtMost;
          later.at = steady_ + later.pause;
          want_survey(later.pause);
          if (written) return;
          ++counts_.compression_failures;
          log_error("an archive cannot be compressed; it stays as it is, and is tried again",
                    {{"file", path}, {"why", result.error().message}});
        });
      });
    }
  }
}

void Keeper::read_changes() {
  const FolderWatch::Changes changes = watch_.read();
  if (changes.names) want_survey(200ms);
  for (const auto& [folder, name] : changes.written)
    if (folder < seen_.watch.size())
      if (const auto known = by_path_.find(seen_.watch[folder] + "/" + name); known != by_path_.end()) look(known->second);
}

void Keeper::poll() {
  if (watch_.unwatched().empty() || steady_ < poll_at_) return;
  poll_at_ = steady_ + poll_interval_;
  for (const std::size_t folder : watch_.unwatched())
    if (const auto known = by_folder_.find(seen_.watch[folder]); known != by_folder_.end())
      for (const std::size_t i : known->second) look(i);
}

void Keeper::look(std::size_t number) {
  SeenLog& log = seen_.logs[number];
  const std::uint64_t before = log.bytes;
  const Timestamp modified = log.modified;
  if (!look_again(seen_.folders[log.folder], log)) return want_survey(200ms);
  if (log.bytes == before && log.modified == modified) return;
  state_of_[number]->next = {};
  next_rotation_ = {};
  looked_ = true;
}

bool Keeper::short_of_space() {
  return std::ranges::any_of(seen_.disks, [](SeenDisk& disk) {
    if (disk.state.keep_free > 0) disk.state.available = free_bytes(disk.path).value_or(disk.state.available);
    return disk.state.available < disk.state.keep_free;
  });
}

bool Keeper::over_a_total() const {
  std::vector<std::uint64_t> by_rule = archive_bytes_, by_volume = volume_archive_bytes_;
  for (const SeenLog& log : seen_.logs) {
    by_rule[log.rule] += log.allocated;
    by_volume[log.volume] += log.allocated;
  }
  for (std::size_t i = 0; i < by_rule.size(); ++i)
    if (by_rule[i] > rules_->blocks[i].block.policy.max_total_size.value_or(UINT64_MAX)) return true;
  for (std::size_t i = 0; i < rules_->volumes.size() && i < by_volume.size(); ++i)
    if (const std::uint64_t limit = rules_->volumes[i].max_total_size.value; limit > 0 && by_volume[i] > limit) return true;
  return false;
}

Decision Keeper::decide_for(std::size_t number) {
  SeenLog& log = seen_.logs[number];
  const LogState& state = *state_of_[number];
  const Policy& policy = rules_->blocks[log.rule].block.policy;
  auto decide_on = [&](std::uint64_t bytes) {
    const LogFacts facts{.bytes = bytes, .modified = log.modified, .last_rotation = state.last_rotation};
    return decide(triggers_of(policy), facts, now_, zone_);
  };
  const Decision decision = decide_on(log.bytes - std::min(log.bytes, state.copied));
  if (!decision.rotate()) return decision;
  // Before anything is done, the file as it is now; and what a rotation in place has left of it is in an archive already.
  if (!look_again(seen_.folders[log.folder], log)) return {RotationReason::none, base::kNever, "it is gone"};
  std::uint64_t bytes = log.bytes - std::min(log.bytes, state.copied);
  if (policy.copytruncate) bytes = hands_.unarchived(order_for(log)).value_or(bytes);
  return decide_on(bytes);
}

void Keeper::rotate_due() {
  if (now_ < next_rotation_ && steady_ < next_retry_) return;
  next_rotation_ = base::kNever;
  next_retry_ = Duration::max();
  for (std::size_t i = 0; i < seen_.logs.size(); ++i) {
    LogState& state = *state_of_[i];
    if (state.busy || (!seen_.logs[i].exists && !state.interrupted)) continue;
    if (steady_ < state.retry_at) {
      next_retry_ = std::min(next_retry_, state.retry_at);
      continue;
    }
    if (state.interrupted) {
      start_rotation(i, &Hands::complete, "an earlier rotator was stopped in the middle of it");
      continue;
    }
    if (now_ >= state.next) {
      const Decision decision = decide_for(i);
      state.next = decision.next;
      state.why = decision.why;
      if (decision.rotate()) {
        start_rotation(i, &Hands::rotate, decision.why);
        continue;
      }
    }
    next_rotation_ = std::min(next_rotation_, state.next);
  }
}

void Keeper::start_rotation(std::size_t log, Hand hand, const std::string& why) {
  state_of_[log]->busy = true;
  ++under_way_;
  runner_.start(Lane::rotation, [this, path = path_of(seen_.logs[log]), order = order_for(seen_.logs[log]), hand, why] {
    const base::Result<RotationOutcome> result = (hands_.*hand)(order);
    return Runner::Done([this, path, order, why, result] { rotated(path, order, why, result); });
  });
}

void Keeper::rotated(const std::string& path, const LogOrder& order, const std::string& why,
                     const base::Result<RotationOutcome>& result) {
  --under_way_;
  want_survey(0s);
  const auto place = states_.find(path);
  if (place == states_.end()) return;
  LogState& state = place->second;
  state.busy = false;
  state.next = {};
  next_rotation_ = {};
  if (!result) {
    ++counts_.rotation_failures;
    state.retry_at = steady_ + kRetryRotation;
    if (state.error != result.error().message)
      log_error("cannot be rotated; it is tried again", {{"file", path}, {"why", result.error().message}});
    state.error = result.error().message;
    return;
  }
  state.error.clear();
  if (std::exchange(state.interrupted, false) && result->archive.empty()) return;  // nothing of it had happened
  state.last_rotation = order.now;
  state.copied = result->how == "copy" ? result->archived : 0;
  if (result->archive.empty()) return;
  ++counts_.rotations;
  counts_.archived_bytes += result->archived;
  counts_.at_risk_bytes += result->at_risk;
  state.how = result->how;
  log_info("rotated", {{"file", path},
                       {"archive", result->archive},
                       {"archived", result->archived},
                       {"lost", result->at_risk == 0 ? std::string("0") : "<=" + std::to_string(result->at_risk)},
                       {"mode", result->how},
                       {"stall", base::format_duration(result->stall)},
                       {"why", why}});
  if (result->problem.empty()) return;
  ++counts_.reopen_failures;
  log_error("rotated, but the writer could not be told; it still writes to the archive, which waits for it",
            {{"file", path}, {"why", result->problem}});
}

Duration Keeper::next_look() const {
  Duration next = 1min;  // the wall clock may jump
  auto at = [&](Duration steady) { next = std::min(next, std::max(steady - steady_, Duration(0))); };
  at(survey_at_);
  if (!watch_.unwatched().empty()) at(poll_at_);
  if (std::ranges::any_of(seen_.disks, [](const SeenDisk& disk) { return disk.state.keep_free > 0; })) at(guard_at_);
  if (next_retry_ != Duration::max()) at(next_retry_);
  if (next_rotation_ != base::kNever) next = std::min(next, std::max(next_rotation_ - now_, Duration(0)));
  if (next_age_ != base::kNever) next = std::min(next, std::max(next_age_ - now_, Duration(0)));
  return next;
}

}  // namespace longshore::rotator
