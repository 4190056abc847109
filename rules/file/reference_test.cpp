#include "rules/file/reference.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace longshore::rules {
namespace {

void expect_document(const std::string& path, const std::string& text) {
  std::ifstream file(LONGSHORE_SOURCE "/" + path);
  if (std::string(std::istreambuf_iterator<char>(file), {}) == text) return;
  const std::string fresh = ::testing::TempDir() + path.substr(path.rfind('/') + 1);
  std::ofstream(fresh) << text;
  ADD_FAILURE() << path << " is out of date: cp " << fresh << " " << path;
}

TEST(Reference, ThePageAndTheSchemaAreThoseOfTheTables) {
  expect_document("docs/reference/rules.md", rules_reference());
  expect_document("rules/schema.json", rules_json_schema());
}

}  // namespace
}  // namespace longshore::rules
