#include "common/telemetry/prometheus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace longshore::telemetry {
namespace {

TEST(PrometheusText, ALabelIsUtf8WhateverAFileIsCalled) {
  PrometheusText out;
  out.family("a", PrometheusText::Kind::gauge, "A");
  out.sample({{"path", "/ä\xFF"}}, std::uint64_t{1});
  EXPECT_THAT(out.text(), ::testing::HasSubstr("a{path=\"/ä\uFFFD\"} 1\n"));
}

TEST(PrometheusText, FollowsTheExpositionFormat) {
  PrometheusText out;
  out.family("longshore_shipper_events_received_total", PrometheusText::Kind::counter, "Events taken in");
  out.sample({{"source", "a \"b\"\\\n"}}, std::uint64_t{18'446'744'073'709'551'615ULL});
  out.family("longshore_shipper_up", PrometheusText::Kind::gauge, "One");
  out.sample({}, 1.5);
  EXPECT_EQ(out.text(),
            "# HELP longshore_shipper_events_received_total Events taken in\n"
            "# TYPE longshore_shipper_events_received_total counter\n"
            "longshore_shipper_events_received_total{source=\"a \\\"b\\\"\\\\\\n\"} 18446744073709551615\n"
            "# HELP longshore_shipper_up One\n"
            "# TYPE longshore_shipper_up gauge\n"
            "longshore_shipper_up 1.5\n");
}

}  // namespace
}  // namespace longshore::telemetry
