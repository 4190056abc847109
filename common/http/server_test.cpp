#include "common/http/server.hpp"

#include <optional>

#include "common/http/peer_for_test.hpp"
#include "common/io/sleep.hpp"

namespace longshore::http {
namespace {

using namespace std::chrono_literals;

class Serving : public ::testing::Test {
 protected:
  // Runs `body` against a server with `options`, then stops it.
  void serve(const ServerOptions& options, std::function<io::Task<void>()> body) {
    base::UniqueFd listener = listen_on_loopback();
    port_ = io::bound_port(listener.get());
    const Handler handler = [this](const ServerRequest& request) { return answer(request); };
    Server server(test_.loop.get_executor(), std::move(listener), handler, options);
    server.start();
    test_.run([&]() -> io::Task<void> {
      co_await body();
      co_await server.stop();
    });
  }
  // What comes back for these bytes until the server closes.
  io::Task<std::string> exchange(std::string bytes) {
    PeerForTest peer = connect();
    co_await peer.send(bytes);
    co_return co_await peer.receive();
  }
  PeerForTest connect() { return PeerForTest::connect(test_.loop, port_); }

  io::Task<ServerResponse> answer(const ServerRequest& request) {
    seen_.push_back(request);
    ServerResponse response;
    response.body = request.method + " " + request.path + "\n";
    if (request.path == "/none") response.status = 404;
    if (request.path == "/stream") {
      response.stream = [this](ChunkWriter& out) -> io::Task<void> {
        for (const std::string_view piece : {"one", "", "two, three"}) {
          const bool open = co_await out.write(piece);
          stream_open_ = stream_open_ && open;
        }
      };
    }
    if (request.path == "/endless") {
      response.stream = [this](ChunkWriter& out) -> io::Task<void> {
        const std::string piece(64 * 1024, 'x');
        for (bool open = true; open;) open = co_await out.write(piece);
        endless_ended_ = true;
      };
    }
    co_return response;
  }

