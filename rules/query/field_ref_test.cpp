#include "rules/query/field_ref.hpp"

#include <gtest/gtest.h>

namespace longshore::rules {
namespace {

using Kind = FieldRef::Kind;

TEST(FieldRef, NamesAreReadBackAsTheyArePrinted) {
  for (const char* name :
       {"message", "raw", "tag", "host", "source", "time", "syslog.severity", "syslog.facility", "syslog.priority",
        "syslog.appname", "syslog.procid", "syslog.msgid", "syslog.structured.exampleSDID@32473.iut", "json.a.b",
        "deploy.version", "cap.ip", "docker.name"}) {
    const auto field = parse_field(name);
    ASSERT_TRUE(field) << name;
    EXPECT_EQ(field_name(*field), name);
  }
}

TEST(FieldRef, SyslogNamesIgnoreCaseAndHaveTheirAliases) {
  EXPECT_EQ(parse_field("syslog.appName")->kind, Kind::app);
  EXPECT_EQ(parse_field("Syslog.HOST")->kind, Kind::host);
  EXPECT_EQ(parse_field("syslog.pid")->kind, Kind::procid);
  EXPECT_EQ(parse_field("syslog.structured.ID.Param")->path, "ID.Param") << "the path keeps its case";
}

TEST(FieldRef, JsonPathsKeepTheirCase) { EXPECT_EQ(parse_field("json.responseTime")->path, "responseTime"); }

TEST(FieldRef, ASlipIsNoAttribute) {
  std::string meant;
  EXPECT_FALSE(parse_field("mesage", &meant));
  EXPECT_EQ(meant, "message");
  EXPECT_FALSE(parse_field("syslog.nothing"));
  EXPECT_EQ(parse_field("container_name")->kind, Kind::attribute);
  EXPECT_EQ(parse_field("file")->kind, Kind::attribute) << "the path of a followed file, and no slip of `time`";
}

TEST(FieldRef, SeveritiesHaveNumbersNamesAndAliases) {
  EXPECT_EQ(severity_rank("Error"), 3);
  EXPECT_EQ(severity_rank("err"), 3);
  EXPECT_EQ(severity_rank("7"), 7);
  EXPECT_EQ(severity_rank("WARN"), 4);
  EXPECT_FALSE(severity_rank("8"));
  EXPECT_FALSE(severity_rank("errors"));
  EXPECT_EQ(facility_number("authpriv"), 10);
  EXPECT_FALSE(facility_number("24"));
}

}  // namespace
}  // namespace longshore::rules
