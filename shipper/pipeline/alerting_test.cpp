// Rules at work in a whole pipeline: from a line on a socket to an alert in a file, through edits, restarts and mistakes.
#include "shipper/pipeline/alerting.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "common/io/loop_for_test.hpp"
#include "common/io/sleep.hpp"
#include "common/telemetry/log.hpp"
#include "rules/alert/alert_codec.hpp"
#include "shipper/config/config.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::shipper {
namespace {

using rules::AlertChange;

class AlertingTest : public testing::Test {
 protected:
  AlertingTest() { telemetry::set_log(telemetry::Level::error, telemetry::LogFormat::logfmt); }

  void write_rule(const std::string& text) const {
    std::filesystem::create_directories(folder / "rules");
    std::ofstream(folder / "rules/r.yaml.new") << text;
    std::filesystem::rename(folder / "rules/r.yaml.new", folder / "rules/r.yaml");
  }
  Config config(const std::string& alerts = "") const {
    auto parsed = parse_config(
        "data_dir: " + folder.path() + "/data\nsources:\n  - {type: syslog, listen: 'tcp://127.0.0.1:0'}\n" +
            "sinks:\n  - {type: stdout}\nrules: {dir: " + folder.path() + "/rules, host: {role: web}}\n" + alerts,
        "test.yaml");
    EXPECT_TRUE(parsed) << parsed.error().message;
    return *parsed;
  }
  // Runs an alerting whole, from its start to its stop.
  void run(const Config& with, std::function<io::Task<void>(Alerting&)> body) {
    io::BlockingPool pool(1);
    io::RealTimers timers;
    auto made = Alerting::make(with, {loop.loop.get_executor(), pool, timers, files, clock});
    ASSERT_TRUE(made) << made.error().message;
    loop.run([&]() -> io::Task<void> {
      (*made)->start();
      co_await body(**made);
      co_await (*made)->stop(std::chrono::seconds(5));
    });
    pool.join();
  }
  void line(Alerting& alerting, const std::string& message) const {
    const rules::EventView event{.time = clock.now(),
                                 .priority = 27,
                                 .message = message,
                                 .raw = message,
                                 .host = "h",
                                 .app = "app",
                                 .procid = {},
                                 .msgid = {},
                                 .structured_data = {},
                                 .fields = {},
                                 .source = "s",
                                 .tags = {}};
    alerting.evaluator().evaluate({&event, 1}, clock.now());
  }
  static io::Task<void> until(std::function<bool()> condition) {
    while (!condition()) co_await io::sleep_for(std::chrono::milliseconds(2));
  }
  static Status status(const Alerting& alerting) {
    Status status;
    alerting.fill(status);
    return status;
  }
  // What the file of alerts says: kind and message of each change.
  std::vector<std::string> told(const std::string& file = "data/alerts.jsonl") const {
    static constexpr const char* kKinds[] = {"open", "repeat", "note", "close"};
    std::vector<std::string> all;
    std::ifstream in(folder / file);
    for (std::string each; std::getline(in, each);) {
      const auto change = rules::read_alert_change(each);
      EXPECT_TRUE(change) << each;
      if (change) all.push_back(std::string(kKinds[static_cast<int>(change->kind)]) + " " + change->message);
    }
    return all;
  }

  TemporaryFolder folder;
  base::PosixFileSystem files;
  base::SystemClock clock;
  io::LoopForTest loop;
};

TEST_F(AlertingTest, AnAlertThatWasOpenBeforeARestartIsNotOpenedAgainAndClosesAfterItsQuietTime) {
  write_rule("rule: a\nmatch: trouble AND host.role:web\nopen: {keep: 1s}\nalert: {message: '{message}'}\n");
  run(config(), [&](Alerting& alerting) -> io::Task<void> {
    line(alerting, "trouble one");
    co_return;
  });
  EXPECT_EQ(told(), (std::vector<std::string>{"open trouble one"}));
  run(config(), [&](Alerting& alerting) -> io::Task<void> {
    EXPECT_TRUE(status(alerting).alerts.at(0).open);
    line(alerting, "trouble two");
    EXPECT_EQ(status(alerting).alerts.at(0).count, 2U);
    co_await until([&] {
      alerting.evaluator().tick(clock.now());
      return !status(alerting).alerts.at(0).open;
    });
  });
  EXPECT_EQ(told(), (std::vector<std::string>{"open trouble one", "close trouble two"}));
}

TEST_F(AlertingTest, AnEditIsAtWorkAndAMistakeLeavesTheOldRulesAndRaisesAnAlertThatCloses) {
  write_rule("rule: a\nmatch: one\n");
  run(config(), [&](Alerting& alerting) -> io::Task<void> {
    write_rule("rule: a\nmatch: two\nalert: {message: edited}\n");
    co_await until([&] {
      line(alerting, "two");
      return !status(alerting).alerts.empty();
    });
    write_rule("rule: a\nmatch: '('\n");
    co_await until([&] { return !status(alerting).rules.problems.empty(); });
    EXPECT_EQ(status(alerting).rules.loaded, 1U);
    write_rule("rule: a\nmatch: two\nalert: {message: edited}\n");
    co_await until([&] { return status(alerting).rules.problems.empty(); });
  });
  EXPECT_EQ(told(), (std::vector<std::string>{"open edited", "open rules in " + folder.path() + "/rules cannot be loaded",
                                              "close rules in " + folder.path() + "/rules cannot be loaded"}));
}

TEST_F(AlertingTest, RulesThatAreWrongAtTheStartCloseNothing) {
  write_rule("rule: a\nmatch: x\n");
  run(config(), [&](Alerting& alerting) -> io::Task<void> {
    line(alerting, "x");
    co_return;
  });
  write_rule("rule: [\n");
  run(config(), [&](Alerting& alerting) -> io::Task<void> {
    EXPECT_NE(status(alerting).rules.problems, "");
    co_return;
  });
  write_rule("rule: a\nmatch: x\n");
  run(config(), [&](Alerting& alerting) -> io::Task<void> {
    EXPECT_EQ(status(alerting).alerts.size(), 2U);  // of the rule, and of the rules' being wrong, which is closed
    co_return;
  });
  const std::vector<std::string> all = told();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[2].substr(0, 11), "close rules");
}

TEST_F(AlertingTest, OtherSinksTakeOverAtAReload) {
  write_rule("rule: a\nmatch: x\nextract: 'message:/(?P<n>\\d)/'\ngroup_by: [cap.n]\nalert: {message: '{cap.n}'}\n");
  run(config(), [&](Alerting& alerting) -> io::Task<void> {
    line(alerting, "x 1");
    co_await alerting.reload(config("alerts:\n  - {type: file, path: " + folder.path() + "/other.jsonl}\n"));
    line(alerting, "x 2");
  });
  EXPECT_EQ(told().front(), "open 1");
  EXPECT_EQ(told("other.jsonl").back(), "open 2");
}

TEST_F(AlertingTest, ADeployHoldsWhatItsRulesWouldOpen) {
  write_rule("rule: a\nmatch: x\nmute: {deploy: 1h}\n");
  run(config(), [&](Alerting& alerting) -> io::Task<void> {
    alerting.set_deploy(true, "c_20150619_1504");
    line(alerting, "x");
    EXPECT_EQ(status(alerting).rules.held, 1U);
    co_return;
  });
  EXPECT_TRUE(told().empty());
}

}  // namespace
}  // namespace longshore::shipper
