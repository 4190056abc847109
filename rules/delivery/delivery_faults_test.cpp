// Each alert opens exactly once and closes exactly once per episode, in order: whatever the service does, and wherever the
// process dies. In virtual time, against the services of tests/support/alert_receiver.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "rules/delivery/delivery_bench_for_test.hpp"

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;
using Change = AlertChange::Kind;
using Bench = DeliveryBench;
using Fate = Bench::Fate;

AlertSinkOptions sink(AlertSinkType type, std::string url, AlertUpdates updates = AlertUpdates::put) {
  return {.type = type,
          .name = "sink",
          .url = std::move(url),
          .key = base::Secret("key"),
          .updates = updates,
          .per_minute = 6000};
}
const std::vector<std::pair<std::string, AlertSinkOptions>> kSinks = {
    {"OpsGenie", sink(AlertSinkType::opsgenie, "https://opsgenie")},
    {"JSM", sink(AlertSinkType::opsgenie, "https://jsm/jsm/ops/integration", AlertUpdates::note)},
    {"PagerDuty", sink(AlertSinkType::pagerduty, "https://pagerduty")},
    {"Alertmanager", sink(AlertSinkType::alertmanager, "http://am")},
    {"Webhook", sink(AlertSinkType::webhook, "https://hook/x")},
};

AlertAnswer status(int code, std::string retry_after = "") {
  return {.status = code, .body = "trouble", .retry_after = retry_after};
}

// What the service does in the first minutes; then it is well again. `chance`: 0 to 99.
struct Trouble {
  const char* name;
  base::Duration lasts;
  Fate (*fate)(unsigned chance);
  int lost = 0, pending = 0;  // of OpsGenie's accepted requests
};
const Trouble kTroubles[] = {
    {"Well", 0s, [](unsigned) { return Fate{}; }},
    {"Down", 3min, [](unsigned) { return Fate{.instead = AlertAnswer{.body = "connection refused"}}; }},
    {"DownForAnHour", 1h, [](unsigned) { return Fate{.instead = AlertAnswer{.body = "connection refused"}}; }},
    {"Limits", 3min, [](unsigned chance) { return chance < 70 ? Fate{.instead = status(429, "7")} : Fate{}; }},
    {"ServerErrors", 3min, [](unsigned chance) { return chance < 50 ? Fate{.instead = status(500)} : Fate{}; }},
    {"BadGateway", 3min, [](unsigned) { return Fate{.instead = status(502)}; }},
    {"AnswersLost", 3min, [](unsigned chance) { return Fate{.lost = chance < 60}; }},
    {"LoginPages", 3min, [](unsigned) { return Fate{.instead = AlertAnswer{.status = 200, .body = "<html>"}}; }},
    {"Redirects", 3min, [](unsigned) { return Fate{.instead = status(302)}; }},
    {"AcceptedAndLost", 0s, [](unsigned) { return Fate{}; }, 20, 0},
    {"SlowToProcess", 0s, [](unsigned) { return Fate{}; }, 0, 3},
    {"Everything", 3min,
     [](unsigned chance) {
       if (chance < 20) return Fate{.lost = true};
       if (chance < 40) return Fate{.instead = AlertAnswer{.body = "reset"}};
       if (chance < 60) return Fate{.instead = status(chance % 2 == 0 ? 503 : 500)};
       return chance < 70 ? Fate{.instead = status(429, "1")} : Fate{};
     },
     5, 2},
};

// The rule engine, as far as delivery sees it: episodes of some alerts, in steps; it goes on to the next step of an alert
// once the last is on disk, and after a crash begins with the last of which it does not know that.
class EngineForTest {
 public:
  static constexpr int kEpisodes = 3;
  EngineForTest(Bench& bench, int alerts) : bench_(bench) {
    for (int i = 0; i < alerts; ++i) {
      std::vector<AlertChange>& steps = steps_.emplace_back();
      for (int episode = 0; episode < kEpisodes; ++episode)
        for (const auto kind : {Change::open, Change::repeat, Change::note, Change::repeat, Change::close}) {
          AlertChange change = change_of(kind, fmt::format("alert {}", i), std::to_string(episode));
          change.count = steps.size() + 1;
          change.priority = static_cast<Priority>(i % 5 + 1);
          change.note = kind == Change::note ? "look" : "";
          change.at = bench.timers.wall();
          steps.push_back(std::move(change));
        }
    }
    next_.assign(steps_.size(), 0);
  }
  bool done() const {
    for (std::size_t i = 0; i < steps_.size(); ++i)
      if (next_[i] < steps_[i].size()) return false;
    return true;
  }
  // Submits one step of each alert of which `mask` has the bit, and waits until they are on disk. False: a crash came first.
  bool step(std::uint64_t mask, const std::function<bool()>& crashes = [] { return false; }) {
    std::vector<std::size_t> submitted;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if ((mask >> i & 1) == 0 || next_[i] == steps_[i].size()) continue;
      AlertChange change = steps_[i][next_[i]];
      change.at = bench_.timers.wall();
      bench_.delivery->submit(std::move(change));
      submitted.push_back(i);
    }
    bool crashed = false;
    bench_.run_until([&] { return (crashed = crashes()) || bench_.delivery->status().unsaved == 0; });
    if (crashed) return false;
    for (const std::size_t i : submitted) ++next_[i];
    return true;
  }
  // What the service must have seen of each alert.
  void expect_every_episode_once() const {
    const auto episodes = bench_.desk.record.episodes();
    ASSERT_EQ(episodes.size(), steps_.size());
    for (const auto& [alias, history] : episodes) EXPECT_EQ(history, "open close open close open close") << alias;
  }

 private:
  Bench& bench_;
  std::vector<std::vector<AlertChange>> steps_;
  std::vector<std::size_t> next_;
};

