#include "deployer/run/node.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "deployer/rollout/guard.hpp"
#include "deployer/rollout/roles.hpp"
#include "deployer/run/drain.hpp"
#include "deployer/run/probe.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::fail;
using base::Result;
using namespace std::chrono_literals;

constexpr Code kFinal = Code::io;          // of a wait that has ended badly: asking again is no use
constexpr base::Duration kTellAgain = 3s;  // a node that has not been heard to move
constexpr base::Duration kPatience = 30s;  // with a host or balancer that does not answer
constexpr int kMostSteps = 300;            // of one host; a plan that needs more goes in a circle

std::vector<Seat> seats_in(const HostTarget& target) {
  std::vector<Seat> seats;
  for (const Wanted& wanted : target)
    for (const Seat& seat : wanted.seats)
      if (std::find(seats.begin(), seats.end(), seat) == seats.end()) seats.push_back(seat);
  return seats;
}

// Who has waited for long does not mind a twentieth more, and what is asked is spared.
base::Duration until_next_look(base::Duration waited) { return std::clamp<base::Duration>(waited / 20, 20ms, 1s); }

bool is_mine(const ServerState& server, const std::vector<Seat>& seats) {
  return std::find(seats.begin(), seats.end(), Seat{server.backend, server.server}) != seats.end();
}

const Wanted& wanted_of(const HostTarget& target, const std::string& component) {
  return *std::find_if(target.begin(), target.end(), [&](const Wanted& one) { return one.component == component; });
}

}  // namespace

void Node::report(const std::string& component, const std::string& step, const std::string& text, Level level,
                  const std::string& detail) {
  context_.report(level, name_, component, step, phase_, text, detail);
}

void Node::wait_for(const std::string& component, const std::string& step, const std::string& text, const std::string& what,
                    base::Timestamp deadline) {
  context_.reporter.on({.at = context_.now(),
                        .level = Level::info,
                        .host = name_,
                        .component = component,
                        .step = step,
                        .phase = phase_,
                        .text = text,
                        .waits_for = what,
                        .deadline = deadline});
}

Result<void> Node::bring_to(const HostTarget& target, Direction direction) {
  progress_ = {.told = progress_.told, .left = false, .started = {}, .verified = {}};
  base::Timestamp heard = context_.now();
  for (int n = 0; n < kMostSteps; ++n) {
    bool last = false;
    const Result<void> done = one_step(target, direction, last);
    if (done && last) return {};
    if (done) {
      heard = context_.now();
      continue;
    }
    // A daemon that restarts, a connection that breaks: every call may be repeated, so the next look tells what is left.
    const Code code = done.error().code;
    const bool may_pass = code == Code::unavailable || code == Code::timeout || code == Code::closed;
    if (!may_pass || context_.now() - heard >= kPatience) return done;
    report("", "wait", "does not answer, is asked again: " + done.error().message, Level::warning);
    context_.sleep(1s);
  }
  return fail(Code::io, fmt::format("{}: after {} steps it is still not as it should be", name_, kMostSteps));
}

Result<void> Node::one_step(const HostTarget& target, Direction direction, bool& last) {
  TRY_VOID(context_.lock.check(host_));
  TRY(state, context_.fleet.observe(name_, target));
  const Step step = next_step(state, target, direction, context_.rollout, progress_);
  last = step.what == Do::nothing;
  return perform(step, state, target, direction);
}

Result<void> Node::perform(const Step& step, const HostState& state, const HostTarget& target, Direction direction) {
  const auto container = std::find_if(state.containers.begin(), state.containers.end(),
                                      [&](const ContainerState& one) { return one.id == step.container; });
  const std::string name = container == state.containers.end() ? step.argument : container->name;
  const bool back = direction == Direction::back;
  switch (step.what) {
    case Do::nothing:
      return {};
    case Do::create:
      phase_ = Phase::staging;
      if (back)
        return fail(Code::not_found,
                    fmt::format("{}: the {} of before is gone; it cannot be gone back to without its image and "
                                "specification: apply the composition of before",
                                name_, step.component));
      report(step.component, "create", fmt::format("creates {}", step.argument));
      return create(step, target);
    case Do::leave:
      phase_ = back ? Phase::undoing : Phase::draining;
      return leave(target);
    case Do::restart_policy:
      report(step.component, "restart-policy", fmt::format("{}: restart policy {}", name, step.argument), Level::detail);
      return host_.set_restart_policy(step.container, step.argument);
    case Do::stop: {
      phase_ = back ? Phase::undoing : Phase::stopping;
      const auto service = context_.target.services.find(step.component);
      const base::Duration grace =
          service == context_.target.services.end() ? base::Duration(10s) : service->second.stop_grace;
      report(step.component, "stop", fmt::format("stops {}: {}", name, step.why));
      return host_.stop(step.container, grace);
    }
    case Do::rename:
      report(step.component, "rename", fmt::format("{} becomes {}", name, step.argument), Level::detail);
      return host_.rename(step.container, step.argument);
    case Do::start:
      phase_ = back ? Phase::undoing : Phase::starting;
      report(step.component, "start", fmt::format("starts {} {}", name, wanted_of(target, step.component).tag));
      return start(step);
    case Do::await_healthy:
      phase_ = back ? Phase::undoing : Phase::probing;
      return await_healthy(step, target);
    case Do::enter:
      phase_ = back ? Phase::undoing : Phase::entering;
      return enter(target, direction);
  }
  return {};
}

