// One connection to a syslog peer, plain or TLS, that knows how much of what was written the peer's TCP has acknowledged.
// Loop thread.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/duration.hpp"
#include "common/base/result.hpp"
#include "common/io/endpoint.hpp"
#include "common/io/task.hpp"
#include "common/io/tls.hpp"

namespace longshore::shipper {

class StreamConnection {
 public:
  // Resolves, connects, and for Transport::tls shakes hands and verifies the peer's name; all within `limit`.
  static io::Task<base::Result<std::shared_ptr<StreamConnection>>> open(boost::asio::any_io_executor loop, io::Endpoint peer,
                                                                        io::TlsClientOptions tls, base::Duration limit);

  // All of `bytes` to the kernel, unless nothing moves for `limit`.
  io::Task<base::Result<void>> write(std::string_view bytes, base::Duration limit);
  // Until the peer has acknowledged all that has been written so far. Code::timeout when it acknowledged nothing for
  // `limit`; closed when the connection ended first.
  io::Task<base::Result<void>> acknowledged(base::Duration limit);
  bool alive();  // established in both directions

 private:
  using Tcp = boost::asio::ip::tcp::socket;
  using Tls = boost::asio::ssl::stream<Tcp&>;
  StreamConnection(boost::asio::any_io_executor loop, std::string name) : socket_(std::move(loop)), name_(std::move(name)) {}
  io::Task<base::Result<void>> connect(io::Endpoint peer, io::TlsClientOptions tls);

  Tcp socket_;
  std::shared_ptr<boost::asio::ssl::context> context_;
  std::optional<Tls> tls_;
  std::string name_;  // for errors
};

}  // namespace longshore::shipper
