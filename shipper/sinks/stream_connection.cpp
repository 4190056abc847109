#include "shipper/sinks/stream_connection.hpp"

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "common/io/sleep.hpp"
#include "shipper/sinks/tcp_progress.hpp"

namespace longshore::shipper {
namespace {

using base::Code;
using Socket = boost::asio::ip::tcp::socket;

constexpr std::size_t kPiece = 64 * 1024;  // each must move within the limit

// Closes the socket when the time is over, which ends whatever is awaited on it; forgets it when destroyed.
class Watchdog {
 public:
  Watchdog(Socket& socket, base::Duration limit)
      : timer_(socket.get_executor(), limit), fired_(std::make_shared<bool>(false)) {
    timer_.async_wait([&socket, fired = fired_](const boost::system::error_code& error) {
      if (error) return;
      *fired = true;
      boost::system::error_code ignored;
      socket.close(ignored);
    });
  }
  bool fired() const { return *fired_; }

 private:
  boost::asio::steady_timer timer_;
  std::shared_ptr<bool> fired_;
};

base::Error error_of(const std::string& name, const char* what, const boost::system::error_code& error, bool timed_out) {
  if (timed_out) return {Code::timeout, name + ": " + what + ": no progress in time"};
  return {Code::closed, name + ": " + what + ": " + error.message()};
}

}  // namespace

io::Task<base::Result<std::shared_ptr<StreamConnection>>> StreamConnection::open(boost::asio::any_io_executor loop,
                                                                                 io::Endpoint peer, io::TlsClientOptions tls,
                                                                                 base::Duration limit) {
  std::shared_ptr<StreamConnection> made(new StreamConnection(loop, peer.text()));
  const Watchdog watchdog(made->socket_, limit);
  base::Result<void> connected = co_await made->connect(std::move(peer), std::move(tls));
  if (connected) co_return made;
  if (watchdog.fired()) connected = base::fail(Code::timeout, made->name_ + ": connect: no answer in time");
  co_return base::fail(std::move(connected).error());
}

io::Task<base::Result<void>> StreamConnection::connect(io::Endpoint peer, io::TlsClientOptions tls) {
  boost::asio::ip::tcp::resolver resolver(socket_.get_executor());
  const std::string port = std::to_string(peer.port);
  const auto [resolve_error, addresses] = co_await resolver.async_resolve(peer.host, port, io::kNoThrow);
  if (resolve_error) co_return base::fail(Code::unavailable, name_ + ": " + resolve_error.message());
  const auto [connect_error, address] = co_await boost::asio::async_connect(socket_, addresses, io::kNoThrow);
  if (connect_error) co_return base::fail(Code::unavailable, name_ + ": connect: " + connect_error.message());
  boost::system::error_code ignored;
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  socket_.set_option(boost::asio::socket_base::keep_alive(true), ignored);
  if (peer.transport != io::Transport::tls) co_return base::Result<void>{};

  auto context = io::make_tls_client(tls);
  if (!context) co_return base::fail(std::move(context).error());
  context_ = *context;
  tls_.emplace(socket_, *context_);
  tls_->set_verify_callback(boost::asio::ssl::host_name_verification(peer.host));
  boost::system::error_code not_an_address;
  boost::asio::ip::make_address(peer.host, not_an_address);
  if (not_an_address) SSL_set_tlsext_host_name(tls_->native_handle(), peer.host.c_str());
  const auto [shake_error] = co_await tls_->async_handshake(boost::asio::ssl::stream_base::client, io::kNoThrow);
  if (shake_error) co_return base::fail(Code::permission, name_ + ": TLS: " + shake_error.message());
  co_return base::Result<void>{};
}

io::Task<base::Result<void>> StreamConnection::write(std::string_view bytes, base::Duration limit) {
  while (!bytes.empty()) {
    const Watchdog watchdog(socket_, limit);
    const auto piece = boost::asio::buffer(bytes.data(), std::min(bytes.size(), kPiece));
    boost::system::error_code error;
    std::size_t count = 0;
    if (tls_) {
      std::tie(error, count) = co_await boost::asio::async_write(*tls_, piece, io::kNoThrow);
    } else {
      std::tie(error, count) = co_await boost::asio::async_write(socket_, piece, io::kNoThrow);
    }
    if (error) co_return base::fail(error_of(name_, "write", error, watchdog.fired()));
    bytes.remove_prefix(count);
  }
  co_return base::Result<void>{};
}

io::Task<base::Result<void>> StreamConnection::acknowledged(base::Duration limit) {
  constexpr base::Duration kFirstLook = std::chrono::milliseconds(1);
  constexpr base::Duration kLongestLook = std::chrono::milliseconds(20);
  std::optional<TcpProgress> progress = tcp_progress(socket_.native_handle());
  if (!progress) co_return base::fail(Code::closed, name_ + ": the connection is closed");
  const std::uint64_t target = progress->acknowledged + progress->pending;
  std::uint64_t seen = progress->acknowledged;
  base::Duration waited{}, look = kFirstLook;
  while (progress && progress->established && progress->pending > 0 && progress->acknowledged < target) {
    if (waited >= limit) co_return base::fail(Code::timeout, name_ + ": the peer acknowledges nothing");
    co_await io::sleep_for(look);
    waited += look;
    look = std::min(2 * look, kLongestLook);
    progress = tcp_progress(socket_.native_handle());
    if (progress && progress->acknowledged != seen) waited = {};
    if (progress) seen = progress->acknowledged;
  }
  // A peer that has closed may have thrown away what its kernel had acknowledged.
  if (!progress || !progress->established) co_return base::fail(Code::closed, name_ + ": the peer closed the connection");
  co_return base::Result<void>{};
}

bool StreamConnection::alive() {
  const std::optional<TcpProgress> progress = tcp_progress(socket_.native_handle());
  return progress && progress->established;
}

}  // namespace longshore::shipper
