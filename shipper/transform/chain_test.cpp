#include "shipper/transform/chain.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "shipper/transform/event_for_test.hpp"

namespace longshore::shipper {
namespace {

using namespace std::chrono_literals;
using Is = TransformCondition::Is;

TransformChain chain(std::vector<TransformOptions> options) { return std::move(*TransformChain::make(options)); }

TEST(TransformChain, AnEmptyOneChangesNothing) {
  TransformChain none;
  Batch batch;
  DropCounter dropped;
  add_event(batch, "x");
  none.apply(batch, 0, kNow, dropped);
  none.flush(batch, base::kNever, dropped);
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(batch.events.size(), 1U);
  EXPECT_EQ(none.next_deadline(), base::kNever);
}

TEST(TransformChain, StepsComeInTheirOrder) {
  TransformChain parse_first = chain(
      {ParseJsonOptions{}, DropOptions{.where = {{"level", Is::equals, "debug"}}}, SetOptions{.fields = {{"env", "prod"}}}});
  Batch batch;
  DropCounter dropped;
  add_event(batch, R"({"level":"debug","message":"noise"})");
  add_event(batch, R"({"level":"error","message":"signal"})");
  parse_first.apply(batch, 0, kNow, dropped);
  EXPECT_EQ(messages_of(batch), (std::vector<std::string>{"signal"}));
  EXPECT_EQ(fields_of(batch, batch.events[0]).at("env"), "'prod'");
  EXPECT_EQ(dropped.dropped.at("filtered"), 1U);
}

TEST(TransformChain, ASummaryPassesTheRestOfTheChain) {
  const std::string secret = "x7" + std::string(10, 'k');
  TransformChain steps = chain({CollapseOptions{.window = 5s}, RedactOptions{}, SetOptions{.fields = {{"env", "prod"}}}});
  Batch first, second;
  DropCounter dropped;
  for (int i = 0; i < 3; ++i) add_event(first, "password=" + secret);
  steps.apply(first, 0, kNow, dropped);
  EXPECT_EQ(first.events.size(), 1U);
  EXPECT_EQ(steps.held(), 1U);
  EXPECT_EQ(steps.next_deadline(), kNow + 5s);
  steps.flush(second, kNow + 5s, dropped);
  ASSERT_EQ(second.events.size(), 1U);
  EXPECT_EQ(second.arena.view().find(secret), std::string_view::npos);
  const auto fields = fields_of(second, second.events[0]);
  EXPECT_EQ(fields.at("env"), "'prod'");
  EXPECT_EQ(fields.at("repeated"), "2");
  EXPECT_EQ(steps.held(), 0U);
}

// Fields are copied, text is unescaped and cut: no earlier form of the secret may be left for the disk.
TEST(TransformChain, NothingOfASecretIsLeftWhateverCameBefore) {
  const std::string secret = "x7" + std::string(10, 'k');
  TransformChain steps = chain({ParseJsonOptions{}, SetOptions{.fields = {{"env", "prod"}}}, RedactOptions{}});
  Batch batch;
  DropCounter dropped;
  Event event;  // as from GELF: the message was unescaped behind the frame, and there were fields
  event.frame = batch.arena.append(R"({"short_message":"{\"message\":\"m\",\"password\":\")" + secret + R"(\"}"})");
  event.message = batch.arena.append(R"({"message":"m","password":")" + secret + R"("})");
  add_fields(batch, event, {{FieldKind::text, "cmd", "--token=" + secret}});
  batch.events.push_back(event);
  steps.apply(batch, 0, kNow, dropped);
  EXPECT_EQ(messages_of(batch), (std::vector<std::string>{"m"}));
  EXPECT_EQ(batch.arena.view().find(secret), std::string_view::npos);
  EXPECT_EQ(fields_of(batch, batch.events[0]).at("env"), "'prod'");
}

TEST(TransformChain, BytesOfDroppedEventsAreNotKept) {
  TransformChain steps = chain({DropOptions{.where = {{"message", Is::contains, "noise"}}}});
  Batch batch;
  DropCounter dropped;
  add_event(batch, "earlier noise");
  const std::size_t earlier = batch.arena.size();
  for (const char* message : {"noise 1", "signal", "noise 2"}) add_event(batch, message);
  steps.apply(batch, 1, kNow, dropped);
  EXPECT_EQ(messages_of(batch), (std::vector<std::string>{"earlier noise", "signal"}));
  EXPECT_EQ(batch.arena.size() - earlier, batch.events[1].frame.size);
}

TEST(TransformChain, AnErrorNamesItsTransform) {
  const auto bad = TransformChain::make(std::vector<TransformOptions>{SampleOptions{.keep_one_in = 0}});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message.find("transform sample: "), 0U);
}

TEST(TransformChain, TagsAreTheSourcesOwn) {
  const std::vector<TransformOptions> options = {SetOptions{.fields = {}, .tags = {"a", "b"}}, ParseJsonOptions{},
                                                 SetOptions{.fields = {}, .tags = {"c"}}};
  EXPECT_EQ(transform_tags(options), (std::vector<std::string>{"a", "b", "c"}));
}

}  // namespace
}  // namespace longshore::shipper
