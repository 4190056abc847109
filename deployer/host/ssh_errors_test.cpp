#include "deployer/host/ssh_errors.hpp"

#include <gmock/gmock.h>

namespace longshore::deployer {
namespace {

using base::Code;
using testing::HasSubstr;
using testing::StartsWith;

TEST(SshErrors, EachHasACodeAndAdvice) {
  struct Case {
    const char* said;
    Code code;
    const char* advice;
  };
  for (const Case& each : {
           Case{"No ED25519 host key is known for web1 and you have requested strict checking.\nHost key verification "
                "failed.\n",
                Code::permission, "run `ssh bob@web1` once"},
           Case{"@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@\nHost key verification failed.\n",
                Code::permission, "another than before"},
           Case{"bob@web1: Permission denied (publickey).\n", Code::permission, "accepts none of our keys"},
           Case{"ssh: Could not resolve hostname web1: Name or service not known\n", Code::not_found, "no such host"},
           Case{"ssh: connect to host web1 port 22: Connection refused\n", Code::unavailable, "no sshd listens"},
           Case{"ssh: connect to host web1 port 22: Connection timed out\n", Code::timeout, "firewall"},
           Case{"Can't open user config file /x: No such file or directory\n", Code::invalid, "configuration"},
           Case{"/x: line 1: Bad configuration option: foo\n/x: terminating, 1 bad configuration options\n", Code::invalid,
                "configuration is wrong"},
           Case{"Timeout, server web1 not responding.\n", Code::timeout, "dead"},
           Case{"ssh: cannot be executed\n", Code::not_found, "openssh-client"},
           Case{"kex_exchange_identification: read: Connection reset by peer\r\n", Code::unavailable,
                "kex_exchange_identification: read: Connection reset by peer"},
           Case{"", Code::unavailable, "without a word"},
       }) {
    const base::Error error = explain_ssh(each.said, "bob@web1");
    EXPECT_EQ(error.code, each.code) << each.said;
    EXPECT_THAT(error.message, StartsWith("ssh bob@web1: "));
    EXPECT_THAT(error.message, HasSubstr(each.advice));
    EXPECT_EQ(error.message.find('\n'), std::string::npos) << error.message;
  }
}

TEST(SshErrors, WhoIsTurnedAwayMayComeAgain) {
  EXPECT_TRUE(is_turned_away("kex_exchange_identification: Connection closed by remote host\n"));
  EXPECT_TRUE(is_turned_away("banner exchange: Connection from UNKNOWN: could not read protocol version\n"));
  EXPECT_TRUE(is_turned_away("Not allowed at this time\n"));
  EXPECT_FALSE(is_turned_away("Permission denied (publickey).\n"));
  EXPECT_FALSE(is_turned_away("connect to host web1 port 22: Connection refused\n"));
}

}  // namespace
}  // namespace longshore::deployer
