#include "deployer/run/rollout.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <random>

#include "deployer/rollout/guard.hpp"
#include "deployer/rollout/order.hpp"
#include "deployer/rollout/roles.hpp"
#include "deployer/run/commit.hpp"
#include "deployer/run/evidence.hpp"
#include "deployer/run/preflight.hpp"
#include "deployer/run/watch.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::Result;
using Outcome = NodeResult::Outcome;

constexpr base::Duration kSettle = std::chrono::seconds(3);  // longer than HAProxy's default time between two checks

}  // namespace

std::string new_rollout_id(base::Timestamp now) {
  const base::Civil t = base::to_civil(now);
  return fmt::format("{:04}{:02}{:02}-{:02}{:02}{:02}-{:06x}", t.year, t.month, t.day, t.hour, t.minute, t.second,
                     std::random_device{}() & 0xffffff);
}

Rollout::Rollout(Context& context, std::map<std::string, HostTarget> target, std::map<std::string, HostTarget> back,
                 RolloutOptions options)
    : context_(context), target_(std::move(target)), back_(std::move(back)), options_(std::move(options)) {
  context_.given_up = options_.skipped;
  summary_.command = options_.command;
  summary_.environment = context_.environment.name;
  summary_.composition = options_.record.composition;
  summary_.previous = options_.previous;
  summary_.rollout = context_.rollout;
  summary_.build_url = options_.record.build_url;
  summary_.by = options_.record.owner;
  summary_.started = context_.now();
}

Summary Rollout::run() {
  const Phased result = options_.command == "abort" ? abort_all() : forward();
  if (!result) {
    summary_.exit_code = result.error().exit_code;
    summary_.outcome = result.error().outcome;
  }
  if (locked_ && !unfinished_)
    if (const auto released = context_.lock.release(); !released) info("lock", released.error().message, Level::warning);
  if (unfinished_) summary_.next_command = next_command("resume") + "   or   " + next_command("abort");
  context_.fleet.on_servers({});
  if (locked_)  // otherwise all is as it was seen
    if (auto now = context_.fleet.observe_all(target_, options_.skipped)) hosts_ = std::move(*now);
  summary_.serving = who_serves(hosts_, target_);
  summary_.ended = context_.now();
  context_.reporter.finish(summary_);
  return summary_;
}

Rollout::Phased Rollout::forward() {
  if (auto phase = look_and_plan(); !phase) return phase;
  if (plan_.empty() && options_.command != "resume") {
    summary_.outcome = fmt::format("{} runs {} already: nothing to do", summary_.environment, summary_.composition);
    return {};
  }
  if (auto phase = lock(); !phase) return phase;
  if (auto phase = look_and_plan(); !phase) return phase;  // again, now that nobody else changes anything
  if (auto phase = preflight(); !phase) return phase;
  if (auto phase = pull(); !phase) return phase;
  if (auto phase = first_host(); !phase) return phase;
  if (auto phase = waves(); !phase) return phase;
  if (auto phase = verify(); !phase) return phase;
  return commit();
}

Rollout::Phased Rollout::look_and_plan() {
  auto hosts = context_.fleet.observe_all(target_, options_.skipped, locked_);  // images: for what has to be pulled
  if (!hosts) return std::unexpected(Stop{kRefused, "the fleet cannot be seen whole: " + hosts.error().message});
  hosts_ = std::move(*hosts);
  Target whole = context_.target;
  whole.hosts = target_;
  plan_ = make_plan(context_.environment, whole, hosts_);
  if (!options_.expected_seen.empty() && plan_.seen != options_.expected_seen && !locked_)
    return std::unexpected(Stop{kRefused, "the fleet has changed since the plan was made: make it again"});
  const auto wrong = objections(context_.environment, whole, hosts_, plan_, options_.adopt);
  if (!wrong.empty()) return std::unexpected(Stop{kRefused, fmt::format("{}", fmt::join(wrong, "\n"))});
  summary_.nodes.clear();
  std::vector<NodePlan> nodes;
  for (const Change& change : plan_.changes) {
    nodes.push_back({.host = change.host, .component = change.component, .change = sentence(change)});
    summary_.nodes.push_back({.host = change.host,
                              .component = change.component,
                              .change = sentence(change),
                              .outcome = change.kind == Kind::noop ? Outcome::unchanged : Outcome::not_started});
  }
  const Order order = order_of_work(plan_, hosts_, target_, context_.rollout, context_.environment.policy.wave);
  waves_ = order.waves;
  started_ = order.started;
  if (!locked_) context_.reporter.begin(summary_, nodes);
  if (!locked_) info("plan", outline(plan_));
  return {};
}

