#include "common/base/secret.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temporary_folder.hpp"

namespace longshore::base {
namespace {

class SecretFile : public ::testing::Test {
 protected:
  Result<Secret> read(std::string_view content) {
    std::ofstream(folder_ / "token") << content;
    return read_secret_file(folder_ / "token");
  }
  TemporaryFolder folder_;
};

TEST(Secret, NeverPrintsItsValue) {
  const Secret secret("open sesame");
  EXPECT_EQ(fmt::format("{}", secret), "[secret]");
  EXPECT_EQ(fmt::format("{:>10}", secret), "  [secret]");
  EXPECT_EQ(fmt::format("{}", Secret()), "");
  EXPECT_EQ(secret.reveal(), "open sesame");
}

TEST_F(SecretFile, LosesItsNewlinesOnly) {
  EXPECT_EQ(read(" a b \r\n\n")->reveal(), " a b ");
  EXPECT_EQ(read("a")->reveal(), "a");
}

TEST_F(SecretFile, IsRefusedWhenEmptyOrTooLarge) {
  EXPECT_EQ(read("\n").error().code, Code::invalid);
  EXPECT_EQ(read(std::string(64 * 1024, 'x'))->reveal().size(), 64U * 1024);
  EXPECT_EQ(read(std::string(64 * 1024 + 1, 'x')).error().code, Code::invalid);
}

TEST_F(SecretFile, ThatIsMissingIsNamed) {
  const auto missing = read_secret_file(folder_ / "none");
  EXPECT_EQ(missing.error().code, Code::not_found);
  EXPECT_EQ(missing.error().message, "read secret " + (folder_ / "none") + ": No such file or directory");
  EXPECT_FALSE(read_secret_file(folder_.path()));  // a folder
}

}  // namespace
}  // namespace longshore::base
