#include "common/io/tls.hpp"

#include <unistd.h>

#include <cstdlib>

namespace longshore::io {
namespace {

using boost::asio::ssl::context;

base::Result<void> load(const std::string& what, const std::string& path, const auto& use) {
  if (::access(path.c_str(), R_OK) != 0)
    return base::fail(base::Code::not_found, what + " " + path + " cannot be read: check the path and its permissions");
  boost::system::error_code error;
  use(path, error);
  if (error) return base::fail(base::Code::invalid, what + " " + path + " is not usable PEM: " + error.message());
  return {};
}

base::Result<void> load_own(context& tls, const std::string& cert_file, const std::string& key_file) {
  TRY_VOID(load("certificate", cert_file,
                [&](const std::string& path, auto& error) { tls.use_certificate_chain_file(path, error); }));
  return load("private key", key_file,
              [&](const std::string& path, auto& error) { tls.use_private_key_file(path, context::pem, error); });
}

base::Result<void> load_ca(context& tls, const std::string& ca_file) {
  return load("CA bundle", ca_file, [&](const std::string& path, auto& error) { tls.load_verify_file(path, error); });
}

std::shared_ptr<context> make(context::method method) {
  auto tls = std::make_shared<context>(method);
  tls->set_options(context::default_workarounds | context::no_sslv2 | context::no_sslv3 | context::no_tlsv1 |
                   context::no_tlsv1_1);
  return tls;
}

}  // namespace

base::Result<std::shared_ptr<context>> make_tls_server(const TlsServerOptions& options) {
  auto tls = make(context::tls_server);
  TRY_VOID(load_own(*tls, options.cert_file, options.key_file));
  if (!options.client_ca_file.empty()) {
    TRY_VOID(load_ca(*tls, options.client_ca_file));
    tls->set_verify_mode(boost::asio::ssl::verify_peer | boost::asio::ssl::verify_fail_if_no_peer_cert);
  }
  return tls;
}

base::Result<std::shared_ptr<context>> make_tls_client(const TlsClientOptions& options) {
  auto tls = make(context::tls_client);
  const char* const from_environment = std::getenv("SSL_CERT_FILE");
  TRY_VOID(load_ca(*tls, !options.ca_file.empty()      ? options.ca_file
                         : from_environment != nullptr ? from_environment
                                                       : "/etc/ssl/certs/ca-certificates.crt"));
  if (!options.cert_file.empty()) TRY_VOID(load_own(*tls, options.cert_file, options.key_file));
  tls->set_verify_mode(boost::asio::ssl::verify_peer);
  return tls;
}

}  // namespace longshore::io