bool Rollout::may_have_been_told(const std::string& host) const {
  const auto state = std::find_if(hosts_.begin(), hosts_.end(), [&](const HostState& one) { return one.host == host; });
  return state != hosts_.end() && is_begun(*state, context_.rollout);
}

Rollout::Phased Rollout::lock() {
  const Result<void> locked = options_.from ? context_.lock.take_over(*options_.from, options_.record, options_.skipped)
                                            : context_.lock.acquire(options_.record, options_.skipped);
  if (!locked)
    return std::unexpected(Stop{locked.error().code == Code::exists ? kLocked : kRefused, locked.error().message});
  locked_ = true;
  unfinished_ = options_.from.has_value();
  info("lock", "holds the lock of " + summary_.environment);
  // The run that was killed may have told a node to leave a moment ago: the balancers are given time to show it.
  if (options_.from) context_.sleep(kSettle);
  const auto& seats_of_all = target_;
  context_.fleet.on_servers([this, &seats_of_all](const std::vector<ServerState>& servers) {
    std::vector<Seat> seats;
    for (const auto& [host, target] : seats_of_all)
      for (const Wanted& wanted : target) seats.insert(seats.end(), wanted.seats.begin(), wanted.seats.end());
    if (!seats.empty()) summary_.lowest_serving = std::min(summary_.lowest_serving, lowest_serving(servers, seats));
  });
  summary_.lowest_serving = SIZE_MAX;
  if (const auto servers = context_.fleet.servers(); !servers || summary_.lowest_serving == SIZE_MAX)
    summary_.lowest_serving = 0;
  return {};
}

Rollout::Phased Rollout::preflight() {
  if (const auto fine = run_preflight(context_, hosts_, target_); !fine)
    return std::unexpected(Stop{kRefused, fine.error().message});
  info("preflight", "every host, registry and balancer answers");
  return {};
}

Rollout::Phased Rollout::pull() {
  if (const auto pulled = pull_everywhere(context_, hosts_, target_); !pulled)
    return std::unexpected(Stop{kRefused, "images cannot be pulled, no container was touched: " + pulled.error().message});
  return {};
}

Rollout::Phased Rollout::first_host() {
  if (waves_.empty()) return {};
  if (context_.told_to_stop()) return std::unexpected(Stop{kInterrupted, "told to stop before a host was touched"});
  const std::string host = waves_.front().front();
  context_.wave = 1;
  const Policy& policy = context_.environment.policy;
  info("canary", fmt::format("{} goes first: {}", host, plan_.waves.empty() ? "it was begun before" : plan_.first_because));
  unfinished_ = true;
  switch (update(host, options_.bake && started_ <= 1 ? policy.bake : policy.soak)) {
    case Came::good:
      return {};
    case Came::interrupted:
      return std::unexpected(Stop{kInterrupted, fmt::format("told to stop; {} has finished its step", host)});
    case Came::rolled_back:
      unfinished_ = started_ > 1;
      return std::unexpected(
          Stop{kCanaryFailed, fmt::format("{} failed and was rolled back; the others were not touched", host)});
    case Came::broken:
      break;
  }
  return std::unexpected(Stop{kRollbackFailed, fmt::format("{} failed and could not be rolled back", host)});
}

