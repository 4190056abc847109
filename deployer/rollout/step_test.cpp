#include "deployer/rollout/step.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "deployer/rollout/hosts_for_test.hpp"
#include "deployer/rollout/roles.hpp"

namespace longshore::deployer {
namespace {

struct Case {
  const char* when;
  HostState host;
  Progress progress;
  Do what;
  const char* container;  // its name; empty: of the whole host
  const char* argument;
};

void expect(const std::vector<Case>& cases, const HostTarget& target, Direction direction) {
  for (const Case& one : cases) {
    const Step step = next_step(one.host, target, direction, "r2", one.progress);
    EXPECT_EQ(step.what, one.what) << one.when;
    EXPECT_EQ(step.container, *one.container == 0 ? "" : std::string("id-") + one.container) << one.when;
    EXPECT_EQ(step.argument, one.argument) << one.when;
    EXPECT_EQ(step.why.empty(), one.what == Do::nothing) << one.when;
  }
}

const Progress kFresh{};
const Progress kLeft{.told = true, .left = true, .verified = {}};

ContainerState with(ContainerState container, const std::string& policy, Health health) {
  container.restart_policy = policy;
  container.health = health;
  return container;
}

TEST(Step, ForwardFromTheFirstLookToTheLast) {
  const ContainerState next = container("web.next.r2", "web", 2, "created", "r2");
  const ContainerState prev = container("web.prev.r2", "web", 1, "exited");
  const ContainerState fresh = with(container("web", "web", 2, "running", "r2"), "no", Health::starting);
  const Progress verified{.told = true, .left = true, .verified = {"id-web"}};
  expect({{"nothing of it is there", host_with({}, Rotation::out), kFresh, Do::create, "", "web.next.r2"},
          {"only the old one", host_with({container("web", "web", 1)}), kFresh, Do::create, "", "web.next.r2"},
          {"made", host_with({container("web", "web", 1), next}), kFresh, Do::leave, "", ""},
          {"out", host_with({container("web", "web", 1), next}, Rotation::stopping), kLeft, Do::restart_policy, "web", "no"},
          {"will not be restarted", host_with({with(container("web", "web", 1), "no", Health::healthy), next}), kLeft,
           Do::stop, "web", ""},
          {"stopped", host_with({container("web", "web", 1, "exited"), next}), kLeft, Do::rename, "web", "web.prev.r2"},
          {"its name is free", host_with({prev, next}), kLeft, Do::rename, "web.next.r2", "web"},
          {"has the name", host_with({prev, container("web", "web", 2, "created", "r2")}), kLeft, Do::start, "web", ""},
          {"ended at once",
           host_with({prev, container("web", "web", 2, "exited", "r2")}),
           {.told = true, .left = true, .started = {"id-web"}},
           Do::await_healthy,
           "web",
           ""},
          {"runs", host_with({prev, fresh}), kLeft, Do::await_healthy, "web", ""},
          {"works", host_with({prev, fresh}), verified, Do::restart_policy, "web", "always"},
          {"is whole", host_with({prev, container("web", "web", 2)}, Rotation::stopping), verified, Do::enter, "", ""},
          {"is in", host_with({prev, container("web", "web", 2)}), kFresh, Do::nothing, "", ""}},
         {wanted("web", 2)}, Direction::forward);
}

TEST(Step, BackToTheVeryContainerOfBefore) {
  Wanted before = wanted("web", 1);
  before.id = "id-web.prev.r2";
  const ContainerState prev = container("web.prev.r2", "web", 1, "exited");
  const ContainerState bad = with(container("web", "web", 2, "running", "r2"), "no", Health::unhealthy);
  expect({{"the new one is still there", host_with({prev, bad}, Rotation::stopping), kFresh, Do::leave, "", ""},
          {"is out", host_with({prev, bad}, Rotation::stopping), kLeft, Do::stop, "web", ""},
          {"it failed", host_with({prev, container("web", "web", 2, "exited", "r2")}), kLeft, Do::rename, "web",
           "web.failed.r2"},
          {"the name is free", host_with({prev, container("web.failed.r2", "web", 2, "exited", "r2")}), kLeft, Do::rename,
           "web.prev.r2", "web"}},
         {before}, Direction::back);
}

TEST(Step, WhatIsWrongWithTheRightContainer) {
  const Progress gone{.told = true, .left = true, .verified = {}};
  expect(
      {{"ended, in rotation", host_with({container("web", "web", 2, "exited")}), kFresh, Do::leave, "", ""},
       {"ended", host_with({container("web", "web", 2, "exited")}), gone, Do::start, "web", ""},
       {"paused, in rotation", host_with({container("web", "web", 2, "paused")}), kFresh, Do::leave, "", ""},
       {"paused", host_with({container("web", "web", 2, "paused")}), gone, Do::stop, "web", ""},
       {"restarting", host_with({container("web", "web", 2, "restarting")}), gone, Do::stop, "web", ""},
       {"unhealthy", host_with({with(container("web", "web", 2), "always", Health::unhealthy)}), gone, Do::stop, "web", ""},
       {"ended while unhealthy", host_with({with(container("web", "web", 2, "exited"), "no", Health::unhealthy)}), gone,
        Do::start, "web", ""},
       {"drained by hand", host_with({container("web", "web", 2)}, Rotation::stopping), kFresh, Do::await_healthy, "web",
        ""},
       {"another restart policy", host_with({with(container("web", "web", 2), "no", Health::healthy)}), kFresh,
        Do::await_healthy, "web", ""},
       {"renamed by hand", host_with({container("shop", "web", 2)}), kFresh, Do::rename, "shop", "web"},
       {"dead: Docker could not remove it", host_with({container("web", "web", 2, "dead")}), kFresh, Do::create, "",
        "web.next.r2"}},
      {wanted("web", 2)}, Direction::forward);
}

TEST(Step, WhatStandsInTheWay) {
  const ContainerState right = container("web.next.r2", "web", 2, "created", "r2");
  expect({{"a container of others has the name", host_with({foreign("web"), right}), kFresh, Do::leave, "", ""},
          {"it goes as an old one would", host_with({foreign("web"), right}), kLeft, Do::stop, "web", ""},
          {"an old one under another name", host_with({container("web-1", "web", 1), right}), kLeft, Do::restart_policy,
           "web-1", "no"},
          {"a container of others elsewhere", host_with({foreign("db"), container("web", "web", 2)}), kFresh, Do::nothing,
           "", ""},
          {"the candidate's name is taken", host_with({foreign("web.next.r2")}), kFresh, Do::create, "", "web.next.r2-2"}},
         {wanted("web", 2)}, Direction::forward);
}

TEST(Step, WhatIsWantedNoMore) {
  Wanted gone = wanted("web", 2);
  gone.present = false;
  expect({{"it runs", host_with({container("web", "web", 2)}), kFresh, Do::leave, "", ""},
          {"it is out", host_with({container("web", "web", 2)}), kLeft, Do::restart_policy, "web", "no"},
          {"it has gone", host_with({container("web.failed.r2", "web", 2, "exited")}), kLeft, Do::nothing, "", ""}},
         {gone}, Direction::back);
}

TEST(Step, WithoutASeatNobodyLeaves) {
  expect({{"made", host_with({container("worker", "worker", 1), container("worker.next.r2", "worker", 2, "created")}),
           kFresh, Do::restart_policy, "worker", "no"}},
         {wanted("worker", 2)}, Direction::forward);
}

TEST(BeforeRollout, NamesTheContainerThatWasActive) {
  const HostTarget target{wanted("web", 3)};
  const auto back = [&](std::vector<ContainerState> containers, const HostTarget& fallback = {}) {
    return before_rollout(host_with(std::move(containers)), target, fallback, "r2").front();
  };
  EXPECT_EQ(back({container("web", "web", 3, "running", "r2"), container("web.prev.r2", "web", 1, "exited")}).id,
            "id-web.prev.r2");
  EXPECT_EQ(back({container("web.prev.r2-2", "web", 2, "exited"), container("web.prev.r2", "web", 1, "exited")}).id,
            "id-web.prev.r2")
      << "the first that was retired";
  EXPECT_EQ(back({container("web.prev.r2", "web", 2, "exited", "r2"), container("web", "web", 1)}).id, "id-web")
      << "superseded by what was there before: what it had made meanwhile was retired in its turn";
  EXPECT_EQ(back({container("web", "web", 1), container("web.next.r2", "web", 3, "created", "r2")}).id, "id-web")
      << "not touched yet";
  EXPECT_EQ(back({foreign("web")}).id, "id-web") << "whoever made it";
  EXPECT_FALSE(back({container("web", "web", 3, "running", "r2")}).present) << "there was none";
  const Wanted known = back({container("web", "web", 3, "running", "r2")}, {wanted("web", 1)});
  EXPECT_TRUE(known.present) << "somebody has removed it; the previous composition tells what it was";
  EXPECT_EQ(known.digest, digest_of(1));
  const Wanted old = back({container("web.prev.r1", "web", 1, "exited"), container("web", "web", 2)});
  EXPECT_EQ(old.id, "id-web") << "retired by another rollout";
  EXPECT_EQ(old.tag, "v2");
}

// Drives next_step against a host that does what it is told.
class Simulator {
 public:
  explicit Simulator(std::mt19937& random) : random_(random) {
    static const std::vector<std::string> kRoles{"", ".next.r2", ".prev.r1", ".prev.r2", ".failed.r2", "-by-hand"};
    static const std::vector<std::string> kStatus{"created", "running", "paused", "restarting", "exited", "dead"};
    for (const std::string component : {"web", "worker"})
      for (const std::string& role : kRoles) {
        if (pick(2) == 0) continue;
        ContainerState one =
            pick(8) == 0 ? foreign(component + role)
                         : container(component + role, component, 1 + pick(2), kStatus[pick(6)], pick(2) ? "r1" : "r2");
        one.health = static_cast<Health>(pick(4));
        one.restart_policy = pick(2) == 0 ? "no" : "always";
        host_.containers.push_back(std::move(one));
      }
    host_.host = "app1";
    turn(static_cast<Rotation>(pick(5)));
  }

