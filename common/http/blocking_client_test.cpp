#include "common/http/blocking_client.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <thread>

#include "common/http/server.hpp"
#include "common/io/certificate_for_test.hpp"
#include "common/io/endpoint.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::http {
namespace {

using namespace std::chrono_literals;
using base::Code;

// A server on a thread of its own.
class Peer {
 public:
  explicit Peer(Handler handler)
      : listener_(io::open_listener(io::parse_endpoint("tcp://127.0.0.1:0").value()).value()),
        port(io::bound_port(listener_.get())),
        server_(loop_.get_executor(), std::move(listener_), std::move(handler)),
        tasks_(loop_.get_executor()) {
    server_.start();
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~Peer() {
    boost::asio::post(loop_, [this] { tasks_.spawn("stop", server_.stop()); });
    thread_.join();
  }
  std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port) + path; }

 private:
  base::UniqueFd listener_;

 public:
  const std::uint16_t port;

 private:
  boost::asio::io_context loop_{1};
  Server server_;
  io::TaskGroup tasks_;
  std::thread thread_;
};

TEST(BlockingClient, AsksOneAfterTheOtherFromAnyThread) {
  std::atomic<int> count = 0;
  const Peer peer([&](const ServerRequest& request) -> io::Task<ServerResponse> {
    ++count;
    co_return ServerResponse{.body = request.method + request.path + request.body, .headers = {}, .stream = {}};
  });
  BlockingClient client;
  EXPECT_EQ(client.send({.url = peer.url("/a")})->body, "GET/a");
  std::thread([&] {
    const auto body = std::make_shared<const std::string>("{}");
    EXPECT_EQ(client.send({.method = "POST", .url = peer.url("/b"), .body = body})->body, "POST/b{}");
  }).join();
  EXPECT_EQ(count, 2);
}

TEST(BlockingClient, ALongAnswerComesInPiecesAndAnErrorAsAWhole) {
  const Peer peer([&](const ServerRequest& request) -> io::Task<ServerResponse> {
    if (request.path == "/bad") co_return ServerResponse{.status = 500, .body = "sorry", .headers = {}, .stream = {}};
    co_return ServerResponse{.body = std::string(1 << 20, 'x'), .headers = {}, .stream = {}};
  });
  BlockingClient client({.body_limit = 10});
  std::size_t size = 0;
  const auto add = [&](std::string_view piece) { size += piece.size(); };
  const auto answer = client.send({.url = peer.url("/"), .on_body = add});
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "");
  EXPECT_EQ(size, 1U << 20);
  EXPECT_EQ(client.send({.url = peer.url("/bad"), .on_body = add})->body, "sorry");
  EXPECT_EQ(size, 1U << 20);
}

TEST(BlockingClient, AnAnswerThatDoesNotComeIsWaitedForNoLonger) {
  const base::UniqueFd listener = io::open_listener(io::parse_endpoint("tcp://127.0.0.1:0").value()).value();
  BlockingClient client;
  const std::string url = "http://127.0.0.1:" + std::to_string(io::bound_port(listener.get()));
  EXPECT_EQ(client.send({.url = url, .timeout = 30ms}).error().code, Code::timeout);
  EXPECT_EQ(client.send({.url = url, .timeout = 30ms}).error().code, Code::timeout);
}

// A TLS server that only lets in who has a certificate of its authority; says the client's name.
class TlsPeer {
 public:
  explicit TlsPeer(const std::string& folder)
      : authority(folder, "authority"), server(folder, "server", &authority), client(folder, "client", &authority) {
    context_.use_certificate_chain_file(server.cert_file);
    context_.use_private_key_file(server.key_file, boost::asio::ssl::context::pem);
    context_.load_verify_file(authority.cert_file);
    context_.set_verify_mode(boost::asio::ssl::verify_peer | boost::asio::ssl::verify_fail_if_no_peer_cert);
    thread_ = std::thread([this] { serve(); });
  }
  ~TlsPeer() {
    stopping_ = true;
    {
      boost::asio::ip::tcp::socket wake(loop_);
      boost::system::error_code ignored;
      wake.connect(acceptor_.local_endpoint(), ignored);
    }
    thread_.join();
  }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }
  const io::CertificateForTest authority, server, client;

 private:
  void serve() {
    while (!stopping_) {
      boost::system::error_code error;
      boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream(acceptor_.accept(), context_);
      stream.handshake(boost::asio::ssl::stream_base::server, error);
      if (error) continue;
      boost::asio::streambuf request;
      boost::asio::read_until(stream, request, "\r\n\r\n", error);
      X509* const theirs = SSL_get1_peer_certificate(stream.native_handle());
      char name[64] = {};
      X509_NAME_get_text_by_NID(X509_get_subject_name(theirs), NID_commonName, name, sizeof name);
      X509_free(theirs);
      const std::string body = name;
      boost::asio::write(stream,
                         boost::asio::buffer("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
                                             std::to_string(body.size()) + "\r\n\r\n" + body),
                         error);
      stream.shutdown(error);
    }
  }

  boost::asio::io_context loop_;
  boost::asio::ssl::context context_{boost::asio::ssl::context::tls_server};
  boost::asio::ip::tcp::acceptor acceptor_{loop_, {boost::asio::ip::make_address("127.0.0.1"), 0}};
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

TEST(BlockingClient, ShowsItsCertificateWhereOneIsAskedFor) {
  const TemporaryFolder folder;
  const TlsPeer peer(folder.path());
  BlockingClient known(
      {.ca_file = peer.authority.cert_file, .cert_file = peer.client.cert_file, .key_file = peer.client.key_file});
  const auto answer = known.send({.url = peer.url()});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "client");
  BlockingClient unknown({.ca_file = peer.authority.cert_file});
  EXPECT_FALSE(unknown.send({.url = peer.url()}));
  BlockingClient stranger({.ca_file = peer.client.cert_file});
  EXPECT_EQ(stranger.send({.url = peer.url()}).error().code, Code::permission);
  BlockingClient without_key(
      {.ca_file = peer.authority.cert_file, .cert_file = peer.client.cert_file, .key_file = "/nowhere"});
  EXPECT_EQ(without_key.send({.url = peer.url()}).error().code, Code::permission);
}

}  // namespace
}  // namespace longshore::http
