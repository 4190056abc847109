#include "shipper/framing/syslog_framer.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/oracles/syslog_frames_twin.hpp"

namespace longshore::shipper {
namespace {

using namespace std::literals;

using Frame = TwinFrame;
using Frames = std::vector<Frame>;

// One connection. Each read gets an arena without spare room, so that AddressSanitizer sees a step past its end.
class Connection {
  auto keep(Arena& arena) {
    return [this, &arena](Slice frame, bool truncated) { frames_.push_back({std::string(arena.view(frame)), truncated}); };
  }

 public:
  explicit Connection(std::size_t max_message = 1000) : framer_(max_message) {}

  void read(std::string_view bytes) {
    Arena arena(framer_.held() + bytes.size());
    framer_.begin(arena);
    arena.append(bytes);
    framer_.feed(arena, {0, static_cast<std::uint32_t>(arena.size())}, keep(arena));
  }
  Frames end() {
    Arena arena(framer_.held());
    framer_.finish(arena, keep(arena));
    return std::move(frames_);
  }
  const Frames& frames() const { return frames_; }
  std::size_t held() const { return framer_.held(); }

 private:
  SyslogFramer framer_;
  Frames frames_;
};

Frames frames_of(std::string_view stream, std::size_t max_message = 1000) {
  Connection connection(max_message);
  connection.read(stream);
  Frames frames = connection.end();
  EXPECT_EQ(frames, syslog_frames_twin(stream, max_message)) << stream;
  return frames;
}

TEST(SyslogFramer, LinesEndWithLineFeed) { EXPECT_EQ(frames_of("<1>one\n<2>two\n"), (Frames{{"<1>one"}, {"<2>two"}})); }

TEST(SyslogFramer, CountedFramesMayHoldLineFeeds) {
  EXPECT_EQ(frames_of("10 <1>one\ntwo6 <2>abc"), (Frames{{"<1>one\ntwo"}, {"<2>abc"}}));
}

TEST(SyslogFramer, EveryMessageDecidesAnew) {
  EXPECT_EQ(frames_of("<1>line\n6 <2>abc<3>line again\n6 <4>def"),
            (Frames{{"<1>line"}, {"<2>abc"}, {"<3>line again"}, {"<4>def"}}));
}

TEST(SyslogFramer, CountedLineEndIsTakenOff) {
  EXPECT_EQ(frames_of("7 <1>abc\n8 <2>abc\r\n7 <3>abc\0"sv), (Frames{{"<1>abc"}, {"<2>abc"}, {"<3>abc"}}));
}

TEST(SyslogFramer, LineEndThatWasNotCountedIsNoFrame) {
  EXPECT_EQ(frames_of("6 <1>abc\n6 <2>def\r\n<3>x\n"), (Frames{{"<1>abc"}, {"<2>def"}, {"<3>x"}}));
}

TEST(SyslogFramer, CarriageReturnAndNulAtTheEndAreTakenOff) {
  EXPECT_EQ(frames_of("<1>a\r\n<2>b\0\n<3>c\0\r\n<4>d\r\r\n"sv), (Frames{{"<1>a"}, {"<2>b"}, {"<3>c"}, {"<4>d"}}));
}

TEST(SyslogFramer, NulAndCarriageReturnInsideAreKept) { EXPECT_EQ(frames_of("<1>a\0b\rc\n"sv), (Frames{{"<1>a\0b\rc"s}})); }

TEST(SyslogFramer, EmptyLinesAreNoFrames) { EXPECT_EQ(frames_of("\n\n\r\n\0\n<1>a\n\n"sv), (Frames{{"<1>a"}})); }

TEST(SyslogFramer, DigitsThatAreNoCountBeginALine) {
  for (const std::string_view line :
       {"65536: %SYS-5-CONFIG_I", "0 <1>zero", "012 <1>zero first", "12 no priority", "12", "12 ", "12  <1>two blanks",
        "1<1>", "-1 <1>", "123456789 <1>nine digits", "99999999 <1>more than any sender means", "4294967296 <1>4 GiB",
        "18446744073709551617 <1>2^64 + 1"})
    EXPECT_EQ(frames_of(std::string(line) + "\n<2>next\n"), (Frames{{std::string(line)}, {"<2>next"}}));
}

TEST(SyslogFramer, CiscoSequenceNumberIsPartOfTheMessage) {
  EXPECT_EQ(frames_of("<189>65536: \n13 <189>65536: x"), (Frames{{"<189>65536: "}, {"<189>65536: x"}}));
}

TEST(SyslogFramer, TailAtTheEndOfTheConnectionIsAFrame) {
  EXPECT_EQ(frames_of("<1>a\n<2>b"), (Frames{{"<1>a"}, {"<2>b"}}));
  EXPECT_EQ(frames_of("<2>b\r"), (Frames{{"<2>b"}}));
  EXPECT_EQ(frames_of("123"), (Frames{{"123"}}));
  EXPECT_EQ(frames_of("\r"), Frames{});
  EXPECT_EQ(frames_of(""), Frames{});
}

TEST(SyslogFramer, CountedFrameThatEndsEarlyIsMarked) {
  EXPECT_EQ(frames_of("100 <1>cut sho"), (Frames{{"<1>cut sho", true}}));
  EXPECT_EQ(frames_of("100 <"), (Frames{{"<", true}}));
}

TEST(SyslogFramer, CountThatIsTooSmallCostsTheRestOfItsMessageOnly) {
  EXPECT_EQ(frames_of("8 <1>J\xC3\xBCrg \xC3\xA4ndert6 <2>abc7 <3>abcd"),  // characters counted, not bytes
            (Frames{{"<1>J\xC3\xBCrg"}, {" \xC3\xA4ndert", true}, {"<2>abc"}, {"<3>abcd"}}));
  EXPECT_EQ(frames_of("6 <1>abcd\nefg6 <2>abc"), (Frames{{"<1>abc"}, {"d"}, {"efg", true}, {"<2>abc"}}));
}

TEST(SyslogFramer, CountThatIsTooLargeCostsTheNextMessageOnly) {
  EXPECT_EQ(frames_of("9 <1>abc6 <2>def6 <3>ghi"), (Frames{{"<1>abc6 <"}, {"2>def", true}, {"<3>ghi"}}));
}

TEST(SyslogFramer, WhatLooksLikeACountInALineIsText) {
  EXPECT_EQ(frames_of("<1>a 6 <2>abc\nb 6 <2>abc\n"), (Frames{{"<1>a 6 <2>abc"}, {"b 6 <2>abc"}}));
  EXPECT_EQ(frames_of("6 <1>abc<2>a 6 <2>abc\nb 6 <2>abc\n"), (Frames{{"<1>abc"}, {"<2>a 6 <2>abc"}, {"b 6 <2>abc"}}));
  EXPECT_EQ(frames_of("6 <1>abcx06 <2>y\n"), (Frames{{"<1>abc"}, {"x06 <2>y"}}));
  EXPECT_EQ(frames_of("6 <1>abcx6 <a>y\n"), (Frames{{"<1>abc"}, {"x6 <a>y"}}));
}

TEST(SyslogFramer, OversizeLineIsCutMarkedAndTheConnectionGoesOn) {
  EXPECT_EQ(frames_of("<1>4567890123\n<2>next\n", 10), (Frames{{"<1>4567890", true}, {"<2>next"}}));
}

TEST(SyslogFramer, OversizeCountedFrameIsCutMarkedAndTheConnectionGoesOn) {
  EXPECT_EQ(frames_of("13 <1>45678901236 <2>abc", 10), (Frames{{"<1>4567890", true}, {"<2>abc"}}));
}

TEST(SyslogFramer, MessageOfExactlyTheLimitIsWhole) {
  for (const std::string_view end : {"\n", "\r\n"})
    EXPECT_EQ(frames_of("<1>4567890" + std::string(end), 10), (Frames{{"<1>4567890"}}));
  EXPECT_EQ(frames_of("10 <1>4567890<2>\n", 10), (Frames{{"<1>4567890"}, {"<2>"}}));
  EXPECT_EQ(frames_of("<1>4567890", 10), (Frames{{"<1>4567890"}}));
  EXPECT_EQ(frames_of("<1>45678901", 10), (Frames{{"<1>4567890", true}}));
}

TEST(SyslogFramer, HugeCountIsSkippedWithoutBeingKept) {
  constexpr std::size_t kSize = 64 << 20;  // the most that is believed
  Connection connection(100);
  connection.read("67108864 <1>");
  const std::string zeros(1 << 20, '0');
  for (std::size_t sent = 3; sent < kSize; sent += std::min(zeros.size(), kSize - sent)) {
    connection.read(std::string_view(zeros).substr(0, std::min(zeros.size(), kSize - sent)));
    ASSERT_LE(connection.held(), 109u);
  }
  connection.read("<2>next\n");
  EXPECT_EQ(connection.frames(), (Frames{{"<1>" + std::string(97, '0'), true}, {"<2>next"}}));
}

TEST(SyslogFramer, EndlessLineIsHeldToTheLimitOnly) {
  Connection connection(100);
  for (int i = 0; i < 10'000; ++i) {
    connection.read("0123456789");
    ASSERT_LE(connection.held(), 101u);
  }
  EXPECT_EQ(connection.frames().size(), 1u);
}

TEST(SyslogFramer, UnfinishedFrameIsHeldAndTakenOutOfTheArena) {
  SyslogFramer framer(100);
  Arena arena;
  framer.begin(arena);
  arena.append("<1>whole\n<2>begin");
  int frames = 0;
  framer.feed(arena, {0, 17}, [&](Slice, bool) { ++frames; });
  EXPECT_EQ(frames, 1);
  EXPECT_EQ(arena.view(), "<1>whole\n");
  EXPECT_EQ(framer.held(), 8u);
  framer.begin(arena);
  EXPECT_EQ(arena.view(), "<1>whole\n<2>begin");
}

TEST(SyslogFramer, EmitMayAppendToTheArena) {
  SyslogFramer framer(100);
  Arena arena;
  arena.append("<1>a\n6 <2>bcd<3>rest");
  std::vector<std::string> texts;
  framer.feed(arena, {0, 20}, [&](Slice frame, bool) {
    texts.emplace_back(arena.view(frame));
    arena.append(std::string(1000, 'x'));  // moves it
  });
  EXPECT_EQ(texts, (std::vector<std::string>{"<1>a", "<2>bcd"}));
  EXPECT_EQ(arena.size(), 2020u) << "what others appended stays";
  EXPECT_EQ(framer.held(), 7u);
}

// The network cuts a stream where it likes.
TEST(SyslogFramer, EverySplitGivesTheSameFrames) {
  const std::string_view streams[] = {
      "<1>one\n<2>two\r\n\n3 no count\n12 <3>counted\n<4>x\n7 <5>abc\n<6>tail",
      "<1>4567890\n<1>4567890\r\n<1>45678901\n<1>45678901\r\n<1>4567890\r\r\n<1>\r\r\r\r\r\r\r\r\r\r\r\r\n<2>\n"sv,
      "10 <1>456789011 <1>4567890\n12 <1>4567890\r\n12 <1>456789012<2>a\n999 <3>4567890123",
      "\r\r\r\r\r\r\r\r\r\r\r\r\r\n<1>a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\n<2>b\n"sv,
      "6 <1>abcdefghijklmnopqrstuvwxyz0123456789012 <2>6 <3>abc9 <4>abcx 9 <5>abc>12345678 <191>x4 <6>y",
      "12345678901234567890 <1>long\n123456789 <2>b\n4294967296 <3>c\n1 \n1 <\n2 <1>\n",
  };
  for (const std::string_view stream : streams) {
    const Frames expected = frames_of(stream, 10);
    for (std::size_t i = 0; i <= stream.size(); ++i)
      for (std::size_t j = i; j <= stream.size(); ++j) {
        Connection connection(10);
        for (const auto part : {stream.substr(0, i), stream.substr(i, j - i), stream.substr(j)}) connection.read(part);
        ASSERT_EQ(connection.end(), expected) << "split at " << i << " and " << j << " of " << stream;
      }
    Connection bytes(10);
    for (const char& byte : stream) bytes.read({&byte, 1});
    ASSERT_EQ(bytes.end(), expected) << "byte by byte: " << stream;
  }
}

TEST(SyslogFramer, RandomStreamsInRandomPiecesAreCutAsTheSlowTwinDoes) {
  const std::string_view pieces[] = {
      "\n", "\r\n",       "\0"sv,       "\r",         " ",       "<",  "<1>",  "<34>Oct 11 host app: text",
      "1",  "4 <1>x",     "7 <1>abc\n", "5 <1>wrong", "x12 <3>", "a<", "12 <", "30 ",
      "0",  "99999999 <", "0123456789", "text",       "x"};
  std::mt19937 random(6587);
  for (int round = 0; round < 1500; ++round) {
    std::string stream;
    for (std::size_t count = random() % 20; count > 0; --count) stream += pieces[random() % std::size(pieces)];
    const std::size_t max_message = 1 + random() % 40;
    Connection connection(max_message);
    for (std::string_view rest = stream; !rest.empty();) {
      const std::size_t size = std::min<std::size_t>(rest.size(), 1 + random() % 25);
      connection.read(rest.substr(0, size));
      rest.remove_prefix(size);
    }
    ASSERT_EQ(connection.end(), syslog_frames_twin(stream, max_message)) << stream << "\nlimit " << max_message;
  }
}

}  // namespace
}  // namespace longshore::shipper
