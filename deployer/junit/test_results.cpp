#include "deployer/junit/test_results.hpp"

#include <expat.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <memory>

namespace longshore::deployer {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view file) : parser_(XML_ParserCreate(nullptr), &XML_ParserFree), file_(file) {
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(
        parser_.get(),
        [](void* self, const char* name, const char** attributes) { static_cast<Reader*>(self)->begin(name, attributes); },
        [](void* self, const char* name) { static_cast<Reader*>(self)->end(name); });
    // No results need one, and entities are how small files become large.
    XML_SetStartDoctypeDeclHandler(parser_.get(), [](void* self, const char*, const char*, const char*, int) {
      static_cast<Reader*>(self)->wrong("a DOCTYPE");
    });
  }

  base::Result<TestResults> read(std::string_view xml) {
    if (xml.size() > std::numeric_limits<int>::max())
      return base::fail(base::Code::invalid, fmt::format("{}: larger than 2 GiB", file_));
    const auto status = XML_Parse(parser_.get(), xml.data(), static_cast<int>(xml.size()), XML_TRUE);
    if (status != XML_STATUS_OK && wrong_.empty()) wrong(XML_ErrorString(XML_GetErrorCode(parser_.get())));
    if (!wrong_.empty()) return base::fail(base::Code::invalid, wrong_ + ": no results of JUnit's kind");
    return std::move(results_);
  }

 private:
  struct Suite {
    std::string name;
    std::size_t said = 0, seen = 0;  // failures and errors: by its counts, and as elements below it
  };

  void wrong(std::string_view what) {
    if (!wrong_.empty()) return;
    wrong_ = fmt::format("{}:{}:{}: {}", file_, XML_GetCurrentLineNumber(parser_.get()),
                         XML_GetCurrentColumnNumber(parser_.get()) + 1, what);
    XML_StopParser(parser_.get(), XML_FALSE);
  }

  static std::string_view attribute(const char** attributes, std::string_view name) {
    for (; *attributes != nullptr; attributes += 2)
      if (attributes[0] == name) return attributes[1];
    return {};
  }

  std::size_t count(const char** attributes, std::string_view name) {
    const std::string_view text = attribute(attributes, name);
    std::size_t value = 0;
    if (text.empty()) return 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) wrong(fmt::format("{}=\"{}\" is no number", name, text));
    return value;
  }

  void begin(std::string_view name, const char** attributes) {
    const bool suite = name == "testsuite" || name == "testsuites";
    if (!rooted_ && !suite) return wrong(fmt::format("<{}> is neither <testsuites> nor <testsuite>", name.substr(0, 40)));
    rooted_ = true;
    if (suite) {
      suites_.push_back(
          {std::string(attribute(attributes, "name")), count(attributes, "failures") + count(attributes, "errors")});
    } else if (name == "testcase") {
      in_case_ = true;
      case_failed_ = false;
      const std::string_view where = attribute(attributes, "classname");
      case_name_ = fmt::format("{}{}{}", where, where.empty() ? "" : ".", attribute(attributes, "name"));
      // GoogleTest's words for a test that did not run.
      case_skipped_ = attribute(attributes, "status") == "notrun" || attribute(attributes, "result") == "skipped" ||
                      attribute(attributes, "result") == "suppressed";
    } else if (name == "skipped" || name == "disabled") {
      case_skipped_ = true;
    } else if (name == "failure" || name == "error") {
      ++suites_.back().seen;
      if (!in_case_) results_.failed.push_back(fmt::format("{}: {}", suites_.back().name, name));
      if (in_case_ && !case_failed_) results_.failed.push_back(case_name_);
      case_failed_ = in_case_;
    }
  }

  void end(std::string_view name) {
    if (name == "testcase") {
      in_case_ = false;
      ++(case_skipped_ && !case_failed_ ? results_.skipped : results_.ran);
    } else if (name == "testsuite" || name == "testsuites") {
      const Suite suite = std::move(suites_.back());
      suites_.pop_back();
      // What it counts and does not show, is red all the same.
      if (suite.seen == 0 && suite.said > 0)
        results_.failed.push_back(fmt::format("{}: {} failures and errors", suite.name, suite.said));
      if (!suites_.empty()) suites_.back().seen += std::max(suite.seen, suite.said);
    }
  }

  std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser_;
  std::string_view file_;
  TestResults results_;
  std::string wrong_;
  bool rooted_ = false, in_case_ = false, case_failed_ = false, case_skipped_ = false;
  std::string case_name_;
  std::vector<Suite> suites_;
};

}  // namespace

base::Result<TestResults> read_test_results(std::string_view xml, std::string_view file) { return Reader(file).read(xml); }

}  // namespace longshore::deployer
