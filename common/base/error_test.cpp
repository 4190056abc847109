#include "common/base/error.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace longshore::base {
namespace {

TEST(Error, SaysWhatFailedAndWhy) { EXPECT_EQ(errno_error(EACCES, "open /x").message, "open /x: Permission denied"); }

TEST(Error, CallersDecideOnACode) {
  EXPECT_EQ(errno_error(ENOENT, "").code, Code::not_found);
  EXPECT_EQ(errno_error(EEXIST, "").code, Code::exists);
  for (const int number : {EACCES, EPERM, EROFS}) EXPECT_EQ(errno_error(number, "").code, Code::permission) << number;
  for (const int number : {ENOSPC, EDQUOT, EMFILE, ENFILE, ENOMEM})
    EXPECT_EQ(errno_error(number, "").code, Code::exhausted) << number;
  for (const int number : {ECONNREFUSED, EHOSTUNREACH, ENETUNREACH})
    EXPECT_EQ(errno_error(number, "").code, Code::unavailable) << number;
  EXPECT_EQ(errno_error(ETIMEDOUT, "").code, Code::timeout);
  for (const int number : {EPIPE, ECONNRESET}) EXPECT_EQ(errno_error(number, "").code, Code::closed) << number;
  EXPECT_EQ(errno_error(EIO, "").code, Code::io);
}

}  // namespace
}  // namespace longshore::base