Result<void> Node::create(const Step& step, const HostTarget& target) {
  const Service& service = context_.target.services.at(step.component);
  for (const ServiceObject& network : service.networks) TRY_VOID(host_.ensure_network(network.name, network.body));
  for (const ServiceObject& volume : service.volumes) TRY_VOID(host_.ensure_volume(volume.name, volume.body));
  const Wanted& wanted = wanted_of(target, step.component);
  const std::string body = service.create_body(context_.target.images.at(step.component).pinned(),
                                               deployer::labels_of(context_.target, wanted, context_.rollout));
  TRY(id, host_.create(step.argument, body));
  return {};
}

// Docker takes several networks at once only from API 1.44 on, so the others are joined here.
Result<void> Node::start(const Step& step) {
  const auto service = context_.target.services.find(step.component);
  if (service != context_.target.services.end())
    for (std::size_t i = 1; i < service->second.networks.size(); ++i) {
      const ServiceObject& network = service->second.networks[i];
      TRY_VOID(host_.connect_network(network.name, network.connect_body(step.container)));
    }
  TRY_VOID(host_.start(step.container));
  progress_.started.insert(step.container);
  return {};
}

Result<void> Node::leave(const HostTarget& target) {
  const std::vector<Seat> seats = seats_in(target);
  TRY_VOID(wait_for_permission(seats));
  wait_for("", "drain", "leaves the balancers", "every balancer to say that it is out, and its sessions to end",
           context_.now() + context_.environment.policy.drain_deadline);
  progress_.told = true;
  TRY_VOID(tell_to_leave(context_, host_, seats));
  TRY_VOID(wait_until_out(seats));
  progress_.left = true;
  progress_.verified.clear();
  return {};
}

Result<void> Node::wait_for_permission(const std::vector<Seat>& seats) {
  const base::Timestamp started = context_.now(), end = started + context_.environment.policy.rotation_deadline;
  std::string told;
  for (;;) {
    std::string why;
    {
      const std::scoped_lock lock(context_.gate);
      TRY(servers, context_.fleet.servers());
      LeaveRequest request{.seats = seats, .on_the_way = context_.on_the_way, .given_up = {}, .wave = context_.wave};
      for (const std::string& host : context_.given_up)
        if (const auto found = context_.target.hosts.find(host); found != context_.target.hosts.end())
          for (const Seat& seat : seats_in(found->second)) request.given_up.insert(seat);
      for (const Seat& seat : seats) request.on_the_way.erase(seat);
      why = why_not_leave(servers, request, context_.environment.policy);
      if (why.empty()) {
        context_.on_the_way.insert(seats.begin(), seats.end());
        return {};
      }
    }
    if (context_.now() >= end) return fail(kFinal, fmt::format("{} may not leave: {}", name_, why));
    if (why != told) wait_for("", "drain", "waits before it leaves: " + why, "leave to leave", end);
    told = why;
    context_.sleep(until_next_look(context_.now() - started));
  }
}

Result<void> Node::wait_until_out(const std::vector<Seat>& seats) {
  if (seats.empty()) return {};
  base::Timestamp told = context_.now();
  const base::Timestamp started = told, end = started + context_.environment.policy.drain_deadline;
  for (;;) {
    const auto servers = context_.fleet.servers();
    std::string in, busy;
    if (!servers) in = servers.error().message;
    for (const ServerState& server : servers ? *servers : std::vector<ServerState>{}) {
      if (!is_mine(server, seats)) continue;
      if (server.rotation != Rotation::stopping && server.rotation != Rotation::out)
        in = fmt::format("{} still says {} of {}/{}", server.balancer, server.status, server.backend, server.server);
      else if (server.sessions > 0)
        busy = fmt::format("{} sessions of {} are open", server.sessions, server.balancer);
    }
    // A signal that comes while a container has just been started may be lost.
    if (!in.empty() && servers && context_.now() - told >= kTellAgain) {
      TRY_VOID(tell_to_leave(context_, host_, seats));
      told = context_.now();
    }
    if (in.empty() && busy.empty()) return report("", "drain", "out of every balancer, no session open"), Result<void>();
    if (context_.now() >= end) {
      if (!in.empty())
        return fail(kFinal, fmt::format("{} is not out of rotation after {}: {}", name_,
                                        base::format_duration(context_.environment.policy.drain_deadline), in));
      report("", "drain", fmt::format("goes on at the drain deadline though {}; they will be cut", busy), Level::warning);
      return {};
    }
    context_.sleep(until_next_look(context_.now() - started));
  }
}

