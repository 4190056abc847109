#include "rules/delivery/http_verdict.hpp"

#include <gtest/gtest.h>

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;
using Kind = AlertVerdict::Kind;

TEST(HttpVerdict, TheLimitOfRatesAndItsHeadersAreObeyed) {
  const AlertVerdict verdict = http_failure({.status = 429, .retry_after = "7", .rate_limit_period = "60"}, true);
  EXPECT_EQ(verdict.kind, Kind::wait);
  EXPECT_EQ(verdict.pause, 60s);
  EXPECT_EQ(http_failure({.status = 429, .retry_after = "4000000000"}, true).pause, 1h);
  EXPECT_EQ(http_failure({.status = 429, .retry_after = "soon"}, true).pause, 1s);
}

TEST(HttpVerdict, ASinkInTroublePausesAndARequestInTroubleIsTriedAgain) {
  for (const int status : {0, 502, 503, 504}) EXPECT_EQ(http_failure({.status = status}, true).kind, Kind::wait) << status;
  for (const int status : {200, 302, 408, 500})
    EXPECT_EQ(http_failure({.status = status}, true).kind, Kind::retry) << status;
}

TEST(HttpVerdict, RefusalsOfOneAlertAreFinal) {
  for (const int status : {400, 413, 422, 501})
    EXPECT_EQ(http_failure({.status = status}, true).kind, Kind::refused) << status;
  EXPECT_EQ(http_failure({.status = 404}, false).kind, Kind::refused) << "it named an alert";
}

TEST(HttpVerdict, AWrongKeyOrAddressHoldsTheAlertsUntilItIsMended) {
  for (const int status : {401, 402, 403, 404, 405}) {
    const AlertVerdict verdict = http_failure({.status = status}, true);
    EXPECT_EQ(verdict.kind, Kind::hold) << status;
    EXPECT_EQ(verdict.pause, 1min) << status;
  }
}

TEST(HttpVerdict, WhatWasSaidIsCut) {
  EXPECT_LT(what_it_said({.status = 500, .body = std::string(10'000, 'x')}).size(), 200U);
  EXPECT_EQ(what_it_said({.body = "connection reset"}), "connection reset");
}

}  // namespace
}  // namespace longshore::rules
