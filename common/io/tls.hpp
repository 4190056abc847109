// TLS settings for servers and clients, made once and shared by connections. TLS 1.2 and 1.3 only.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "common/base/result.hpp"

namespace longshore::io {

struct TlsServerOptions {
  std::string cert_file;       // PEM, with the chain
  std::string key_file;        // PEM
  std::string client_ca_file;  // if given, a client must show a certificate signed by it
};
struct TlsClientOptions {
  std::string ca_file;    // empty: SSL_CERT_FILE, else /etc/ssl/certs/ca-certificates.crt
  std::string cert_file;  // a client certificate, or empty
  std::string key_file;
};

// Errors name the file and what is wrong with it (Code::not_found, invalid).
base::Result<std::shared_ptr<boost::asio::ssl::context>> make_tls_server(const TlsServerOptions& options);
// Verifies the peer; the caller sets the host name of each stream (ssl::host_name_verification and SNI).
base::Result<std::shared_ptr<boost::asio::ssl::context>> make_tls_client(const TlsClientOptions& options);

}  // namespace longshore::io