  // What went wrong, or nothing; `steps` is how many there may be.
  std::string drive(const HostTarget& target, Direction direction, int steps) {
    for (int n = 0; n < steps; ++n) {
      const Step step = next_step(host_, target, direction, "r2", progress_);
      if (step.what == Do::nothing) return check(target);
      if (std::string wrong = perform(step); !wrong.empty()) return wrong;
    }
    return steps < 60 ? "" : "goes in a circle";
  }

  const HostState& host() const { return host_; }
  void forget() { progress_ = {}; }  // killed, and taken up
  unsigned pick(unsigned n) { return static_cast<unsigned>(random_() % n); }

 private:
  void turn(Rotation rotation) { host_.servers = both("app1", rotation); }
  bool in() const { return all_in(host_, {{"shop", "app1"}}); }

  std::string perform(const Step& step) {
    const auto found = std::find_if(host_.containers.begin(), host_.containers.end(),
                                    [&](const ContainerState& one) { return one.id == step.container; });
    const auto taken = [&] {
      return std::any_of(host_.containers.begin(), host_.containers.end(),
                         [&](const ContainerState& one) { return one.name == step.argument; });
    };
    switch (step.what) {
      case Do::nothing:
        break;
      case Do::create:
        if (taken()) return step.argument + " is taken";
        host_.containers.push_back(container(step.argument, step.component, 2, "created", "r2"));
        host_.containers.back().id += "-made";
        break;
      case Do::leave:
        progress_ = {.told = true, .left = true, .verified = {}};
        turn(Rotation::stopping);
        break;
      case Do::restart_policy:
        found->restart_policy = step.argument;
        break;
      case Do::stop:
        if (step.component == "web" && in()) return found->name + " is stopped in rotation";
        found->status = "exited";
        break;
      case Do::rename:
        if (taken()) return step.argument + " is taken";
        found->name = step.argument;
        break;
      case Do::start:
        if (found->running()) return found->name + " runs already";
        for (const ContainerState& other : host_.containers)
          if (other.running() && other.get(label::kComponent) == step.component) return other.name + " has its port";
        found->status = "running";
        found->health = step.component == "web" ? Health::starting : Health::none;
        break;
      case Do::await_healthy:
        if (!found->running()) return found->name + " is waited for, and does not run";
        if (found->health == Health::starting) found->health = Health::healthy;
        progress_.verified.insert(found->id);
        break;
      case Do::enter:
        progress_.told = progress_.left = false;
        turn(Rotation::in);
        break;
    }
    return {};
  }

