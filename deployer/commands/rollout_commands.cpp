#include "deployer/commands/rollout_commands.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include <cstdio>

#include "common/base/clock.hpp"
#include "common/base/file_system.hpp"
#include "common/base/zone.hpp"
#include "deployer/commands/announcing.hpp"
#include "deployer/commands/composition_files.hpp"
#include "deployer/commands/hooks.hpp"
#include "deployer/commands/identity.hpp"
#include "deployer/commands/load_deployment.hpp"
#include "deployer/commands/open_fleet.hpp"
#include "deployer/commands/stop_signal.hpp"
#include "deployer/environment/window.hpp"
#include "deployer/run/rollout.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::Result;
using namespace std::chrono_literals;

// Everything that ends a command before a rollout exists.
struct Refusal {
  int exit_code;
  std::string text;
};
template <class T>
using Or = std::expected<T, Refusal>;

int say(const Refusal& refusal) {
  fmt::print(stderr, "deployer: {}\n", refusal.text);
  return refusal.exit_code;
}

Summary summary_of(const RolloutCommand& options, const std::string& command, const Refusal& refusal) {
  Summary summary;
  summary.command = command;
  const std::string file = options.environment.substr(options.environment.rfind('/') + 1);
  summary.environment = file.substr(0, file.rfind('.'));
  summary.started = summary.ended = base::SystemClock().now();
  summary.exit_code = refusal.exit_code;
  summary.outcome = refusal.text;
  return summary;
}

// The same for a command that writes reports: they tell it, too, so that nobody takes those of an earlier run for this
// one's.
int refuse(const RolloutCommand& options, const std::string& command, const Refusal& refusal) {
  const ReportOptions& wanted = options.reports;
  if (!wanted.json.empty() || !wanted.junit.empty() || !wanted.html.empty() || !wanted.log.empty()) {
    const base::SystemClock clock;
    base::PosixFileSystem files;
    if (auto reports = make_reports(wanted, Redactor(), files, clock))
      (*reports)->finish(summary_of(options, command, refusal));
  }
  return say(refusal);
}

Refusal refused(const base::Error& error) {
  const bool ours = error.code == Code::invalid || error.code == Code::not_found;
  return {ours ? kConfiguration : kRefused, error.message};
}

// What a rollout begins with: an environment, its fleet, and who holds its lock.
struct Opened {
  Deployment inputs;
  std::unique_ptr<Fleet> fleet;
  std::set<std::string> skipped;
  std::optional<LockRecord> holder;
  std::vector<Release> releases;  // newest first
};

Or<Opened> open(const RolloutCommand& options) {
  Opened opened;
  auto inputs = load_deployment(options.environment);
  if (!inputs) return std::unexpected(refused(inputs.error()));
  opened.inputs = std::move(*inputs);
  auto fleet = open_fleet(opened.inputs.environment, options.skip_unreachable, real_runtime(told_to_stop()));
  if (!fleet) return std::unexpected(Refusal{kRefused, fleet.error().message});
  for (const std::string& why : fleet->because) fmt::print(stderr, "warning: is left out: {}\n", why);
  opened.fleet = std::move(fleet->fleet);
  opened.skipped = std::move(fleet->skipped);
  Lock lock(*opened.fleet, opened.inputs.environment.name);
  auto holder = lock.holder(opened.skipped);
  if (!holder) return std::unexpected(refused(holder.error()));
  opened.holder = std::move(*holder);
  auto known = releases(*opened.fleet, opened.inputs.environment.name, opened.skipped);
  if (!known) return std::unexpected(refused(known.error()));
  opened.releases = std::move(*known);
  return opened;
}

struct Wish {  // what `apply` and `plan` are given: a composition, or a plan that was made before
  Composition lock;
  std::string seen;  // of a plan: the fleet as it was
};

Or<Wish> read_wish(const RolloutCommand& options) {
  if (!options.composition.ends_with(".json")) {
    auto lock = find_locked(options.composition, options.folder);
    if (!lock) return std::unexpected(refused(lock.error()));
    return Wish{.lock = std::move(*lock), .seen = {}};
  }
  const auto text = read_file(options.composition);
  if (!text) return std::unexpected(refused(text.error()));
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(*text);
  std::string_view seen, lock_text, name;
  const auto root = parser.parse(padded);
  if (root["seen"].get(seen) != simdjson::SUCCESS || root["lock"].get(lock_text) != simdjson::SUCCESS ||
      root["composition"].get(name) != simdjson::SUCCESS)
    return std::unexpected(
        Refusal{kConfiguration, options.composition + ": is no plan that deployer plan --out has written"});
  auto lock = read_lock(lock_text, name, options.composition);
  if (!lock) return std::unexpected(refused(lock.error()));
  return Wish{.lock = std::move(*lock), .seen = std::string(seen)};
}

