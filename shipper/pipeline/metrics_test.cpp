#include "shipper/pipeline/metrics.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>

namespace longshore::shipper {
namespace {

std::string catalogue() {
  std::ifstream in(LONGSHORE_DOCS "/metrics.md");
  return {std::istreambuf_iterator<char>(in), {}};
}

Status sample() {
  Status status;
  status.sources.push_back({.name = "syslog \"x\"\n",
                            .received = 5,
                            .bytes = 50,
                            .dropped = {{"kernel_udp", 2}},
                            .gauges = {{"connections", 3}}});
  status.sinks.emplace_back().name = "loggly";
  status.sinks[0].state = "held";
  status.sinks[0].delivered = 7;
  return status;
}

TEST(Metrics, EveryFamilyIsInTheCatalogueWithItsKindAndTheCatalogueHasNoOther) {
  const std::string text = metrics_text(sample()), docs = catalogue();
  ASSERT_FALSE(docs.empty());
  std::istringstream lines(text);
  std::size_t families = 0;
  for (std::string hash, type, name, kind, line; std::getline(lines, line);) {
    if (!line.starts_with("# TYPE ")) continue;
    std::istringstream(line) >> hash >> type >> name >> kind;
    EXPECT_NE(docs.find("| `" + name + "` | " + kind + " |"), std::string::npos) << name << " " << kind;
    ++families;
  }
  std::size_t listed = 0;
  for (std::size_t at = 0; (at = docs.find("\n| `longshore_", at)) != std::string::npos; ++at) ++listed;
  EXPECT_EQ(families, listed);
}

TEST(Metrics, LabelsAreEscapedAndNumbersStand) {
  const std::string text = metrics_text(sample());
  EXPECT_NE(text.find("longshore_shipper_source_events_received_total{source=\"syslog \\\"x\\\"\\n\"} 5\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("source_events_dropped_total{source=\"syslog \\\"x\\\"\\n\",reason=\"kernel_udp\"} 2\n"),
            std::string::npos);
  EXPECT_NE(text.find("longshore_shipper_sink_held{sink=\"loggly\"} 1\n"), std::string::npos);
}

}  // namespace
}  // namespace longshore::shipper