Result<void> Node::await_healthy(const Step& step, const HostTarget& target) {
  const Wanted& wanted = wanted_of(target, step.component);
  const base::Timestamp started = context_.now();
  const base::Timestamp end = started + context_.placement(step.component).start_deadline;
  std::string last;
  probes_.clear();
  wait_for(step.component, "probe", fmt::format("waits until {} is healthy", step.component),
           fmt::format("{} to be healthy", step.component), end);
  for (;;) {
    const Verdict verdict = look_at(context_, host_, wanted, step.container, started);
    if (verdict.is == Verdict::Is::good) break;
    if (verdict.why != last) probes_.push_back(base::format_rfc3339(context_.now(), 3) + " " + verdict.why);
    last = verdict.why;
    if (verdict.is == Verdict::Is::bad || context_.now() >= end) {
      report(step.component, "probe", fmt::format("{} does not work: {}", step.component, verdict.why), Level::error,
             fmt::format("{}", fmt::join(probes_, "\n")));
      return fail(kFinal,
                  verdict.is == Verdict::Is::bad
                      ? fmt::format("{} on {}: {}", step.component, name_, verdict.why)
                      : fmt::format("{} on {} is not healthy after {}: {}", step.component, name_,
                                    base::format_duration(context_.placement(step.component).start_deadline), verdict.why));
    }
    context_.sleep(until_next_look(context_.now() - started));
  }
  progress_.verified.insert(step.container);
  report(step.component, "probe", fmt::format("{} {} is healthy", step.component, wanted.tag));
  return {};
}

// A balancer that has found the server down lets no cookie through to it; one that was told to stop does.
Result<void> Node::probe_in_the_dark(const HostTarget& target, const std::vector<Seat>& seats) {
  if (!context_.environment.dark_probe) return {};
  TRY(servers, context_.fleet.servers());
  for (const ServerState& server : servers)
    if (is_mine(server, seats) && server.rotation != Rotation::stopping) {
      report("", "dark-probe",
             fmt::format("is not probed through the balancer: {} says {}", server.balancer, server.status));
      return {};
    }
  const Verdict verdict = dark_probe(context_, name_, target);
  if (verdict.is != Verdict::Is::good) return fail(kFinal, fmt::format("{}: dark probe: {}", name_, verdict.why));
  report("", "dark-probe", "answers rightly through the balancer, out of rotation");
  return {};
}

Result<void> Node::enter(const HostTarget& target, Direction direction) {
  const std::vector<Seat> seats = seats_in(target);
  // What was there before has proved itself long ago.
  if (progress_.left && direction == Direction::forward) TRY_VOID(probe_in_the_dark(target, seats));
  const base::Timestamp started = context_.now(), end = started + context_.environment.policy.rotation_deadline;
  wait_for("", "undrain", "enters the balancers", "every balancer to say UP", end);
  TRY_VOID(tell_to_enter(context_, host_, seats));
  base::Timestamp told = context_.now();
  for (;;) {
    const auto servers = context_.fleet.servers();
    std::string out;
    if (!servers) out = servers.error().message;
    for (const ServerState& server : servers ? *servers : std::vector<ServerState>{})
      if (is_mine(server, seats) && server.rotation != Rotation::in)
        out = fmt::format("{} says {} of {}/{}", server.balancer, server.status, server.backend, server.server);
    if (out.empty()) break;
    if (servers && context_.now() - told >= kTellAgain) {
      TRY_VOID(tell_to_enter(context_, host_, seats));
      told = context_.now();
    }
    if (context_.now() >= end)
      return fail(kFinal, fmt::format("{} is not back in rotation after {}: {}", name_,
                                      base::format_duration(context_.environment.policy.rotation_deadline), out));
    context_.sleep(until_next_look(context_.now() - started));
  }
  progress_.told = progress_.left = false;
  {
    const std::scoped_lock lock(context_.gate);
    for (const Seat& seat : seats) context_.on_the_way.erase(seat);
  }
  report("", "undrain", "in rotation of every balancer");
  return {};
}

}  // namespace longshore::deployer
