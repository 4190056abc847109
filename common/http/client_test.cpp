#include "common/http/client.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <optional>

#include "common/http/peer_for_test.hpp"
#include "common/http/server.hpp"
#include "common/io/certificate_for_test.hpp"
#include "common/io/sleep.hpp"
#include "common/io/task_group.hpp"
#include "common/io/tls.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::http {
namespace {

using namespace std::chrono_literals;
using base::Code;
using Answer = base::Result<Response>;

class Requests : public ::testing::Test {
 protected:
  Requests() { listen("127.0.0.1"); }
  void listen(const std::string& address) {
    listener_ = listen_on_loopback(address);
    url_ = "http://" + address + ":" + std::to_string(io::bound_port(listener_.get()));
  }

  // One exchange with a peer that reads the request's head and then says `bytes`, and closes.
  Answer answer_to(const std::string& bytes, ClientOptions options = {}, Request request = {}) {
    Answer answer = base::fail(Code::io, "none");
    request.url = url_ + "/secret-path";
    test_.run([&]() -> io::Task<void> {
      io::TaskGroup peers(test_.loop.get_executor());
      const auto talk = [&]() -> io::Task<void> {
        PeerForTest peer = co_await PeerForTest::accept(test_.loop, listener_);
        sent_ = co_await peer.receive("\r\n\r\n");
        co_await peer.send(bytes);
      };
      peers.spawn("peer", talk());
      Client client(test_.loop.get_executor(), options);
      answer = co_await client.send(request);
      co_await peers.join();
    });
    return answer;
  }

  // A braced request beside co_await would be destroyed twice (GCC 12).
  static io::Task<Answer> get(Client& client, std::string url, base::Duration timeout = 5s) {
    const Request request{.url = std::move(url), .timeout = timeout};
    co_return co_await client.send(request);
  }

