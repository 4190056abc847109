#include "deployer/report/reports.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "deployer/report/sample_for_test.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::deployer {
namespace {

using testing::HasSubstr;
using testing::Not;

class ReportsTest : public testing::Test {
 protected:
  ReportOptions all() const {
    return {.json = folder / "out/events.ndjson",
            .junit = folder / "out/junit.xml",
            .html = folder / "out/report.html",
            .log = folder / "out/deploy.log",
            .plain = true};
  }
  std::string text(const std::string& name) const {
    std::ifstream in(folder / ("out/" + name));
    std::stringstream all;
    all << in.rdbuf();
    return all.str();
  }
  TemporaryFolder folder;
  base::PosixFileSystem files;
  base::SystemClock clock;
};

TEST_F(ReportsTest, APasswordInAContainersLogGetsIntoNone) {
  const std::string password = "swordfish & more";
  {
    auto reports = make_reports(all(), Redactor({password}), files, clock);
    ASSERT_TRUE(reports) << reports.error().message;
    (*reports)->begin(sample_heading(), sample_plan());
    Event failed = event(0, "web2", "web", "probe", Phase::failed, "cannot log in as " + password);
    failed.detail = "PASSWORD=" + password + "\n{\"password\":\"" + password + "\"}";
    (*reports)->on(failed);
    Summary summary = sample_summary();
    summary.nodes[1].log_tail = "url: db://app:swordfish%20%26%20more@db/ " + password;
    (*reports)->finish(summary);
  }
  for (const char* name : {"events.ndjson", "junit.xml", "report.html", "deploy.log"}) {
    EXPECT_THAT(text(name), HasSubstr("[secret]")) << name;
    EXPECT_THAT(text(name), Not(HasSubstr("swordfish"))) << name;
  }
}

TEST_F(ReportsTest, ARunThatIsKilledLeavesReportsThatSayThatItDidNotEnd) {
  std::filesystem::create_directories(folder / "out");
  std::ofstream(folder / "out/junit.xml") << "<testsuite failures=\"0\"/>";  // of the run before
  const pid_t child = ::fork();
  if (child == 0) {
    auto reports = make_reports(all(), {}, files, clock);
    if (!reports) ::_exit(1);
    (*reports)->begin(sample_heading(), sample_plan());
    (*reports)->on(sample_events()[0]);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_THAT(text("junit.xml"), HasSubstr(R"(failures="4")"));
  EXPECT_THAT(text("report.html"), HasSubstr("deployer resume --env prod"));
  EXPECT_THAT(text("events.ndjson"), HasSubstr(R"("step":"preflight")"));
  EXPECT_THAT(text("deploy.log"), HasSubstr("the floor of 2 holds"));
}

TEST_F(ReportsTest, AFileThatCannotBeWrittenIsAnErrorBeforeAnythingIsDone) {
  std::ofstream(folder / "file") << "x";
  for (std::string ReportOptions::* option :
       {&ReportOptions::json, &ReportOptions::junit, &ReportOptions::html, &ReportOptions::log}) {
    ReportOptions options{.plain = true};
    options.*option = folder / "file/below.txt";
    const auto reports = make_reports(options, {}, files, clock);
    ASSERT_FALSE(reports);
    EXPECT_THAT(reports.error().message, HasSubstr(folder / "file"));
  }
}

TEST_F(ReportsTest, NothingIsLeftUnderAnotherName) {
  auto reports = make_reports(all(), {}, files, clock);
  ASSERT_TRUE(reports);
  (*reports)->begin(sample_heading(), sample_plan());
  (*reports)->finish(sample_summary());
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder / "out")) ++count;
  EXPECT_EQ(count, 4U);
}

}  // namespace
}  // namespace longshore::deployer