Result<base::Zone> load_zone(const std::string& name) {
  if (auto fixed = base::Zone::from_offset(name)) return fixed;
  if (name.find("..") != name.npos || name.starts_with('/')) return base::fail(Code::invalid, name + " is no time zone");
  TRY(bytes, read_file("/usr/share/zoneinfo/" + name));
  return base::Zone::from_tzif(bytes, name);
}

// Why it may not begin now; empty: it may.
std::string closed_window(const Environment& environment) {
  if (environment.windows.empty()) return {};
  const auto zone = load_zone(environment.zone);
  if (!zone) return zone.error().message;
  const base::Civil local = base::to_civil(zone->to_local(base::SystemClock().now()));
  const auto days = base::days_from_civil(local.year, local.month, local.day);
  const int weekday = static_cast<int>((days + 3) % 7);  // 1970-01-01 was a Thursday, and 0 is Monday
  if (is_open(environment.windows, weekday, static_cast<int>(local.hour * 60 + local.minute))) return {};
  return fmt::format("{} is outside its deploy windows now ({} {:02}:{:02}): wait, or give the reason with --outside-window",
                     environment.name, environment.zone, local.hour, local.minute);
}

std::map<std::string, HostTarget> hosts_of_lock(const Deployment& inputs, const std::string& lock_text) {
  const auto lock = read_lock(lock_text, "before", "record");
  if (!lock) return {};
  // Components that the environment does not place any more, or that were not there, are not asked for.
  Environment environment = inputs.environment;
  std::erase_if(environment.components,
                [&](const Placement& placement) { return lock->find(placement.component) == nullptr; });
  const auto target = make_target(environment, *lock, inputs.services);
  return target ? target->hosts : std::map<std::string, HostTarget>{};
}

LockRecord new_record(const std::string& rollout, const std::string& command, const Composition& lock,
                      const std::vector<Release>& known, base::Duration lease) {
  const Identity identity = this_identity();
  const base::Timestamp now = base::SystemClock().now();
  return {.token = new_token(),
          .rollout = rollout,
          .command = command,
          .composition = lock.name,
          .lock_text = print_lock(lock),
          .previous_text = known.empty() ? "" : known.front().lock_text,
          .owner = identity.owner,
          .machine = identity.machine,
          .pid = identity.pid,
          .build_url = identity.build_url,
          .since = now,
          .until = now + lease};
}

// Long enough for every deadline of every host; after it anybody may take the lock over.
base::Duration lease_of(const Environment& environment) {
  const Policy& policy = environment.policy;
  return policy.pull_deadline + policy.bake +
         static_cast<int>(environment.hosts.size()) *
             (policy.drain_deadline + policy.rotation_deadline + policy.soak + 3min);
}

std::vector<std::string> secrets_of(const Environment& environment) {
  std::vector<std::string> secrets;
  const auto add = [&](const base::Secret& secret) {
    if (!secret.empty()) secrets.emplace_back(secret.reveal());
  };
  for (const RegistryEntry& entry : environment.registries) add(entry.password);
  for (const BalancerEntry& entry : environment.balancers) add(entry.password);
  add(environment.markers.loggly_token);
  add(environment.markers.grafana_token);
  return secrets;
}

// The part that apply, resume, abort and rollback share.
int carry_out(const RolloutCommand& options, Opened& opened, const Target& target, std::map<std::string, HostTarget> hosts,
              std::map<std::string, HostTarget> back, RolloutOptions rollout) {
  const Environment& environment = opened.inputs.environment;
  const base::SystemClock clock;
  const Redactor redactor(secrets_of(environment));
  base::PosixFileSystem files;
  auto reports = make_reports(options.reports, redactor, files, clock);
  if (!reports) return say(Refusal{kConfiguration, reports.error().message});
  rollout.environment_file = options.environment;
  rollout.previous = opened.releases.empty() ? "" : opened.releases.front().composition;
  rollout.skipped = opened.skipped;
  rollout.adopt = options.adopt;
  rollout.remove_orphans = options.remove_orphans;

  Lock lock(*opened.fleet, environment.name);
  Announcing announcing(environment, *opened.fleet, redactor, **reports, opened.skipped);
  Context context{.environment = environment,
                  .target = target,
                  .fleet = *opened.fleet,
                  .lock = lock,
                  .reporter = announcing,
                  .rollout = rollout.record.rollout,
                  .given_up = {},
                  .gate = {},
                  .on_the_way = {}};
  const HookFacts facts{.environment = environment.name,
                        .composition = rollout.record.composition,
                        .previous = rollout.previous,
                        .rollout = context.rollout,
                        .command = rollout.command};
  if (rollout.command != "abort")
    if (const auto ran = run_hook(environment.hooks.before, facts); !ran) {
      const Refusal refusal{kRefused, "the hook `before` refuses it: " + ran.error().message};
      (*reports)->finish(summary_of(options, rollout.command, refusal));
      return say(refusal);
    }
  const Summary summary = Rollout(context, std::move(hosts), std::move(back), std::move(rollout)).run();
  const std::string& hook = summary.exit_code == kOk ? environment.hooks.after : environment.hooks.failed;
  if (const auto ran = run_hook(hook, facts); !ran) fmt::print(stderr, "warning: {}\n", ran.error().message);
  return summary.exit_code;
}

