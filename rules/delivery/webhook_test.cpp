#include "rules/delivery/webhook.hpp"

#include <gtest/gtest.h>

#include "rules/alert/alert_codec.hpp"
#include "rules/delivery/change_for_test.hpp"
#include "rules/delivery/json_lines.hpp"

namespace longshore::rules {
namespace {

using Kind = AlertVerdict::Kind;

TEST(Webhook, PostsEveryChangeWhole) {
  const WebhookSink sink({.url = "https://hooks/x?y", .key = base::Secret("Bearer t")});
  for (const auto kind :
       {AlertChange::Kind::open, AlertChange::Kind::repeat, AlertChange::Kind::note, AlertChange::Kind::close}) {
    const AlertChange change = change_of(kind);
    ASSERT_EQ(sink.steps(change), 1U);
    const AlertRequest request = sink.request(change, 0, {});
    EXPECT_EQ(request.url, "https://hooks/x?y");
    EXPECT_EQ(request.authorization, "Bearer t");
    EXPECT_EQ(read_alert_change(request.body).value(), change);
  }
}

TEST(Webhook, InTheShapeOfLogglyOnlyWhatLogglySendsIsSent) {
  const WebhookSink sink({.shape = AlertShape::loggly, .search_url = "https://x.loggly.com/search?terms="});
  EXPECT_EQ(sink.steps(change_of(AlertChange::Kind::close)), 0U);
  EXPECT_EQ(sink.steps(change_of(AlertChange::Kind::note)), 0U);
  AlertChange open = change_of(AlertChange::Kind::open);
  open.samples = {"a \"line\"", "another"};
  open.count = 225;
  const ReadJson json(sink.request(open, 0, {}).body);
  EXPECT_EQ(json.text("/alert_name"), "Out of memory");
  EXPECT_EQ(json.text("/start_time"), "Nov 23 03:42:12");
  EXPECT_EQ(json.text("/search_link"), "https://x.loggly.com/search?terms=oom");
  EXPECT_EQ(json.at("/num_hits").get_uint64().value(), 225U);
  EXPECT_EQ(json.text("/recent_hits/0"), "a \"line\"");
}

TEST(Webhook, AnyKindOf2xxIsEnough) {
  const WebhookSink sink({});
  EXPECT_EQ(sink.verdict({}, 0, {.status = 204}).kind, Kind::settled);
  EXPECT_EQ(sink.verdict({}, 0, {.status = 404}).kind, Kind::hold);
  EXPECT_EQ(sink.verdict({}, 0, {.status = 422}).kind, Kind::refused);
}

TEST(JsonLines, AChangeIsOneLine) {
  AlertChange change = change_of(AlertChange::Kind::open);
  change.message = "two\nlines";
  const std::string line = JsonLinesSink().request(change, 0, {}).body;
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(read_alert_change(line).value(), change);
  EXPECT_EQ(JsonLinesSink().verdict(change, 0, {.body = "disk full"}).kind, Kind::wait);
}

}  // namespace
}  // namespace longshore::rules
