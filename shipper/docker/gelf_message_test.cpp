#include "shipper/docker/gelf_message.hpp"

#include <gtest/gtest.h>

#include <string>

#include "shipper/docker/docker_for_test.hpp"

namespace longshore::shipper {
namespace {

constexpr base::Timestamp kNow{1'795'405'332'000'000'000};

struct Decoded {
  Batch batch;
  GelfDecoder decoder;
  const Event& decode(std::string_view payload) { return decoder.decode(batch, batch.arena.append(payload), kNow); }
  std::string message() const { return std::string(batch.text(batch.events.back().message)); }
};

TEST(GelfMessage, DockersMessageBecomesAnEventWithTheContainersFields) {
  Decoded d;
  const Event& event = d.decode(
      R"({"version":"1.1","host":"node-1","short_message":"GET / 200","timestamp":1770371234.567,"level":6,"_command":"nginx -g",)"
      R"("_container_id":"4f3a","_container_name":"web","_created":"2026-02-06T09:47:14Z","_image_id":"sha256:1","_image_name":"nginx",)"
      R"("_tag":"edge/web","_com.example.team":"shop"})");
  EXPECT_EQ(event.format, Format::gelf);
  EXPECT_EQ(d.message(), "GET / 200");
  EXPECT_EQ(d.batch.text(event.host()), "node-1");
  EXPECT_EQ(d.batch.text(event.app()), "edge/web");
  EXPECT_EQ(event.priority, 3 * 8 + 6);
  EXPECT_EQ(event.time_ns, 1'770'371'234'567'000'000);
  EXPECT_EQ(event.flags, flag::kHasTime);
  const auto fields = fields_of(d.batch, event);
  EXPECT_EQ(fields.at("container_id"), "4f3a");
  EXPECT_EQ(fields.at("container_name"), "web");
  EXPECT_EQ(fields.at("image_name"), "nginx");
  EXPECT_EQ(fields.at("command"), "nginx -g");
  EXPECT_EQ(fields.at("com.example.team"), "shop");
  EXPECT_FALSE(fields.contains("version"));
  EXPECT_EQ(fields.size(), 8U);
}

TEST(GelfMessage, TimeIsExactToTheNanosecond) {
  EXPECT_EQ(parse_decimal_seconds("1385053862.3072")->ns, 1'385'053'862'307'200'000);
  EXPECT_EQ(parse_decimal_seconds("1385053862")->ns, 1'385'053'862'000'000'000);
  EXPECT_EQ(parse_decimal_seconds("0.000000001999")->ns, 1);
  EXPECT_EQ(parse_decimal_seconds("-1.5")->ns, -1'500'000'000);
  EXPECT_EQ(parse_decimal_seconds("1.5e3")->ns, 1'500'000'000'000);
  for (const char* bad : {"", "x", "-", "--1", "1x", "9999999999999", "1e300", "99999999999999999999999", "1.5e3x"})
    EXPECT_FALSE(parse_decimal_seconds(bad)) << bad;
}

TEST(GelfMessage, TheFullMessageIsTheMessageAndAnotherShortOneIsKept) {
  Decoded d;
  EXPECT_EQ(fields_of(d.batch, d.decode(R"({"short_message":"failed","full_message":"failed\n at x"})")).size(), 0U);
  EXPECT_EQ(d.message(), "failed\n at x");
  EXPECT_TRUE(d.batch.events.back().flags & flag::kMultiline);
  EXPECT_EQ(fields_of(d.batch, d.decode(R"({"short_message":"summary","full_message":"long"})")).at("short_message"),
            "summary");
  d.decode(R"({"short_message":"only","full_message":""})");
  EXPECT_EQ(d.message(), "only");
}

TEST(GelfMessage, FacilityIsDaemonUnlessTheMessageNamesOne) {
  Decoded d;
  EXPECT_EQ(d.decode(R"({"short_message":"m","level":3,"_facility":"local0"})").priority, 16 * 8 + 3);
  EXPECT_EQ(d.decode(R"({"short_message":"m","level":"3","facility":4})").priority, 4 * 8 + 3);
  EXPECT_EQ(d.decode(R"({"short_message":"m","level":7,"_facility":"my-app"})").priority, 3 * 8 + 7);
  EXPECT_EQ(d.decode(R"({"short_message":"m"})").priority, kNoPriority);
  EXPECT_EQ(d.decode(R"({"short_message":"m","level":8})").priority, kNoPriority);
  EXPECT_EQ(fields_of(d.batch, d.batch.events.back()).at("level"), "8");  // kept, as it cannot be understood
}

TEST(GelfMessage, ValuesKeepTheirKind) {
  Decoded d;
  const Event& event = d.decode(R"({"short_message":"m","_n":1.10,"_b":true,"_o":{"a":[1]},"_z":null,"_t":"x","line":7})");
  std::string kinds;
  FieldReader reader(d.batch.text(event.fields));
  for (Field field; reader.next(field);)
    kinds += std::string(field.key) + (field.kind == FieldKind::json ? ":" : "=") + std::string(field.value) + ";";
  EXPECT_EQ(kinds, R"(n:1.10;b:true;o:{"a":[1]};t=x;line:7;)");
}

TEST(GelfMessage, TextWithoutEscapesIsNotCopied) {
  Decoded d;
  const Event& event = d.decode(R"({"host":"h","short_message":"plain text"})");
  EXPECT_EQ(d.batch.arena.size(), event.frame.size);
}

TEST(GelfMessage, FieldsOfOneContainerAreKeptOnce) {
  Decoded d;
  const Slice first = d.decode(R"({"short_message":"a","_container_id":"1"})").fields;
  const Slice second = d.decode(R"({"short_message":"b","_container_id":"1"})").fields;
  const Slice third = d.decode(R"({"short_message":"c","_container_id":"2"})").fields;
  EXPECT_EQ(first, second);
  EXPECT_EQ(d.batch.text(third).back(), '2');
}

TEST(GelfMessage, WhatIsNoGelfIsARawEvent) {
  for (const std::string& payload :
       {std::string("hello"), std::string("{\"short_message\":"), std::string("[1]"), std::string("{\"a\":\"\xff\"}"),
        "{\"a\":" + std::string(10'000, '[') + std::string(10'000, ']') + "}"}) {
    Decoded d;
    const Event& event = d.decode(payload);
    EXPECT_EQ(event.format, Format::raw);
    EXPECT_EQ(d.message(), payload);
    EXPECT_EQ(event.time_ns, kNow.ns);
    EXPECT_EQ((event.flags & flag::kNotUtf8) != 0, payload.find('\xff') != std::string::npos);
  }
}

TEST(GelfMessage, HugeTextIsKeptWhole) {
  Decoded d;
  const std::string text(500'000, 'x');
  d.decode("{\"short_message\":\"" + text + "\",\"host\":\"" + std::string(100'000, 'h') + "\"}");
  EXPECT_EQ(d.message(), text);
  EXPECT_EQ(d.batch.events.back().host_size, 65'535);  // a header field is cut
}

}  // namespace
}  // namespace longshore::shipper
