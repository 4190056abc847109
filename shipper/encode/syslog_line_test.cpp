#include "shipper/encode/syslog_line.hpp"

#include <gtest/gtest.h>

#include "shipper/encode/batch_for_test.hpp"

namespace longshore::shipper {
namespace {

using Form = SyslogLine::Form;

std::string line(const EventText& text, Form form = Form::rfc5424, SyslogLine::Element element = {}, bool escape = true) {
  Batch batch;
  const Event event = add_event(batch, text);
  Output out;
  SyslogLine encoder(form, std::move(element), escape);
  encoder.begin(batch);
  encoder.append(event, {.message = batch.text(event.message)}, out);
  return out.take();
}

TEST(SyslogLine, AFullEventIsRfc5424) {
  EXPECT_EQ(line({.message = "it failed",
                  .host = "web1",
                  .app = "nginx",
                  .pid = "42",
                  .msgid = "ID7",
                  .structured_data = R"([a b="c"])",
                  .priority = 27}),
            R"(<27>1 2026-11-23T03:42:12.123456Z web1 nginx 42 ID7 [a b="c"] it failed)");
}

TEST(SyslogLine, AbsentPartsAreDashesAndThePriorityUserNotice) {
  EXPECT_EQ(line({.message = "x"}), "<13>1 2026-11-23T03:42:12.123456Z - - - - - x");
}

TEST(SyslogLine, LogglysElementStandsFirst) {
  EXPECT_EQ(line({.message = "x", .structured_data = "[a]"}, Form::rfc5424,
                 [](const SourceInfo& source) { return loggly_element("T0KEN", {source.name, "web"}); }),
            R"(<13>1 2026-11-23T03:42:12.123456Z - - - - [T0KEN@41058 tag="test" tag="web"][a] x)");
}

TEST(SyslogLine, FieldsAndMarksBecomeAnElement) {
  EXPECT_EQ(line({.message = "x",
                  .fields = {{FieldKind::text, "a=b", "q\"\\]\n"}, {FieldKind::json, "n", "[1]"}},
                  .flags = flag::kTruncated}),
            R"(<13>1 2026-11-23T03:42:12.123456Z - - - - [fields@32473 a_b="q\"\\\]#012" n="[1\]" truncated="true"] x)");
}

TEST(SyslogLine, MalformedStructuredDataIsNotPassedOn) {
  EXPECT_EQ(line({.message = "x", .structured_data = "[a b=c]"}), "<13>1 2026-11-23T03:42:12.123456Z - - - - - x");
}

TEST(SyslogLine, HeaderFieldsArePrintableAndOfTheAllowedLength) {
  const std::string out =
      line({.message = "m", .host = std::string(300, 'h'), .app = "a b\n\xC3\xA9", .msgid = std::string(40, 'i')});
  EXPECT_EQ(out,
            "<13>1 2026-11-23T03:42:12.123456Z " + std::string(255, 'h') + " a_b___ - " + std::string(32, 'i') + " - m");
}

TEST(SyslogLine, BreaksAreEscapedForLinesAndKeptForCountedFrames) {
  const std::string text("a\nb\0c", 5);
  EXPECT_TRUE(line({.message = text}).ends_with(" - a#012b#000c"));
  EXPECT_TRUE(line({.message = text}, Form::rfc5424, {}, false).ends_with(text));
}

TEST(SyslogLine, TheOldFormHasTagAndPid) {
  EXPECT_EQ(line({.message = "x", .host = "h", .app = "su", .pid = "7", .priority = 34}, Form::rfc3164),
            "<34>Nov 23 03:42:12 h su[7]: x");
  EXPECT_EQ(line({.message = "x"}, Form::rfc3164), "<13>Nov 23 03:42:12 - x");
}

TEST(SyslogLine, PrefixCountsEscapesAndEndsBetweenCharacters) {
  const SyslogLine encoder(Form::rfc5424, {}, true);
  EXPECT_EQ(encoder.prefix("a\nb", 4), 1U);
  EXPECT_EQ(encoder.prefix("a\nb", 5), 2U);
  EXPECT_EQ(encoder.prefix("a\xE2\x82\xAC", 3), 1U);
  EXPECT_EQ(encoder.prefix("a\xE2\x82\xAC", 4), 4U);
}

}  // namespace
}  // namespace longshore::shipper