// Whether the lock may be had: waits, or says why not.
std::optional<Refusal> wait_for_lock(const RolloutCommand& options, Opened& opened) {
  const base::SystemClock clock;
  const base::Timestamp end = clock.now() + options.wait_lock;
  const std::string machine = this_identity().machine;
  while (opened.holder) {
    const LockRecord& holder = *opened.holder;
    const bool gone = is_abandoned(holder, clock.now(), machine, build_has_ended(holder.build_url));
    if (gone)
      return Refusal{
          kLocked,
          fmt::format(
              "{} has an unfinished {}\nfinish it: deployer resume --env {}   or take it back: deployer abort --env {}",
              opened.inputs.environment.name, describe(holder), options.environment, options.environment)};
    if (clock.now() >= end)
      return Refusal{kLocked, fmt::format("{} is locked by {}", opened.inputs.environment.name, describe(holder))};
    opened.fleet->runtime().sleep(2s);
    Lock lock(*opened.fleet, opened.inputs.environment.name);
    auto now = lock.holder(opened.skipped);
    if (!now) return refused(now.error());
    opened.holder = std::move(*now);
  }
  return std::nullopt;
}

// For resume, abort and --supersede: the rollout that is left, if its holder is gone.
Or<LockRecord> abandoned(const RolloutCommand& options, const Opened& opened) {
  const std::string& name = opened.inputs.environment.name;
  if (!opened.holder) return std::unexpected(Refusal{kOk, fmt::format("{}: no rollout is unfinished", name)});
  const bool gone = is_abandoned(*opened.holder, base::SystemClock().now(), this_identity().machine,
                                 build_has_ended(opened.holder->build_url));
  if (!gone && !options.steal)
    return std::unexpected(Refusal{
        kLocked, fmt::format("{} may still be at work; if you are sure that it is not: --steal", describe(*opened.holder))});
  return *opened.holder;
}

// Going back to the release before `now`: the very containers that it has retired, where they are still there, with their
// whole specification; nothing is pulled.
Result<std::map<std::string, HostTarget>> retired_by(const Release& now, const Target& target, Opened& opened) {
  TRY(hosts, opened.fleet->observe_all(target.hosts, opened.skipped));
  std::map<std::string, HostTarget> wanted = target.hosts;
  for (const HostState& host : hosts)
    if (const auto found = wanted.find(host.host); found != wanted.end())
      found->second = before_rollout(host, found->second, found->second, now.rollout);
  return wanted;
}

int take_up(const RolloutCommand& options, const std::string& command) {
  auto opened = open(options);
  if (!opened) return refuse(options, command, opened.error());
  auto from = abandoned(options, *opened);
  if (!from) return refuse(options, command, from.error());
  auto lock = read_lock(from->lock_text, from->composition, "lock of " + from->rollout);
  if (!lock) return refuse(options, command, refused(lock.error()));
  const auto target = make_target(opened->inputs.environment, *lock, opened->inputs.services);
  if (!target) return refuse(options, command, refused(target.error()));
  std::map<std::string, HostTarget> hosts = target->hosts;
  if (command == "resume" && from->command == "rollback" && !opened->releases.empty()) {
    auto retired = retired_by(opened->releases.front(), *target, *opened);
    if (!retired) return refuse(options, command, refused(retired.error()));
    hosts = std::move(*retired);
  }
  LockRecord record =
      new_record(from->rollout, from->command, *lock, opened->releases, lease_of(opened->inputs.environment));
  record.previous_text = from->previous_text;
  auto back = hosts_of_lock(opened->inputs, from->previous_text);
  return carry_out(options, *opened, *target, std::move(hosts), std::move(back),
                   {.command = command, .record = std::move(record), .from = *from});
}

}  // namespace

