#include "deployer/report/live_table.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "common/base/unique_fd.hpp"
#include "deployer/report/sample_for_test.hpp"

namespace longshore::deployer {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class LiveTableTest : public testing::Test {
 protected:
  LiveTableTest() { table.begin(sample_heading(), sample_plan()); }
  std::string after(double seconds) {
    out.clear();
    table.tick(at(seconds));
    return out;
  }
  std::string out;
  ScreenSize size{100, 30};
  LiveTable table{[this](std::string_view text) { out += text; }, [this] { return size; }};
};

TEST_F(LiveTableTest, IsRedrawnInItsPlaceWhenSomethingHasChangedOrASecondHasPassed) {
  EXPECT_THAT(after(1.0), testing::Not(HasSubstr("\x1b[5A"))) << "nothing is above the first drawing";
  EXPECT_EQ(after(1.1), "");
  table.on(sample_events()[1]);
  EXPECT_THAT(after(1.2), StartsWith("\r\x1b[5A"));
  EXPECT_EQ(after(1.3), "");
  EXPECT_THAT(after(2.0), StartsWith("\r\x1b[5A"));
}

TEST_F(LiveTableTest, AfterAResizeItIsDrawnAnewFromTheTop) {
  after(1.0);
  size = {50, 10};
  EXPECT_THAT(after(1.1), StartsWith("\x1b[H\x1b[2J"));
  EXPECT_THAT(after(2.0), StartsWith("\r\x1b[5A"));
}

TEST_F(LiveTableTest, NeverHidesTheCursorAndEndsWithTheWholeTableAndTheEnding) {
  size = {100, 6};
  std::string all = after(1.0);
  for (const Event& event : sample_events()) table.on(event);
  all += after(27);
  out.clear();
  table.finish(sample_summary());
  all += out;
  EXPECT_THAT(all, testing::Not(HasSubstr("\x1b[?")));
  for (const char* host : {"✓ web1", "↺ web2", "· web3"}) EXPECT_THAT(out, HasSubstr(host));
  EXPECT_TRUE(out.ends_with("next: deployer rollback prod\n")) << out;
}

TEST(LiveTable, IsOnlyForTerminalsThatCanBeDrawnOn) {
  const base::UniqueFd terminal(::posix_openpt(O_RDWR | O_NOCTTY));
  ASSERT_TRUE(terminal.get() >= 0);
  ::grantpt(terminal.get());
  ::unlockpt(terminal.get());
  const base::UniqueFd screen(::open(::ptsname(terminal.get()), O_RDWR | O_NOCTTY));
  const winsize size{.ws_row = 12, .ws_col = 34, .ws_xpixel = 0, .ws_ypixel = 0};
  ::ioctl(screen.get(), TIOCSWINSZ, &size);
  const base::UniqueFd file(::open("/dev/null", O_RDWR));
  ::setenv("TERM", "xterm", 1);
  EXPECT_TRUE(is_drawable(screen.get()));
  EXPECT_FALSE(is_drawable(file.get()));
  EXPECT_EQ(screen_size(screen.get()).columns, 34U);
  EXPECT_EQ(screen_size(screen.get()).rows, 12U);
  EXPECT_EQ(screen_size(file.get()).columns, 80U);
  ::setenv("TERM", "dumb", 1);
  EXPECT_FALSE(is_drawable(screen.get()));
  ::unsetenv("TERM");
  EXPECT_FALSE(is_drawable(screen.get()));
}

}  // namespace
}  // namespace longshore::deployer