Rollout::Phased Rollout::waves() {
  context_.wave = context_.environment.policy.wave;
  for (std::size_t i = 1; i < waves_.size(); ++i) {
    if (context_.told_to_stop())
      return std::unexpected(Stop{kInterrupted, fmt::format("told to stop; {} of the hosts are done", done_.size())});
    std::vector<Came> came(waves_[i].size());
    std::vector<std::function<void()>> work;
    for (std::size_t j = 0; j < came.size(); ++j)
      work.push_back([&, j] { came[j] = update(waves_[i][j], context_.environment.policy.soak); });
    context_.fleet.runtime().parallel(work);
    if (std::find(came.begin(), came.end(), Came::broken) != came.end())
      return std::unexpected(
          Stop{kRollbackFailed, fmt::format("{} failed; not every one could be rolled back", fmt::join(failed_, ", "))});
    if (failed_.size() > context_.environment.policy.failure_budget) {
      const std::string text =
          fmt::format("{} failed and {} rolled back, more than the budget of {}", fmt::join(failed_, ", "),
                      failed_.size() == 1 ? "was" : "were", context_.environment.policy.failure_budget);
      if (context_.environment.policy.on_failure == OnFailure::rollback)
        return undo_all(done_, kAllRolledBack, text + "; all others too");
      return std::unexpected(Stop{kStopped, text + "; no other host is begun"});
    }
    if (std::find(came.begin(), came.end(), Came::interrupted) != came.end())
      return std::unexpected(Stop{kInterrupted, "told to stop; the hosts under way have finished their step"});
  }
  return {};
}

Rollout::Came Rollout::update(const std::string& host, base::Duration watched) {
  const base::Timestamp started = context_.now();
  const HostTarget& target = target_.at(host);
  Node node(context_, host, may_have_been_told(host));
  Result<void> result;
  // Alerts that are open before the host is touched are not the new version's.
  if (auto before = NodeWatch::observe(context_, host, target); !before) {
    result = std::unexpected(before.error());
  } else {
    result = node.bring_to(target, Direction::forward);
    NodeWatch watch(context_, host, target, std::move(*before));
    if (result) result = watch.run(watched);
    const std::scoped_lock lock(mutex_);
    for (NodeResult& node_result : summary_.nodes)
      if (node_result.host == host && node_result.outcome != Outcome::unchanged) node_result.gates = watch.gates();
  }
  if (result) {
    const bool cut_short = context_.told_to_stop();
    if (!cut_short) context_.report(Level::info, host, "", "done", Phase::done, "done");
    const std::scoped_lock lock(mutex_);
    done_.push_back(host);
    remember(host, Outcome::updated, "", context_.now() - started);
    return cut_short ? Came::interrupted : Came::good;
  }
  context_.report(Level::error, host, "", "failed", Phase::undoing, result.error().message);
  {
    const std::scoped_lock lock(mutex_);
    collect_evidence(context_, host, target, node.probes(), summary_.nodes);
  }
  const bool undone = undo(host, node);
  context_.report(undone ? Level::warning : Level::error, host, "", "rollback", undone ? Phase::undone : Phase::failed,
                  undone ? "is as it was before" : "could not be brought back");
  const std::scoped_lock lock(mutex_);
  failed_.push_back(host);
  remember(host, undone ? Outcome::rolled_back : Outcome::failed, result.error().message, context_.now() - started);
  for (NodeResult& one : summary_.nodes)
    if (one.host == host && one.outcome != Outcome::unchanged)
      one.undone = undone ? "the host runs again what it ran before" : "it could not be taken back: a person is needed";
  return undone ? Came::rolled_back : Came::broken;
}

bool Rollout::undo(const std::string& host, Node& node) {
  const auto state = context_.fleet.observe(host, target_.at(host));
  static const HostTarget kNothing;
  const auto known = back_.find(host);
  Result<void> result;
  if (!state)
    result = std::unexpected(state.error());
  else
    result = node.bring_to(
        before_rollout(*state, target_.at(host), known == back_.end() ? kNothing : known->second, context_.rollout),
        Direction::back);
  if (!result) context_.report(Level::error, host, "", "rollback", Phase::undoing, result.error().message);
  if (result) remove_candidates(*state);
  return result.has_value();
}

// What was made and never started; what failed stays for people to look at until the next commit.
void Rollout::remove_candidates(const HostState& host) {
  for (const ContainerState& container : host.containers)
    if (container.get(label::kRollout) == context_.rollout && container.status == "created")
      if (const auto removed = context_.fleet.host(host.host).remove(container.id); !removed)
        context_.report(Level::warning, host.host, "", "rollback", Phase::undone, removed.error().message);
}