int plan_command(const RolloutCommand& options) {
  auto opened = open(options);
  if (!opened) return say(opened.error());
  const auto wish = read_wish(options);
  if (!wish) return say(wish.error());
  const auto target = make_target(opened->inputs.environment, wish->lock, opened->inputs.services);
  if (!target) return say(refused(target.error()));
  const auto hosts = opened->fleet->observe_all(target->hosts, opened->skipped);
  if (!hosts) return say({kRefused, hosts.error().message});
  for (const std::string& warning : opened->inputs.environment.warnings) fmt::print(stderr, "warning: {}\n", warning);
  Plan plan = make_plan(opened->inputs.environment, *target, *hosts);
  for (const std::string& name : unplaced(opened->inputs.environment, wish->lock))
    plan.warnings.push_back(fmt::format("{} is in {}, and {} places it nowhere", name, wish->lock.name, plan.environment));
  for (const std::string& objection : objections(opened->inputs.environment, *target, *hosts, plan, options.adopt))
    plan.warnings.push_back("apply will refuse: " + objection);
  if (opened->holder) plan.warnings.push_back("unfinished, or under way: " + describe(*opened->holder));
  const std::string json = plan_json(plan, print_lock(wish->lock));
  if (options.reports.json == "-")
    fmt::print("{}", json);
  else
    fmt::print("{}", print_plan(plan));
  if (!options.out.empty())
    if (const auto written = write_file(options.out, json); !written) return say(refused(written.error()));
  return plan.empty() ? kOk : kChanges;
}

int apply_command(const RolloutCommand& options) {
  const auto wish = read_wish(options);
  if (!wish) return refuse(options, "apply", wish.error());
  auto opened = open(options);
  if (!opened) return refuse(options, "apply", opened.error());
  if (const std::string closed = closed_window(opened->inputs.environment);
      !closed.empty() && options.outside_window.empty())
    return refuse(options, "apply", {kRefused, closed});
  const auto target = make_target(opened->inputs.environment, wish->lock, opened->inputs.services);
  if (!target) return refuse(options, "apply", refused(target.error()));
  for (const std::string& name : unplaced(opened->inputs.environment, wish->lock))
    fmt::print(stderr, "warning: {} is in {}, and {} places it nowhere\n", name, wish->lock.name,
               opened->inputs.environment.name);

  if (options.supersede && opened->holder) {
    auto from = abandoned(options, *opened);
    if (!from) return refuse(options, "apply", from.error());
    LockRecord record =
        new_record(from->rollout, "apply", wish->lock, opened->releases, lease_of(opened->inputs.environment));
    auto back = hosts_of_lock(opened->inputs, record.previous_text);
    return carry_out(options, *opened, *target, target->hosts, std::move(back),
                     {.command = "resume", .record = std::move(record), .from = *from});
  }
  if (const auto refusal = wait_for_lock(options, *opened)) return refuse(options, "apply", *refusal);
  LockRecord record = new_record(new_rollout_id(base::SystemClock().now()), "apply", wish->lock, opened->releases,
                                 lease_of(opened->inputs.environment));
  auto back = hosts_of_lock(opened->inputs, record.previous_text);
  return carry_out(options, *opened, *target, target->hosts, std::move(back),
                   {.command = "apply", .record = std::move(record), .expected_seen = wish->seen});
}

int resume_command(const RolloutCommand& options) { return take_up(options, "resume"); }
int abort_command(const RolloutCommand& options) { return take_up(options, "abort"); }

int rollback_command(const RolloutCommand& options) {
  auto opened = open(options);
  if (!opened) return refuse(options, "rollback", opened.error());
  if (const auto refusal = wait_for_lock(options, *opened)) return refuse(options, "rollback", *refusal);
  if (opened->releases.size() < 2)
    return refuse(options, "rollback",
                  {kRefused, fmt::format("{}: no release before the one that runs is known (see deployer history)",
                                         opened->inputs.environment.name)});
  const Release& now = opened->releases[0];
  const Release& before = opened->releases[1];
  auto lock = read_lock(before.lock_text, before.composition, "record of " + before.rollout);
  if (!lock) return refuse(options, "rollback", refused(lock.error()));
  const auto target = make_target(opened->inputs.environment, *lock, opened->inputs.services);
  if (!target) return refuse(options, "rollback", refused(target.error()));
  auto wanted = retired_by(now, *target, *opened);
  if (!wanted) return refuse(options, "rollback", refused(wanted.error()));
  LockRecord record = new_record(new_rollout_id(base::SystemClock().now()), "rollback", *lock, opened->releases,
                                 lease_of(opened->inputs.environment));
  auto back = hosts_of_lock(opened->inputs, record.previous_text);
  return carry_out(options, *opened, *target, std::move(*wanted), std::move(back),
                   {.command = "rollback", .record = std::move(record), .bake = false});
}

}  // namespace longshore::deployer