  io::LoopForTest test_;
  std::uint16_t port_ = 0;
  std::vector<ServerRequest> seen_;
  bool stream_open_ = true;
  bool endless_ended_ = false;
};

TEST_F(Serving, ARequestIsTakenApart) {
  serve({}, [&]() -> io::Task<void> {
    const std::string text = co_await exchange(
        "PUT /a/b?x=1&y=%20 HTTP/1.1\r\nHost: h\r\nX-Some:  v \r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody");
    EXPECT_EQ(text,
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 9\r\nConnection: close\r\n\r\n"
              "PUT /a/b\n");
  });
  ASSERT_EQ(seen_.size(), 1U);
  EXPECT_EQ(seen_[0].method, "PUT");
  EXPECT_EQ(seen_[0].path, "/a/b");
  EXPECT_EQ(seen_[0].query, "x=1&y=%20");
  EXPECT_EQ(seen_[0].body, "body");
  EXPECT_EQ(seen_[0].headers[1], (std::pair<std::string, std::string>("x-some", "v")));
}

TEST_F(Serving, AConnectionIsKeptForMoreRequestsAlsoWhenTheyComeTogether) {
  serve({}, [&]() -> io::Task<void> {
    PeerForTest peer = connect();
    co_await peer.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
    std::string text = co_await peer.receive("/2\n");
    EXPECT_NE(text.find("GET /1\n"), text.npos);
    co_await peer.send("GET /3 HTTP/1.0\r\n\r\n");  // 1.0 ends the connection
    text = co_await peer.receive();
    EXPECT_TRUE(text.ends_with("Connection: close\r\n\r\nGET /3\n")) << text;
  });
}

TEST_F(Serving, ABodyMayComeInPiecesAndChunks) {
  serve({}, [&]() -> io::Task<void> {
    PeerForTest peer = connect();
    for (const char c :
         std::string_view("POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n"))
      co_await peer.send(std::string_view(&c, 1));
    co_await peer.receive("POST /x\n");
  });
  EXPECT_EQ(seen_.at(0).body, "abcd");
}

TEST_F(Serving, AnAnswerOfUnknownLengthIsChunked) {
  serve({}, [&]() -> io::Task<void> {
    const std::string text = co_await exchange("GET /stream HTTP/1.1\r\nConnection: close\r\n\r\n");
    EXPECT_NE(text.find("Transfer-Encoding: chunked\r\n"), text.npos);
    EXPECT_TRUE(text.ends_with("\r\n\r\n3\r\none\r\na\r\ntwo, three\r\n0\r\n\r\n")) << text;
  });
  EXPECT_TRUE(stream_open_);
}

TEST_F(Serving, AStreamEndsWhenItsClientGoes) {
  serve({}, [&]() -> io::Task<void> {
    {
      PeerForTest peer = connect();
      co_await peer.send("GET /endless HTTP/1.1\r\n\r\n");
      co_await peer.receive("xxx");
    }
    while (!endless_ended_) co_await io::sleep_for(1ms);
  });
}

TEST_F(Serving, HeadHasNoBody) {
  serve({}, [&]() -> io::Task<void> {
    const std::string text = co_await exchange("HEAD /none HTTP/1.1\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(text.starts_with("HTTP/1.1 404 Not Found\r\n"));
    EXPECT_TRUE(text.ends_with("\r\n\r\n"));
  });
}

TEST_F(Serving, WhatIsTooLargeIsRefusedBeforeItIsRead) {
  serve({.body_limit = 10}, [&]() -> io::Task<void> {
    std::string text = co_await exchange("POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\n");
    EXPECT_TRUE(text.starts_with("HTTP/1.1 413 Payload Too Large\r\n")) << text;
    EXPECT_NE(text.find("Connection: close\r\n"), text.npos);
    text = co_await exchange("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nabcdefghijk\r\n");
    EXPECT_TRUE(text.starts_with("HTTP/1.1 413 ")) << text;
    text = co_await exchange("GET / HTTP/1.1\r\nX: " + std::string(16 * 1024, 'x'));
    EXPECT_TRUE(text.starts_with("HTTP/1.1 431 ")) << text;
    text = co_await exchange("GET /" + std::string(16 * 1024, 'x'));
    EXPECT_TRUE(text.starts_with("HTTP/1.1 431 ")) << text;
  });
  EXPECT_TRUE(seen_.empty());
}

TEST_F(Serving, WhatIsNoHttpIsRefused) {
  serve({}, [&]() -> io::Task<void> {
    for (const char* bytes :
         {"\x16\x03\x01\x02", "<14>1 - - - - - - hello\n", "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
          "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"}) {
      const std::string text = co_await exchange(bytes);
      EXPECT_TRUE(text.starts_with("HTTP/1.1 400 Bad Request\r\n")) << bytes << text;
    }
  });
  EXPECT_TRUE(seen_.empty());
}

TEST_F(Serving, ASlowClientIsLeft) {
  serve({.idle_timeout = 20ms}, [&]() -> io::Task<void> {
    PeerForTest silent = connect(), slow = connect();
    co_await slow.send("GET / HT");
    const std::string nothing = co_await silent.receive();
    const std::string less = co_await slow.receive();
    EXPECT_EQ(nothing + less, "");
  });
}

TEST_F(Serving, OverTheLimitWhoHasWaitedLongestForARequestIsClosed) {
  serve({.max_connections = 1}, [&]() -> io::Task<void> {
    PeerForTest first = connect();
    co_await first.send("GET /1 HTTP/1.1\r\n\r\nGET /");
    co_await first.receive("/1\n");
    PeerForTest second = connect();
    co_await second.send("GET /2 HTTP/1.1\r\n\r\n");
    const std::string text = co_await second.receive("/2\n");
    EXPECT_TRUE(text.ends_with("GET /2\n"));
    const std::string rest = co_await first.receive();
    EXPECT_EQ(rest, "");
  });
}

TEST_F(Serving, StopEndsWhoIsConnected) {
  std::optional<PeerForTest> peer;
  serve({}, [&]() -> io::Task<void> {
    peer.emplace(connect());
    co_await peer->send("GET /1 HTTP/1.1\r\n\r\n");
    co_await peer->receive("/1\n");
  });
  test_.run([&]() -> io::Task<void> {
    const std::string rest = co_await peer->receive();
    EXPECT_EQ(rest, "");
  });
}

TEST(Query, IsDecodedOnce) {
  EXPECT_EQ(decode_query("%41+b%2520"), "A b%20");
  for (const char* text : {"%", "%4", "%zz", "a%"}) EXPECT_EQ(decode_query(text), text);
  EXPECT_EQ(query_value("a=1&b=x%20y&c", "b"), "x y");
  EXPECT_EQ(query_value("a=1&b=2&b=3", "b"), "2");
  EXPECT_EQ(query_value("a=1&c", "c"), "");
  EXPECT_EQ(query_value("", "a"), "");
  EXPECT_EQ(query_value("aa=1&=2&a=3", "a"), "3");
}

}  // namespace
}  // namespace longshore::http
