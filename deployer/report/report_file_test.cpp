#include "deployer/report/report_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deployer/report/sample_for_test.hpp"
#include "tests/support/fault_file_system.hpp"

namespace longshore::deployer {
namespace {

class ReportFileTest : public testing::Test {
 protected:
  std::string content(const std::string& path) {
    std::string text(files.stat(path)->size, '\0');
    EXPECT_TRUE((*files.open(path, base::OpenMode::read))->read(0, text));
    return text;
  }
  test_support::FaultFileSystem files;
  std::vector<std::string> warnings;
  ReportFile report{files, "out/report", [](const Record& record) { return record.summary.outcome + "\n"; },
                    [this](const std::string& what) { warnings.push_back(what); }};
};

TEST_F(ReportFileTest, SaysThatTheRunDidNotEndUntilItDoes) {
  report.begin(sample_heading(), sample_plan());
  EXPECT_THAT(content("out/report"), testing::HasSubstr("did not end"));
  report.finish(sample_summary());
  EXPECT_EQ(content("out/report"), sample_summary().outcome + "\n");
  EXPECT_EQ(files.list("out")->size(), 1U);
}

TEST_F(ReportFileTest, OnAFullDiskTheReportBeforeStaysWholeAndAWarningSaysWhy) {
  report.begin(sample_heading(), sample_plan());
  const std::string before = content("out/report");
  files.set_capacity(before.size() + 10);
  report.finish(sample_summary());
  EXPECT_EQ(content("out/report"), before);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_THAT(warnings[0], testing::HasSubstr("out/report"));
}

}  // namespace
}  // namespace longshore::deployer
