#include <gtest/gtest.h>
#include <sys/socket.h>

#include "tests/lab/wire/message.hpp"
#include "tests/lab/wire/websocket.hpp"

namespace longshore::lab {
namespace {

using namespace std::chrono_literals;

struct Pair {
  int fds[2];
  Pair() { ::socketpair(AF_UNIX, SOCK_STREAM, 0, fds); }
};

TEST(Websocket, TheKeyOfTheStandardsExample) {
  EXPECT_EQ(websocket_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");  // RFC 6455 §1.3
}

TEST(Websocket, FramesArriveAsTheyWereSent) {
  for (const std::size_t size : {0, 5, 125, 126, 5000}) {
    for (const std::uint32_t mask : {0u, 0x12345678u}) {
      Pair pair;
      Stream from(pair.fds[0]), to(pair.fds[1]);
      ASSERT_TRUE(from.write(frame_bytes({Frame::binary, std::string(size, 'x')}, mask), Clock::now() + 1s));
      Frame frame;
      ASSERT_EQ(read_frame(to, frame, Clock::now() + 1s, -1), Stream::Got::bytes);
      EXPECT_EQ(frame.kind, Frame::binary);
      EXPECT_EQ(frame.payload, std::string(size, 'x'));
      EXPECT_TRUE(to.buffer.empty());
    }
  }
}

TEST(Message, TwoInOneSegmentAreTwo) {
  Pair pair;
  Stream from(pair.fds[0]), to(pair.fds[1]);
  ASSERT_TRUE(from.write("POST /echo HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\nHost:  a \r\n\r\n",
                         Clock::now() + 1s));
  Message message;
  bool begun;
  ASSERT_EQ(read_message(to, message, Clock::now() + 1s, -1, false, begun), Stream::Got::bytes);
  EXPECT_EQ(message.body, "abc");
  ASSERT_EQ(read_message(to, message, Clock::now() + 1s, -1, false, begun), Stream::Got::bytes);
  EXPECT_EQ(message.start, "GET / HTTP/1.1");
  EXPECT_EQ(message.get("host"), "a");
}

TEST(Message, AnAnswerThatIsCutShortIsNoAnswer) {
  for (const std::string_view text : {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcd"}) {
    Pair pair;
    auto from = std::make_unique<Stream>(pair.fds[0]);
    Stream to(pair.fds[1]);
    ASSERT_TRUE(from->write(text, Clock::now() + 1s));
    from.reset();
    Message message;
    bool begun;
    EXPECT_EQ(read_message(to, message, Clock::now() + 1s, -1, true, begun), Stream::Got::end);
    EXPECT_EQ(begun, !text.empty());
  }
}

}  // namespace
}  // namespace longshore::lab
