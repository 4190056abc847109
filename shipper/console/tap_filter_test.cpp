#include "shipper/console/tap_filter.hpp"

#include <gtest/gtest.h>

namespace longshore::shipper {
namespace {

class TapFilterTest : public testing::Test {
 protected:
  TapFilterTest() {
    batch_.source_index({"syslog udp://0.0.0.0:514", {"prod", "eu"}});
    event_.message = batch_.arena.append("Connection REFUSED by peer");
    event_.set_host(batch_.arena.append("web-17"));
    event_.set_app(batch_.arena.append("nginx"));
    event_.fields = append_field(batch_.arena, FieldKind::text, "container_name", "shop");
    event_.priority = 3 * 8 + 3;
    batch_.events.push_back(event_);
  }
  bool shows(std::string_view query) {
    const base::Result<TapFilter> filter = TapFilter::parse(query);
    EXPECT_TRUE(filter.has_value()) << query;
    return filter && filter->matches(batch_, batch_.events[0]);
  }
  Batch batch_;
  Event event_;
};

TEST_F(TapFilterTest, AnEmptyQueryShowsEverything) {
  EXPECT_TRUE(shows(""));
  EXPECT_TRUE(shows("  "));
}

TEST_F(TapFilterTest, WordsAndPhrasesIgnoreCase) {
  EXPECT_TRUE(shows("refused"));
  EXPECT_TRUE(shows("\"connection refused\""));
  EXPECT_FALSE(shows("\"refused connection\""));
}

TEST_F(TapFilterTest, AllTermsMustHold) {
  EXPECT_TRUE(shows("refused app:nginx host:web-* severity:err facility:daemon tag:eu container_name:shop source:*udp*"));
  EXPECT_FALSE(shows("refused app:haproxy"));
  EXPECT_TRUE(shows("severity:3"));
}

TEST_F(TapFilterTest, AMinusNegates) {
  EXPECT_FALSE(shows("-refused"));
  EXPECT_TRUE(shows("-app:haproxy"));
  EXPECT_TRUE(shows("-absent_field:x"));
}

TEST_F(TapFilterTest, ABrokenQueryIsRefusedWithItsColumn) {
  EXPECT_EQ(TapFilter::parse("a \"b").error().message, "tap query: the quote at column 3 is not closed");
  EXPECT_EQ(TapFilter::parse("a app:").error().message, "tap query: the term at column 3 has no text");
  EXPECT_EQ(TapFilter::parse("-").error().message, "tap query: the term at column 1 has no text");
}

}  // namespace
}  // namespace longshore::shipper
