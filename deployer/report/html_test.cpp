#include "deployer/report/html.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "deployer/report/sample_for_test.hpp"

namespace longshore::deployer {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Html, NeedsNoOtherFileAndNoScript) {
  const std::string page = render_html(sample_record());
  for (const char* foreign : {"<script", "<link", "<img", "@import", "url(", "onload", "http-equiv"})
    EXPECT_THAT(page, Not(HasSubstr(foreign)));
}

TEST(Html, SaysWhatHappenedWhyAndWhatToDo) {
  const std::string page = render_html(sample_record());
  for (const char* text : {"<h1>apply prod: rc_20261123_1300</h1>", "stopped: more hosts failed than the budget of 0 allows",
                           "<code>deployer rollback prod</code>", "<dd>21</dd>", "never fewer than 2", "rolled back",
                           "✗ restarts: 1", "✓ 5xx: 0 of 1204", "connection refused", "All 20 events", "<h2>Timeline</h2>",
                           R"(<a href="https://jenkins.example/job/deploy/42/")"})
    EXPECT_THAT(page, HasSubstr(text));
}

TEST(Html, WhatAContainerPrintedStaysText) {
  Record record = sample_record();
  record.summary.nodes[1].log_tail = "</pre><script>alert(1)</script>\x1b[31m\x01";
  record.summary.build_url = "javascript:alert(1)";
  record.events[0].text = "<b onmouseover='x'>";
  const std::string page = render_html(record);
  EXPECT_THAT(page, HasSubstr("&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;</pre>"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("href=\"javascript")));
  EXPECT_THAT(page, Not(HasSubstr("<b ")));
}

TEST(Html, EveryElementIsClosed) {
  const std::string page = render_html(sample_record());
  std::vector<std::string> open;
  const std::regex tag(R"(<(/?)([a-z0-9]+)[^>]*?(/?)>)");
  const std::size_t body = page.find("<body>");
  const std::string text = page.substr(body);
  for (std::sregex_iterator next(text.begin(), text.end(), tag), end; next != end; ++next) {
    if ((*next)[3].length() != 0) continue;
    if ((*next)[1].length() == 0) {
      open.push_back((*next)[2]);
      continue;
    }
    if ((*next)[2] == "html") continue;  // was opened before the body
    ASSERT_FALSE(open.empty());
    EXPECT_EQ(open.back(), (*next)[2].str());
    open.pop_back();
  }
  EXPECT_TRUE(open.empty());
}

}  // namespace
}  // namespace longshore::deployer
