#include "shipper/commands/spool_lines.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "shipper/encode/batch_for_test.hpp"

namespace longshore::shipper {
namespace {

// Gives its batches, and an error before each.
class FlakyReader final : public SpoolReader {
 public:
  explicit FlakyReader(std::deque<std::shared_ptr<Batch>> batches) : batches_(std::move(batches)) {}
  base::Result<std::shared_ptr<const Batch>> next() override {
    if (failed_ = !failed_; failed_) return base::fail(base::Code::io, "read: try again");
    if (batches_.empty()) return nullptr;
    std::shared_ptr<const Batch> batch = std::move(batches_.front());
    batches_.pop_front();
    return batch;
  }

 private:
  std::deque<std::shared_ptr<Batch>> batches_;
  bool failed_ = false;
};

std::shared_ptr<Batch> batch_of(std::uint64_t first_seq, const std::string& message, const std::string& source) {
  auto batch = std::make_shared<Batch>();
  batch->first_seq = first_seq;
  for (const char* number : {"1", "2"})
    add_event(*batch, {.message = message + number, .host = "web"}, {.name = source, .tags = {"prod"}});
  return batch;
}

std::string lines(const SpoolRange& range, SpoolLine form, const std::string& message = "a") {
  FlakyReader reader({batch_of(5, message, "syslog udp"), batch_of(7, "b", "file /x")});
  std::string out;
  const auto written = write_lines(reader, range, form, [&](std::string_view some) -> base::Result<void> {
    out += some;
    return {};
  });
  EXPECT_TRUE(written);
  return out;
}

TEST(SpoolLines, ForPeopleTheyTellSequenceTimeHostAndSource) {
  EXPECT_EQ(lines({}, SpoolLine::people),
            "5 2026-11-23T03:42:12.123456Z web [syslog udp] a1\n"
            "6 2026-11-23T03:42:12.123456Z web [syslog udp] a2\n"
            "7 2026-11-23T03:42:12.123456Z web [file /x] b1\n"
            "8 2026-11-23T03:42:12.123456Z web [file /x] b2\n");
}

TEST(SpoolLines, ARangeIsInclusiveAndMayBeginInsideABatch) {
  EXPECT_EQ(lines({.from = 6, .to = 7}, SpoolLine::raw), "a2\nb1\n");
  EXPECT_EQ(lines({.from = 9}, SpoolLine::raw), "");
}

TEST(SpoolLines, OnlyEventsOfTheSourceThatWasAskedFor) {
  EXPECT_EQ(lines({.source = "file"}, SpoolLine::raw), "b1\nb2\n");
  EXPECT_EQ(lines({.source = "gelf"}, SpoolLine::raw), "");
}

TEST(SpoolLines, AsJsonTheyCarryTheSourcesTags) {
  const std::string json = lines({.to = 5}, SpoolLine::json);
  EXPECT_TRUE(json.contains(R"("host":"web")")) << json;
  EXPECT_TRUE(json.contains(R"("tags":["prod"])")) << json;
  EXPECT_TRUE(json.ends_with("}\n"));
}

TEST(SpoolLines, ALineCannotPlayWithTheTerminal) {
  EXPECT_TRUE(lines({.to = 5}, SpoolLine::people, "\x1b[2Jx\ty\n\x7f").ends_with("\\x1b[2Jx\ty\\x0a\\x7f1\n"));
}

TEST(SpoolLines, AnErrorOfTheWriterEndsTheWalk) {
  FlakyReader reader({batch_of(5, "a", "s")});
  const auto written =
      write_lines(reader, {}, SpoolLine::raw, [](std::string_view) { return base::fail(base::Code::exhausted, "full"); });
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().message, "full");
}

}  // namespace
}  // namespace longshore::shipper