Rollout::Phased Rollout::undo_all(const std::vector<std::string>& hosts, int exit_code, const std::string& outcome) {
  std::vector<std::string> stuck;
  const std::size_t wave = std::max<std::size_t>(1, context_.environment.policy.wave);
  for (std::size_t i = 0; i < hosts.size(); i += wave) {
    std::vector<std::function<void()>> work;
    for (std::size_t j = i; j < std::min(i + wave, hosts.size()); ++j)
      work.push_back([&, j] {
        Node node(context_, hosts[j], may_have_been_told(hosts[j]));
        const base::Timestamp started = context_.now();
        const bool undone = undo(hosts[j], node);
        context_.report(undone ? Level::info : Level::error, hosts[j], "", "rollback",
                        undone ? Phase::undone : Phase::failed,
                        undone ? "is as it was before" : "could not be brought back");
        const std::scoped_lock lock(mutex_);
        if (!undone) stuck.push_back(hosts[j]);
        remember(hosts[j], undone ? Outcome::rolled_back : Outcome::failed, "", context_.now() - started);
      });
    context_.fleet.runtime().parallel(work);
  }
  if (!stuck.empty())
    return std::unexpected(
        Stop{kRollbackFailed, fmt::format("{}; {} could not be brought back", outcome, fmt::join(stuck, ", "))});
  unfinished_ = false;
  if (exit_code == kOk) {
    summary_.outcome = outcome;
    return {};
  }
  return std::unexpected(Stop{exit_code, outcome});
}

Rollout::Phased Rollout::abort_all() {
  if (auto phase = lock(); !phase) return phase;
  auto hosts = context_.fleet.observe_all(target_, options_.skipped, false);
  if (!hosts) return std::unexpected(Stop{kRefused, "the fleet cannot be seen whole: " + hosts.error().message});
  hosts_ = std::move(*hosts);
  context_.wave = context_.environment.policy.wave;
  // All: one may have been told to leave, and nothing more.
  const std::vector<std::string> all = order_of_return(hosts_, target_, context_.rollout);
  auto phase = undo_all(all, kOk, fmt::format("every host is as it was before {}", context_.rollout));
  if (!phase) return phase;
  // It may have been killed between its record and its end.
  if (const auto forgotten = forget_release(context_.fleet, summary_.environment, context_.rollout, options_.skipped);
      !forgotten)
    info("rollback", forgotten.error().message, Level::warning);
  return {};
}

Rollout::Phased Rollout::verify() {
  const auto hosts = context_.fleet.observe_all(target_, options_.skipped);
  if (!hosts) return std::unexpected(Stop{kStopped, "the fleet cannot be seen whole at the end: " + hosts.error().message});
  Target whole = context_.target;
  whole.hosts = target_;
  const Plan left = make_plan(context_.environment, whole, *hosts);
  for (const auto& wave : left.waves)
    for (const std::string& host : wave)
      if (std::find(failed_.begin(), failed_.end(), host) == failed_.end())
        return std::unexpected(
            Stop{kStopped, fmt::format("{} is not as it should be at the end:\n{}", host, print_plan(left))});
  return {};
}

Rollout::Phased Rollout::commit() {
  const Release release{.rollout = context_.rollout,
                        .composition = options_.record.composition,
                        .lock_text = options_.record.lock_text,
                        .command = options_.record.command,
                        .owner = options_.record.owner,
                        .build_url = options_.record.build_url,
                        .outcome = failed_.empty() ? "succeeded" : "partly",
                        .at = context_.now()};
  if (const auto done = run_commit(context_, target_, release, options_.remove_orphans); !done)
    info("commit", done.error().message, Level::warning);  // the rollout itself is done
  unfinished_ = false;
  if (!failed_.empty())
    return std::unexpected(Stop{kPartly, fmt::format("done but for {}, which failed and {} rolled back, within the budget",
                                                     fmt::join(failed_, ", "), failed_.size() == 1 ? "was" : "were")});
  summary_.outcome = fmt::format("{} runs {}", summary_.environment, summary_.composition);
  return {};
}

void Rollout::remember(const std::string& host, Outcome outcome, const std::string& failure, base::Duration took) {
  for (NodeResult& node : summary_.nodes)
    if (node.host == host && node.outcome != Outcome::unchanged) {
      node.outcome = outcome;
      node.took = took;
      if (!failure.empty()) node.failure = failure;
    }
}

std::string Rollout::next_command(const std::string& word) const {
  return fmt::format("deployer {} --env {}", word, options_.environment_file);
}

void Rollout::info(const std::string& step, const std::string& text, Level level) {
  context_.report(level, "", "", step, Phase::waiting, text);
}

}  // namespace longshore::deployer