  io::LoopForTest test_;
  base::UniqueFd listener_;
  std::string url_, sent_;
};

TEST_F(Requests, AnAnswerHasStatusHeadersAndBody) {
  const Answer answer = answer_to("HTTP/1.1 503 Busy\r\nRetry-After:  7 \r\nX-A: b:c\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->header("retry-after"), "7");
  EXPECT_EQ(answer->header("x-a"), "b:c");
  EXPECT_EQ(answer->header("none"), "");
  EXPECT_EQ(answer->body, "abc");
}

TEST_F(Requests, AreSentAsAsked) {
  Request request;
  request.method = "PUT";
  request.headers = {{"X-LOGGLY-TAG", "a,b"}};
  request.body = std::make_shared<const std::string>("line");
  answer_to("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", {.user_agent = "longshore/test"}, request);
  EXPECT_TRUE(sent_.starts_with("PUT /secret-path HTTP/1.1\r\n")) << sent_;
  EXPECT_NE(sent_.find("X-LOGGLY-TAG: a,b\r\n"), sent_.npos);
  EXPECT_NE(sent_.find("User-Agent: longshore/test\r\n"), sent_.npos);
  EXPECT_NE(sent_.find("Content-Length: 4\r\n"), sent_.npos);
  EXPECT_EQ(sent_.find("Expect:"), sent_.npos);
}

TEST_F(Requests, TheFinalAnswerCounts) {
  const Answer answer = answer_to(
      "HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: "
      "chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->header("x-interim"), "");
  EXPECT_EQ(answer->body, "ok");
}

TEST_F(Requests, NoMoreOfABodyIsKeptThanTheLimit) {
  const Answer answer =
      answer_to("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'x'), {.body_limit = 10});
  EXPECT_EQ(answer->body, "xxxxxxxxxx");
}

TEST_F(Requests, ARedirectIsAnAnswerLikeAnyOther) {
  EXPECT_EQ(answer_to("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")->status, 302);
}

TEST_F(Requests, HalfAnAnswerIsAClosedConnectionAndErrorsKeepThePathToThemselves) {
  const Answer answer = answer_to("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  EXPECT_EQ(answer.error().code, Code::closed);
  EXPECT_TRUE(answer.error().message.starts_with(url_ + ": ")) << answer.error().message;
  EXPECT_EQ(answer.error().message.find("secret-path"), std::string::npos);
  EXPECT_EQ(answer_to("").error().code, Code::closed);
}

TEST_F(Requests, NobodyThereIsUnavailable) {
  listener_.reset();
  test_.run([&]() -> io::Task<void> {
    Client client(test_.loop.get_executor());
    const Answer answer = co_await get(client, url_);
    EXPECT_EQ(answer.error().code, Code::unavailable);
  });
}

TEST_F(Requests, WhatIsNoUrlIsRefused) {
  test_.run([&]() -> io::Task<void> {
    Client client(test_.loop.get_executor());
    for (const char* url : {"", "http://", "http://a b/", "ftp://127.0.0.1/", "file:///etc/passwd"}) {
      const Answer answer = co_await get(client, url);
      EXPECT_EQ(answer.error().code, Code::invalid) << url;
    }
  });
}

TEST_F(Requests, OneThatIsNeverAnsweredTimesOut) {
  test_.run([&]() -> io::Task<void> {
    Client client(test_.loop.get_executor());
    const Answer answer = co_await get(client, url_, 20ms);  // the kernel accepts, nobody answers
    EXPECT_EQ(answer.error().code, Code::timeout);
  });
}

TEST_F(Requests, OneThatIsCancelledEndsAtOnceAndTheClientGoesOn) {
  test_.run([&]() -> io::Task<void> {
    Client client(test_.loop.get_executor());
    io::TaskGroup group(test_.loop.get_executor());
    std::optional<Answer> answer;
    const auto ask = [&]() -> io::Task<void> { answer = co_await get(client, url_); };
    group.spawn("ask", ask());
    co_await io::sleep_for(5ms);
    group.cancel();
    co_await group.join();
    EXPECT_TRUE(!answer || answer->error().code == Code::closed);
    const Answer next = co_await get(client, url_, 5ms);
    EXPECT_EQ(next.error().code, Code::timeout);
  });
}

TEST_F(Requests, ThoseInFlightEndWithTheirClient) {
  test_.run([&]() -> io::Task<void> {
    std::optional<Client> client(test_.loop.get_executor());
    io::TaskGroup group(test_.loop.get_executor());
    std::optional<Answer> answer;
    const auto ask = [&]() -> io::Task<void> { answer = co_await get(*client, url_); };
    group.spawn("ask", ask());
    co_await io::sleep_for(5ms);
    client.reset();
    co_await group.join();
    EXPECT_EQ(answer->error().code, Code::closed);
  });
}

TEST_F(Requests, OneConnectionServesMany) {
  int connections = 0;
  test_.run([&]() -> io::Task<void> {
    io::TaskGroup peers(test_.loop.get_executor());
    const auto talk = [&]() -> io::Task<void> {
      PeerForTest peer = co_await PeerForTest::accept(test_.loop, listener_);
      ++connections;
      for (int i = 0; i < 3; ++i) {
        co_await peer.receive("\r\n\r\n");
        co_await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      }
    };
    peers.spawn("peer", talk());
    Client client(test_.loop.get_executor());
    for (int i = 0; i < 3; ++i) {
      const Answer answer = co_await get(client, url_);
      EXPECT_TRUE(answer);
    }
    co_await peers.join();
  });
  EXPECT_EQ(connections, 1);
}

TEST_F(Requests, ManyAtATimeReachOurOwnServerWhole) {
  const std::string large(1'000'000, 'b');
  test_.run([&]() -> io::Task<void> {
    const Handler handler = [](const ServerRequest& request) -> io::Task<ServerResponse> {
      ServerResponse response;
      response.body = std::to_string(request.body.size());
      co_return response;
    };
    Server server(test_.loop.get_executor(), std::move(listener_), handler, ServerOptions{.body_limit = 2'000'000});
    server.start();
    Client client(test_.loop.get_executor());
    io::TaskGroup group(test_.loop.get_executor());
    int right = 0;
    const auto ask = [&]() -> io::Task<void> {
      const Request request{.method = "POST", .url = url_, .body = std::make_shared<const std::string>(large)};
      const Answer answer = co_await client.send(request);
      if (answer && answer->body == "1000000") ++right;
    };
    for (int i = 0; i < 20; ++i) group.spawn("ask", ask());
    co_await group.join();
    EXPECT_EQ(right, 20);
    co_await server.stop();
  });
}

TEST_F(Requests, MayGoThroughAUnixSocket) {
  const TemporaryFolder folder;
  listener_ = io::open_listener(io::parse_endpoint("unix-stream://" + (folder / "api")).value()).value();
  EXPECT_EQ(answer_to("HTTP/1.1 204 No Content\r\n\r\n", {.unix_socket = folder / "api"})->status, 204);
}

class TlsRequests : public Requests {
 protected:
  Answer ask(const std::string& ca_file) {
    Answer answer = base::fail(Code::io, "none");
    test_.run([&]() -> io::Task<void> {
      const auto tls = io::make_tls_server({host_.cert_file, host_.key_file, ""}).value();
      using boost::asio::ip::tcp;
      tcp::acceptor acceptor(test_.loop, tcp::v4(), listener_.release());
      io::TaskGroup peers(test_.loop.get_executor());
      const auto talk = [&]() -> io::Task<void> {
        auto [failed, socket] = co_await acceptor.async_accept(io::kNoThrow);
        boost::asio::ssl::stream<tcp::socket> stream(std::move(socket), *tls);
        const auto [refused] = co_await stream.async_handshake(boost::asio::ssl::stream_base::server, io::kNoThrow);
        if (refused) co_return;
        char request[4096];
        co_await stream.async_read_some(boost::asio::buffer(request), io::kNoThrow);
        const std::string_view text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        co_await boost::asio::async_write(stream, boost::asio::buffer(text), io::kNoThrow);
      };
      peers.spawn("peer", talk());
      const std::string url = "https" + url_.substr(4);
      const ClientOptions options{.ca_file = ca_file};
      Client client(test_.loop.get_executor(), options);
      answer = co_await get(client, url);
      co_await peers.join();
    });
    return answer;
  }

  TemporaryFolder folder_;
  io::CertificateForTest ca_{folder_.path(), "ca"}, other_{folder_.path(), "other"}, host_{folder_.path(), "host", &ca_};
};

TEST_F(TlsRequests, APeerOfTheGivenCaIsTrusted) { EXPECT_EQ(ask(ca_.cert_file)->status, 200); }

TEST_F(TlsRequests, APeerOfAnotherCaIsNot) { EXPECT_EQ(ask(other_.cert_file).error().code, Code::permission); }

TEST_F(TlsRequests, APeerOfAnotherNameIsNot) {
  listen("127.0.0.2");  // not in the certificate
  EXPECT_EQ(ask(ca_.cert_file).error().code, Code::permission);
}

TEST_F(TlsRequests, AMissingCaFileIsSaid) {
  test_.run([&]() -> io::Task<void> {
    const ClientOptions options{.ca_file = folder_ / "none"};
    Client client(test_.loop.get_executor(), options);
    const std::string url = "https" + url_.substr(4);
    const Answer answer = co_await get(client, url);
    EXPECT_EQ(answer.error().code, Code::permission);
  });
}

}  // namespace
}  // namespace longshore::http
