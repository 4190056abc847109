#include "shipper/encode/encoder.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include "shipper/encode/batch_for_test.hpp"

namespace longshore::shipper {
namespace {

struct Encoded {
  std::string text;
  bool cut = false;
};

Encoded encode(EncoderOptions options, const EventText& text) {
  Batch batch;
  add_event(batch, text);
  Encoder encoder(std::move(options));
  encoder.begin(batch);
  Output out;
  const bool cut = encoder.append(batch.events.front(), out);
  return {out.take(), cut};
}

constexpr std::size_t kMax = 200'000;

TEST(Encoder, AnEventOfExactlyTheLimitIsNotCut) {
  const std::size_t around = encode({}, {.message = "x"}).text.size() - 2;  // without "x" and the line feed
  const Encoded fits = encode({.max_line = kMax}, {.message = std::string(kMax - around, 'x')});
  EXPECT_FALSE(fits.cut);
  EXPECT_EQ(fits.text.size(), kMax + 1);
  const Encoded over = encode({.max_line = kMax}, {.message = std::string(kMax - around + 1, 'x')});
  EXPECT_TRUE(over.cut);
  EXPECT_EQ(over.text.size(), kMax + 1);
}

TEST(Encoder, AnOversizeEventIsCutBetweenCharactersMarkedAndStillJson) {
  for (const std::string unit : {"\xE2\x82\xAC", "\n", "\"\xFF", "x"}) {
    std::string message;
    while (message.size() < 2 * kMax) message += unit;
    const Encoded got = encode({.max_line = kMax}, {.message = message, .fields = {{FieldKind::text, "k", "v"}}});
    EXPECT_TRUE(got.cut);
    EXPECT_LE(got.text.size(), kMax + 1);
    EXPECT_GT(got.text.size(), kMax - 8);
    simdjson::dom::parser parser;
    const simdjson::dom::object object = parser.parse(got.text);
    EXPECT_TRUE(bool(object["truncated"]));
    EXPECT_TRUE(std::string_view(object["message"]).ends_with(kCutMarker));
    EXPECT_EQ(std::string_view(object["k"]), "v");
  }
}

TEST(Encoder, AnEventWhoseFieldsAloneAreOverTheLimitKeepsItsMessage) {
  const std::string huge(60'000, '\x01');
  const std::string big(2 * kMax, 'f');
  const Encoded got = encode({.max_line = kMax}, {.message = "the message",
                                                  .host = huge,
                                                  .app = huge,
                                                  .pid = huge,
                                                  .msgid = huge,
                                                  .fields = {{FieldKind::text, "k", big}}});
  EXPECT_TRUE(got.cut);
  EXPECT_LE(got.text.size(), kMax + 1);
  simdjson::dom::parser parser;
  const simdjson::dom::object object = parser.parse(got.text);
  EXPECT_EQ(std::string_view(object["message"]), "the message [truncated]");
}

TEST(Encoder, OctetCountingCountsTheBytesAndKeepsThemAsTheyAre) {
  const Encoded got =
      encode({.format = LineShape::rfc3164, .framing = LineFraming::octet_counting}, {.message = "a\nb", .priority = 34});
  EXPECT_EQ(got.text, "25 <34>Nov 23 03:42:12 - a\nb");
}

TEST(Encoder, RawIsTheFrameAsReceived) {
  EXPECT_EQ(encode({.format = LineShape::raw, .framing = LineFraming::octet_counting}, {.message = "a\nb"}).text, "3 a\nb");
  EXPECT_EQ(encode({.format = LineShape::raw, .framing = LineFraming::lf}, {.message = "a\nb"}).text, "a#012b\n");
  EXPECT_EQ(encode({.format = LineShape::raw, .framing = LineFraming::lf_verbatim}, {.message = "a\nb"}).text, "a\nb\n");
}

TEST(Encoder, OversizeSyslogLinesAreCutToTheLimit) {
  for (const LineShape format : {LineShape::rfc5424, LineShape::rfc3164, LineShape::raw}) {
    const Encoded got = encode({.format = format, .max_line = 20'000}, {.message = std::string(50'000, '\n')});
    EXPECT_TRUE(got.cut);
    EXPECT_LE(got.text.size(), 20'001U);
    EXPECT_GT(got.text.size(), 19'990U);
    EXPECT_TRUE(got.text.ends_with(" [truncated]\n"));
    EXPECT_EQ(got.text.find('\n'), got.text.size() - 1);
  }
}

TEST(Encoder, AppendsOneLineForEachEvent) {
  Batch batch;
  for (int i = 0; i < 1000; ++i) add_event(batch, {.message = "seq=" + std::to_string(i)});
  Encoder encoder({});
  encoder.begin(batch);
  Output out;
  for (const Event& event : batch.events) encoder.append(event, out);
  std::string_view rest = out.view();
  for (int i = 0; i < 1000; ++i) {
    const std::size_t end = rest.find('\n');
    ASSERT_NE(rest.substr(0, end).find("\"message\":\"seq=" + std::to_string(i) + "\""), std::string_view::npos);
    rest.remove_prefix(end + 1);
  }
  EXPECT_TRUE(rest.empty());
}

}  // namespace
}  // namespace longshore::shipper
