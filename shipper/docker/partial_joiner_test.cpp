#include "shipper/docker/partial_joiner.hpp"

#include <gtest/gtest.h>

#include <string>

#include "shipper/docker/docker_for_test.hpp"

namespace longshore::shipper {
namespace {

using namespace std::chrono_literals;

constexpr base::Timestamp kNow{1'795'405'332'000'000'000};

void add(PartialJoiner& joiner, Batch& batch, PartialJoiner::Piece piece, std::string_view text,
         base::Timestamp now = kNow) {
  const std::size_t mark = batch.arena.size();
  Event event;
  event.time_ns = kNow.ns;
  event.fields = append_field(batch.arena, FieldKind::text, "tag", "web");
  event.frame = event.message = batch.arena.append(text);
  joiner.add(batch, piece, event, mark, now);
}

// What a spool would give back after a crash: the last value of each key, unless it is empty.
std::map<std::string, std::string> durable(const std::vector<const Batch*>& batches) {
  std::map<std::string, std::string> all;
  for (const Batch* batch : batches)
    for (const Checkpoint& checkpoint : batch->checkpoints) {
      if (checkpoint.value.empty())
        all.erase(checkpoint.key);
      else
        all[checkpoint.key] = checkpoint.value;
    }
  return all;
}

TEST(PartialJoiner, PiecesAreJoinedInTheirOrderNotInThatOfArrival) {
  Batch batch;
  PartialJoiner joiner{{}};
  add(joiner, batch, {.id = "a", .ordinal = 2}, "two ");
  add(joiner, batch, {.id = "b", .ordinal = 1}, "other ");
  add(joiner, batch, {.id = "a", .ordinal = 3, .last = true}, "three");
  EXPECT_TRUE(batch.events.empty());
  EXPECT_EQ(batch.arena.size(), 0U);  // what is held leaves nothing behind
  add(joiner, batch, {.id = "a", .ordinal = 1}, "one ");
  add(joiner, batch, {.id = "b", .ordinal = 2, .last = true}, "end");
  EXPECT_EQ(messages_of(batch), (std::vector<std::string>{"one two three", "other end"}));
  EXPECT_EQ(fields_of(batch, batch.events[0]).at("tag"), "web");
  EXPECT_EQ(batch.events[0].frame, batch.events[0].message);
  EXPECT_EQ(batch.events[0].flags, 0);
  EXPECT_EQ(joiner.held_bytes(), 0U);
  EXPECT_TRUE(batch.checkpoints.empty());  // nobody asked for an acknowledgement
}

TEST(PartialJoiner, PiecesWithoutTheirRestComeOutMarkedAfterTheTimeout) {
  Batch batch;
  PartialJoiner joiner{{}};
  EXPECT_EQ(joiner.next_deadline(), base::kNever);
  add(joiner, batch, {.id = "a", .ordinal = 1}, "one ");
  add(joiner, batch, {.id = "b", .ordinal = 1}, "b", kNow + 1s);
  add(joiner, batch, {.id = "a", .ordinal = 2}, "two", kNow + 3s);  // waits anew
  EXPECT_EQ(joiner.next_deadline(), kNow + 6s);
  joiner.expire(batch, kNow + 6s);
  EXPECT_EQ(messages_of(batch), (std::vector<std::string>{"b"}));
  joiner.expire(batch, kNow + 8s);
  EXPECT_EQ(messages_of(batch), (std::vector<std::string>{"b", "one two"}));
  EXPECT_EQ(batch.events[1].flags, flag::kPartial);
  EXPECT_EQ(joiner.held_messages(), 0U);
}

TEST(PartialJoiner, AnAcknowledgedPieceSurvivesACrashAndMeetsItsRest) {
  Batch before, after;
  PartialJoiner joiner{{}};
  add(joiner, before, {.id = "a", .ordinal = 1, .acknowledged = true}, "one ");
  add(joiner, before, {.id = "a", .ordinal = 2, .acknowledged = true}, "two ");
  EXPECT_TRUE(before.events.empty());

  PartialJoiner restarted{{}};
  for (const auto& [key, value] : durable({&before})) restarted.restore(key, value, kNow);
  add(restarted, after, {.id = "a", .ordinal = 3, .last = true, .acknowledged = true}, "three");
  EXPECT_EQ(messages_of(after), (std::vector<std::string>{"one two three"}));
  EXPECT_EQ(fields_of(after, after.events[0]).at("tag"), "web");
  // The batch that holds the whole also forgets the pieces: never both, never neither.
  EXPECT_TRUE(durable({&before, &after}).empty());
}

TEST(PartialJoiner, ARestoredPieceWhoseRestNeverComesIsDeliveredMarked) {
  Batch before, after;
  PartialJoiner joiner{{}};
  add(joiner, before, {.id = "a b\n", .ordinal = 7, .last = true, .acknowledged = true}, "end");
  PartialJoiner restarted{{}};
  for (const auto& [key, value] : durable({&before})) restarted.restore(key, value, kNow);
  restarted.expire(after, kNow + 5s);
  EXPECT_EQ(messages_of(after), (std::vector<std::string>{"end"}));
  EXPECT_EQ(after.events[0].flags, flag::kPartial);
  EXPECT_TRUE(durable({&before, &after}).empty());
}

TEST(PartialJoiner, APieceThatComesAgainIsIgnored) {
  Batch batch;
  PartialJoiner joiner{{}};
  add(joiner, batch, {.id = "a", .ordinal = 1, .acknowledged = true}, "one ");
  add(joiner, batch, {.id = "a", .ordinal = 1, .acknowledged = true}, "one ");
  EXPECT_EQ(batch.checkpoints.size(), 1U);
  add(joiner, batch, {.id = "a", .ordinal = 2, .last = true, .acknowledged = true}, "two");
  EXPECT_EQ(messages_of(batch), (std::vector<std::string>{"one two"}));
}

TEST(PartialJoiner, AJoinedMessageIsBounded) {
  Batch batch;
  PartialJoiner joiner{{.max_message = 10}};
  add(joiner, batch, {.id = "a", .ordinal = 1}, "12345678");
  add(joiner, batch, {.id = "a", .ordinal = 2}, "90xxx");
  add(joiner, batch, {.id = "a", .ordinal = 3, .last = true}, "yyy");
  EXPECT_EQ(messages_of(batch), (std::vector<std::string>{"1234567890"}));
  EXPECT_EQ(batch.events[0].flags, flag::kTruncated);
}

TEST(PartialJoiner, AFloodOfPiecesStaysWithinItsBoundsAndLosesNothing) {
  Batch batch;
  PartialJoiner joiner{{.max_held = 100'000}};
  for (int i = 0; i < 2000; ++i) {
    add(joiner, batch, {.id = std::to_string(i)}, "x");
    ASSERT_LE(joiner.held_bytes(), 100'000U);
  }
  joiner.expire(batch, base::kNever);
  EXPECT_EQ(batch.events.size(), 2000U);
}

TEST(PartialJoiner, ForeignAndDamagedCheckpointsAreIgnored) {
  Batch before, after;
  PartialJoiner joiner{{}};
  add(joiner, before, {.id = "a", .ordinal = 1, .acknowledged = true}, "one");
  const auto& [key, value] = before.checkpoints[0];
  PartialJoiner restarted{{}};
  restarted.restore("file 1234", value, kNow);
  restarted.restore("forward partial ", value, kNow);
  restarted.restore("forward partial 1", value, kNow);
  restarted.restore("forward partial x last a", value, kNow);
  restarted.restore(key, value.substr(0, value.size() - 1), kNow);
  EXPECT_EQ(restarted.held_messages(), 0U);
}

}  // namespace
}  // namespace longshore::shipper
