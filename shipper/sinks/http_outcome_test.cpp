#include "shipper/sinks/http_outcome.hpp"

#include <gtest/gtest.h>

namespace longshore::shipper {
namespace {

using namespace std::chrono_literals;

constexpr base::Timestamp kNow{1'795'405'332'000'000'000};  // 2026-11-23T03:42:12Z

Verdict verdict(int status, const std::string& body = {}, Acknowledgement expected = Acknowledgement::status) {
  return http_outcome(http::Response{.status = status, .headers = {}, .body = body}, expected, kNow).verdict;
}

TEST(HttpOutcome, EachStatusHasItsMeaning) {
  for (const int status : {200, 201, 202, 204}) EXPECT_EQ(verdict(status), Verdict::delivered) << status;
  for (const int status : {400, 413}) EXPECT_EQ(verdict(status), Verdict::split) << status;
  for (const int status : {408, 429, 500, 502, 503, 504}) EXPECT_EQ(verdict(status), Verdict::retry) << status;
  for (const int status : {301, 401, 403, 404, 405, 410, 415}) EXPECT_EQ(verdict(status), Verdict::hold) << status;
}

TEST(HttpOutcome, LogglyMustSayOkInItsBody) {
  const auto loggly = [](const std::string& body) { return verdict(200, body, Acknowledgement::loggly); };
  EXPECT_EQ(loggly(R"({"response" : "ok"})"), Verdict::delivered);
  EXPECT_EQ(loggly("{\"response\":\"ok\"}\n"), Verdict::delivered);
  for (const char* body : {"", "<html>ok</html>", R"({"response":"error"})", R"({"response":"ok)"})
    EXPECT_EQ(loggly(body), Verdict::retry) << body;
}

TEST(HttpOutcome, ATransportErrorIsRetried) {
  EXPECT_EQ(http_outcome(base::fail(base::Code::timeout, "no answer"), Acknowledgement::status, kNow).verdict,
            Verdict::retry);
}

TEST(HttpOutcome, RetryAfterIsSecondsOrADateAndBounded) {
  EXPECT_EQ(parse_retry_after("7", kNow), 7s);
  EXPECT_EQ(parse_retry_after("Mon, 23 Nov 2026 03:43:12 GMT", kNow), 60s);
  EXPECT_EQ(parse_retry_after("Mon, 23 Nov 2026 03:41:12 GMT", kNow), 0s);
  EXPECT_EQ(parse_retry_after("999999999", kNow), 1h);
  for (const char* odd : {"", "soon", "-5", "1.5", "99999999999999999999", "Mon, 23 Foo 2026 03:43:12 GMT"})
    EXPECT_EQ(parse_retry_after(odd, kNow), 0s) << odd;
}

TEST(HttpOutcome, ReasonsAreOneShortLine) {
  const Outcome outcome = http_outcome(http::Response{.status = 500, .headers = {}, .body = "a\nb" + std::string(1000, 'x')},
                                       Acknowledgement::status, kNow);
  EXPECT_EQ(outcome.reason.find('\n'), std::string::npos);
  EXPECT_LT(outcome.reason.size(), 120U);
}

}  // namespace
}  // namespace longshore::shipper
