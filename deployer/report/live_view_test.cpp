#include "deployer/report/live_view.hpp"

#include <gtest/gtest.h>

#include "deployer/report/sample_for_test.hpp"
#include "deployer/report/text.hpp"

namespace longshore::deployer {
namespace {

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  return out;
}

LiveView view_at(double seconds) {
  LiveView view;
  view.begin(sample_heading(), sample_plan());
  for (const Event& event : sample_events())
    if (event.at <= at(seconds)) view.on(event);
  return view;
}

TEST(LiveView, ShowsEachNodeItsPhaseAndWhatItDoes) {
  EXPECT_EQ(joined(view_at(23).render(at(23.2), {120, 24}, false)),
            "apply prod: rc_20261123_1300  1 of 3 done, 1 failed, 1 need nothing  23s\n"
            "  HOST COMPONENT CHANGE                        PHASE      TIME\n"
            "✓ web1 web       20261120_0911 → 20261123_1300 done            serves 20261123_1300\n"
            "✗ web2 web       20261120_0911 → 20261123_1300 failed          exited with 3 before it was healthy\n"
            "· web3 web       20261120_0911 → 20261123_1300 waiting         has every image\n"
            "\n"
            "13:04:00 3 hosts and 2 balancers answer; the floor of 2 holds\n"
            "13:04:23 web2 web: exited with 3 before it was healthy\n");
}

TEST(LiveView, SaysForWhatANodeWaitsAndHowLong) {
  LiveView view = view_at(3);
  Event wait = event(4, "web1", "web", "drain", Phase::draining, "answers 404");
  wait.waits_for = "lb1";
  wait.deadline = at(34);
  view.on(wait);
  EXPECT_EQ(view.render(at(9), {120, 24}, false)[2],
            "▸ web1 web       20261120_0911 → 20261123_1300 draining   5.0s waits, 25s at most, for lb1");
  EXPECT_EQ(view.render(at(35), {120, 24}, false)[2],
            "▸ web1 web       20261120_0911 → 20261123_1300 draining    31s overdue: waits for lb1");
}

TEST(LiveView, ANarrowTerminalLosesTheChangeFirstAndNoLineIsTooWide) {
  EXPECT_EQ(view_at(23).render(at(23.2), {60, 24}, false)[2], "✓ web1 web       done            serves 20261123_1300");
  for (std::size_t width = 1; width < 130; ++width)
    for (const std::string& line : view_at(23).render(at(23.2), {width, 24}, false)) EXPECT_LE(columns(line), width) << line;
}

TEST(LiveView, WhereNotAllFitTheFailedAndThoseAtWorkAreShown) {
  LiveView view;
  std::vector<NodePlan> nodes;
  for (int i = 10; i < 60; ++i) nodes.push_back({"web" + std::to_string(i), "web", "UPDATE a → b"});
  view.begin(sample_heading(), nodes);
  for (int i = 10; i < 40; ++i) view.on(event(5, "web" + std::to_string(i), "web", "commit", Phase::done, "serves b"));
  view.on(event(6, "web40", "web", "probe", Phase::failed, "exited with 3"));
  view.on(event(6, "web59", "web", "drain", Phase::draining, "answers 404"));
  for (std::size_t rows = 1; rows < 30; ++rows) EXPECT_LE(view.render(at(7), {100, rows}, false).size(), rows);
  EXPECT_EQ(joined(view.render(at(7), {100, 6}, false)),
            "apply prod: rc_20261123_1300  30 of 50 done, 1 failed  7.0s\n"
            "  HOST  COMPONENT CHANGE PHASE      TIME\n"
            "✗ web40 web       a → b  failed          exited with 3\n"
            "· web41 web       a → b  waiting\n"
            "▸ web59 web       a → b  draining   1.0s answers 404\n"
            "  … and 47 more\n");
}

TEST(LiveView, BeforeItIsKnownWhatIsToBeDoneItShowsWhatIsLookedAt) {
  LiveView view;
  EXPECT_TRUE(view.render(at(0), {80, 24}, false).empty());
  view.on(event(0, "", "", "connect", Phase::waiting, "connects to 3 hosts"));
  EXPECT_EQ(joined(view.render(at(0), {80, 24}, false)), "connects to 3 hosts\n");
}

TEST(LiveView, AWaitOfTheWholeStandsInTheHeading) {
  LiveView view = view_at(3);
  Event wait = event(4, "", "", "bake", Phase::waiting, "bakes");
  wait.waits_for = "the first host to prove itself";
  wait.deadline = at(34);
  view.on(wait);
  EXPECT_EQ(view.render(at(9), {120, 24}, false)[0],
            "apply prod: rc_20261123_1300  0 of 3 done, 1 need nothing  9.0s  waits, 25s at most, for the first host to "
            "prove itself");
}

TEST(LiveView, ColoursSurroundWholeLines) {
  const auto lines = view_at(23).render(at(23.2), {40, 24}, true);
  EXPECT_TRUE(lines[3].starts_with("\x1b[31m✗ web2") && lines[3].ends_with("\x1b[0m")) << lines[3];
}

}  // namespace
}  // namespace longshore::deployer
