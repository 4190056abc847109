#include "shipper/sinks/stream_sender.hpp"

#include <utility>

#include "shipper/sinks/stream_connection.hpp"

namespace longshore::shipper {

StreamSender::StreamSender(boost::asio::any_io_executor loop, io::Timers& timers, io::Endpoint peer, StreamCommon options)
    : loop_(loop), peer_(std::move(peer)), options_(std::move(options)), written_(std::move(loop), timers) {}

StreamSender::~StreamSender() = default;

void StreamSender::close() { connection_.reset(); }

io::Task<Outcome> StreamSender::send(const Payload& payload) {
  const base::Result<void> result = co_await deliver(payload);
  if (result) co_return Outcome{};
  const bool refused = result.error().code == base::Code::permission;  // a certificate: a person must look at it
  co_return Outcome{.verdict = refused ? Verdict::hold : Verdict::retry, .reason = result.error().message};
}

io::Task<base::Result<void>> StreamSender::deliver(const Payload& payload) {
  while (writing_) co_await written_.wait();
  writing_ = true;
  struct Release {
    StreamSender& sender;
    ~Release() { free(); }
    void free() {
      if (!std::exchange(held, false)) return;
      sender.writing_ = false;
      sender.written_.notify();
    }
    bool held = true;
  } release{*this};
  if (!connection_ || !connection_->alive()) {
    connection_.reset();
    const io::TlsClientOptions tls{
        .ca_file = options_.ca_file, .cert_file = options_.cert_file, .key_file = options_.key_file};
    auto opened = co_await StreamConnection::open(loop_, peer_, tls, options_.timeout);
    if (!opened) co_return base::fail(std::move(opened).error());
    connection_ = std::move(*opened);
  }
  const std::shared_ptr<StreamConnection> connection = connection_;
  base::Result<void> result = co_await connection->write(*payload.body, options_.timeout);
  release.free();  // the next payload may follow while this one is on its way
  if (result) result = co_await connection->acknowledged(options_.timeout);
  if (!result && connection_ == connection) connection_.reset();
  co_return result;
}

}  // namespace longshore::shipper
