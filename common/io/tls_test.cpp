#include "common/io/tls.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <fstream>

#include "common/io/certificate_for_test.hpp"
#include "common/io/loop_for_test.hpp"
#include "common/io/task_group.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::io {
namespace {

using base::Code;
namespace ssl = boost::asio::ssl;
using Context = std::shared_ptr<ssl::context>;

class Tls : public ::testing::Test {
 protected:
  Context server(const TlsServerOptions& options) { return make_tls_server(options).value(); }
  Context client(const TlsClientOptions& options) { return make_tls_client(options).value(); }

  struct Greeting {
    std::string client_says, server_says;  // empty: no error
    std::string version;
  };
  // A handshake over a pair of sockets, then a byte each way: with TLS 1.3 the client learns only then that it is refused.
  Greeting greet(const Context& server_tls, const Context& client_tls, const std::string& name = "localhost") {
    using Stream = ssl::stream<boost::asio::local::stream_protocol::socket>;
    Greeting greeting;
    test_.run([&]() -> Task<void> {
      Stream server_side(boost::asio::local::stream_protocol::socket(test_.loop), *server_tls);
      Stream client_side(boost::asio::local::stream_protocol::socket(test_.loop), *client_tls);
      boost::asio::local::connect_pair(server_side.next_layer(), client_side.next_layer());
      client_side.set_verify_callback(ssl::host_name_verification(name));
      const auto talk = [](Stream& stream, ssl::stream_base::handshake_type side, std::string& says) -> Task<void> {
        char byte = 'x';
        const auto [failed] = co_await stream.async_handshake(side, kNoThrow);
        if (!failed) co_await stream.async_write_some(boost::asio::buffer(&byte, 1), kNoThrow);
        boost::system::error_code error = failed;
        if (!failed) error = std::get<0>(co_await stream.async_read_some(boost::asio::buffer(&byte, 1), kNoThrow));
        says = error ? error.message() : "";
        stream.next_layer().shutdown(boost::asio::socket_base::shutdown_both, error);
      };
      TaskGroup both(test_.loop.get_executor());
      both.spawn("server", talk(server_side, ssl::stream_base::server, greeting.server_says));
      both.spawn("client", talk(client_side, ssl::stream_base::client, greeting.client_says));
      co_await both.join();
      greeting.version = SSL_get_version(client_side.native_handle());
    });
    return greeting;
  }

  TemporaryFolder folder_;
  CertificateForTest ca_{folder_.path(), "ca"}, other_ca_{folder_.path(), "other"};
  CertificateForTest host_{folder_.path(), "host", &ca_}, stranger_{folder_.path(), "stranger", &other_ca_};
  TlsServerOptions plain_{.cert_file = host_.cert_file, .key_file = host_.key_file, .client_ca_file = ""};
  LoopForTest test_;
};

TEST_F(Tls, AClientThatKnowsTheCaIsServed) {
  const Greeting greeting = greet(server(plain_), client({.ca_file = ca_.cert_file, .cert_file = "", .key_file = ""}));
  EXPECT_EQ(greeting.client_says, "");
  EXPECT_EQ(greeting.server_says, "");
  EXPECT_EQ(greeting.version, "TLSv1.3");
}

TEST_F(Tls, AnUnknownCaIsRefused) {
  const Greeting greeting = greet(server(plain_), client({.ca_file = other_ca_.cert_file, .cert_file = "", .key_file = ""}));
  EXPECT_EQ(greeting.client_says, "certificate verify failed (SSL routines)");
}

TEST_F(Tls, AnotherNameIsRefused) {
  const auto tls = client({.ca_file = ca_.cert_file, .cert_file = "", .key_file = ""});
  EXPECT_EQ(greet(server(plain_), tls, "logs.example").client_says, "certificate verify failed (SSL routines)");
}

TEST_F(Tls, AServerThatWantsCertificatesTakesThoseOfItsCaOnly) {
  TlsServerOptions strict = plain_;
  strict.client_ca_file = ca_.cert_file;
  const auto greet_as = [&](const std::string& cert_file, const std::string& key_file) {
    return greet(server(strict), client({.ca_file = ca_.cert_file, .cert_file = cert_file, .key_file = key_file}));
  };
  EXPECT_EQ(greet_as(host_.cert_file, host_.key_file).server_says, "");
  EXPECT_EQ(greet_as("", "").server_says, "peer did not return a certificate (SSL routines)");
  EXPECT_EQ(greet_as(stranger_.cert_file, stranger_.key_file).server_says, "certificate verify failed (SSL routines)");
}

TEST_F(Tls, VersionsBefore12AreNotSpoken) {
  const auto old = client({.ca_file = ca_.cert_file, .cert_file = "", .key_file = ""});
  SSL_CTX_set_max_proto_version(old->native_handle(), TLS1_2_VERSION);
  EXPECT_EQ(greet(server(plain_), old).version, "TLSv1.2");
  SSL_CTX_set_security_level(old->native_handle(), 0);
  SSL_CTX_clear_options(old->native_handle(), SSL_OP_NO_TLSv1_1);
  SSL_CTX_set_min_proto_version(old->native_handle(), TLS1_1_VERSION);
  SSL_CTX_set_max_proto_version(old->native_handle(), TLS1_1_VERSION);
  EXPECT_NE(greet(server(plain_), old).server_says, "");
}

TEST_F(Tls, AFileThatIsMissingOrNoPemIsNamed) {
  const std::string none = folder_ / "none", junk = folder_ / "junk";
  std::ofstream(junk) << "not PEM";
  const auto server_says = [](const TlsServerOptions& options) { return make_tls_server(options).error(); };
  EXPECT_EQ(server_says({none, host_.key_file, ""}).code, Code::not_found);
  EXPECT_EQ(server_says({none, host_.key_file, ""}).message,
            "certificate " + none + " cannot be read: check the path and its permissions");
  EXPECT_EQ(server_says({junk, host_.key_file, ""}).code, Code::invalid);
  EXPECT_TRUE(server_says({host_.cert_file, junk, ""}).message.starts_with("private key " + junk + " is not usable PEM: "));
  EXPECT_TRUE(server_says({host_.cert_file, host_.key_file, junk}).message.starts_with("CA bundle " + junk));
  EXPECT_TRUE(make_tls_client({none, "", ""}).error().message.starts_with("CA bundle " + none));
}

TEST_F(Tls, AKeyOfAnotherCertificateIsRefused) {
  EXPECT_EQ(make_tls_server({host_.cert_file, stranger_.key_file, ""}).error().code, Code::invalid);
}

}  // namespace
}  // namespace longshore::io