class Faults : public ::testing::TestWithParam<std::tuple<std::size_t, std::size_t>> {};

TEST_P(Faults, EachAlertOpensOnceAndClosesOncePerEpisodeInOrder) {
  const auto& [name, options] = kSinks[std::get<0>(GetParam())];
  const Trouble& trouble = kTroubles[std::get<1>(GetParam())];
  // Any 2xx is a webhook's word: there is no telling a page from it.
  const bool believed = name == "Webhook" && std::string_view(trouble.name) == "LoginPages";
  // What is not told for minutes ends at Alertmanager by itself, and opens again.
  const base::Duration lasts = name == "Alertmanager" ? std::min<base::Duration>(trouble.lasts, 3min)
                               : believed             ? 12h
                                                      : trouble.lasts;
  Bench bench({options});
  std::minstd_rand random(1);
  bench.desk.opsgenie.lost = trouble.lost;
  bench.desk.opsgenie.pending = trouble.pending;
  const base::Duration end = bench.timers.now() + lasts;
  bench.fate = [&] { return bench.timers.now() < end ? trouble.fate(static_cast<unsigned>(random() % 100)) : Fate{}; };
  bench.start();
  EngineForTest engine(bench, 8);
  while (!engine.done()) {
    engine.step(random());
    if (random() % 3 == 0) bench.pass(std::chrono::milliseconds(random() % 20'000));
  }
  ASSERT_TRUE(bench.run_until([&] { return bench.rested(); }));
  if (believed) {
    EXPECT_TRUE(bench.desk.record.all().empty());
    return;
  }
  engine.expect_every_episode_once();
  EXPECT_EQ(bench.delivery->status().sinks[0].refused, 0U);
}

INSTANTIATE_TEST_SUITE_P(Sinks, Faults,
                         ::testing::Combine(::testing::Range<std::size_t>(0, std::size(kSinks)),
                                            ::testing::Range<std::size_t>(0, std::size(kTroubles))),
                         [](const auto& of) {
                           return kSinks[std::get<0>(of.param)].first + kTroubles[std::get<1>(of.param)].name;
                         });

class Crashes : public ::testing::TestWithParam<std::size_t> {};

// One process after the other dies after so many steps of the loop, 1, 2, 3 …, each going on where the last one was.
TEST_P(Crashes, BetweenAnyTwoStepsLoseNothingAndTellNothingTwice) {
  for (unsigned stride = 1; stride <= 3; ++stride) {
    SCOPED_TRACE(stride);
    Bench bench({kSinks[GetParam()].second});
    bench.desk.opsgenie.pending = 1;
    EngineForTest engine(bench, 2);
    std::minstd_rand random(stride);
    int steps_left = 0, lives = 0;
    const auto crashes = [&] { return --steps_left <= 0; };
    while (!engine.done() && lives < 400) {
      bench.start();
      steps_left = 2 + static_cast<int>(stride) * ++lives / 2;
      bool alive = true;
      while (alive && !engine.done()) alive = engine.step(random() | 1, crashes);
      if (alive) bench.run_until([&] { return crashes(); }, 1s);
      bench.crash();
      bench.log.clear();
    }
    ASSERT_TRUE(engine.done());
    bench.start();
    ASSERT_TRUE(bench.run_until([&] { return bench.rested(); }));
    EXPECT_GT(lives, 5);
    engine.expect_every_episode_once();
  }
}

INSTANTIATE_TEST_SUITE_P(Sinks, Crashes, ::testing::Range<std::size_t>(0, std::size(kSinks)),
                         [](const auto& of) { return kSinks[of.param].first; });

TEST(Scope, AThousandHostsShareOneServiceWithoutClosingEachOthersAlerts) {
  Bench bench({kSinks[0].second});
  bench.start();
  const auto submit = [&](Change kind, int host) {
    AlertChange change = change_of(kind, fmt::format("oom|host-{}", host));
    bench.delivery->submit(std::move(change));
  };
  for (int host = 0; host < 1'000; ++host) submit(Change::open, host);
  for (int host = 1; host < 1'000; host += 2) submit(Change::close, host);
  ASSERT_TRUE(bench.run_until([&] { return bench.rested(); }));
  EXPECT_EQ(bench.desk.opsgenie.open(), 500U);
  EXPECT_TRUE(bench.desk.opsgenie.known("oom|host-998"));
  EXPECT_FALSE(bench.desk.opsgenie.known("oom|host-999"));
}

}  // namespace
}  // namespace longshore::rules