  std::string check(const HostTarget& target) const {
    bool seated = false;
    for (const Wanted& wanted : target) {
      seated = seated || (wanted.present && !wanted.seats.empty());
      for (const ContainerState& one : host_.containers)
        if (belongs(one, wanted) && one.running() && (!wanted.present || one.name != wanted.container))
          return one.name + " runs at the end";
      if (!wanted.present) continue;
      const ContainerState* active = holder(host_, wanted);
      if (active == nullptr || !matches(*active, wanted)) return wanted.component + " is not what is wanted";
      if (!active->running() || active->health == Health::unhealthy) return active->name + " does not work";
      if (active->restart_policy != wanted.restart) return active->name + " has restart policy " + active->restart_policy;
    }
    return seated && !in() ? "it is not in rotation at the end" : "";
  }

  std::mt19937& random_;
  HostState host_;
  Progress progress_;
};

TEST(Step, FromWhereverAHostIsItGetsThereWithoutBeingStoppedInRotation) {
  const HostTarget target{wanted("web", 2), wanted("worker", 2)};
  for (unsigned seed = 0; seed < 1000; ++seed) {
    std::mt19937 random(seed);
    Simulator forward(random);
    ASSERT_EQ(forward.drive(target, Direction::forward, 60), "") << "seed " << seed;

    Simulator back(random);  // goes some steps, is killed, and goes back
    const HostTarget before = before_rollout(back.host(), target, {}, "r2");
    std::set<std::string> promoted;  // what comes back to the front is not told from what was there before
    for (const Wanted& one : target)
      if (const ContainerState* match = find_match(back.host(), one); match != nullptr) promoted.insert(match->id);
    ASSERT_EQ(back.drive(target, Direction::forward, static_cast<int>(back.pick(20))), "") << "seed " << seed;
    back.forget();
    const HostTarget where = before_rollout(back.host(), target, {}, "r2");
    for (std::size_t i = 0; i < where.size(); ++i)
      if (before[i].present && !promoted.contains(before[i].id)) {
        EXPECT_EQ(where[i].id, before[i].id) << "seed " << seed;
      }
    ASSERT_EQ(back.drive(where, Direction::back, 60), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace longshore::deployer
