#include "common/base/unique_fd.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace longshore::base {
namespace {

int open_null() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }
bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

TEST(UniqueFd, ClosesWhenItGoes) {
  const int fd = open_null();
  {
    const UniqueFd owner(fd);
    EXPECT_TRUE(owner);
    EXPECT_TRUE(is_open(fd));
  }
  EXPECT_FALSE(is_open(fd));
}

TEST(UniqueFd, MovesItsDescriptorAndClosesTheOneItHad) {
  const int first = open_null(), second = open_null();
  UniqueFd a(first), b(second);
  a = std::move(b);
  EXPECT_FALSE(is_open(first));
  EXPECT_EQ(a.get(), second);
  EXPECT_FALSE(b);  // NOLINT(bugprone-use-after-move): what a moved-from one is
}

TEST(UniqueFd, MovedOntoItselfItKeepsItsDescriptor) {
  UniqueFd a(open_null());
  UniqueFd& same = a;
  a = std::move(same);
  EXPECT_TRUE(is_open(a.get()));
}

TEST(UniqueFd, ReleasedItIsSomebodyElsesToClose) {
  UniqueFd a(open_null());
  const int fd = a.release();
  a.reset();
  EXPECT_TRUE(is_open(fd));
  ::close(fd);
}

}  // namespace
}  // namespace longshore::base
