// Delivers payloads over one TCP or TLS connection: syslog to a syslog-ng, or to Loggly's port 6514.
//
// Syslog has no acknowledgement. What the peer's TCP has acknowledged counts as delivered; all else is sent again after a
// reconnect. What a peer acknowledged and lost before reading it cannot be known: use HTTP where that matters.
#pragma once

#include <memory>
#include <string>

#include "common/io/endpoint.hpp"
#include "common/io/timers.hpp"
#include "shipper/config/sink_options.hpp"
#include "shipper/sinks/sender.hpp"

namespace longshore::shipper {

class StreamConnection;

class StreamSender final : public Sender {
 public:
  StreamSender(boost::asio::any_io_executor loop, io::Timers& timers, io::Endpoint peer, StreamCommon options);
  ~StreamSender() override;
  io::Task<Outcome> send(const Payload& payload) override;
  void close() override;

 private:
  io::Task<base::Result<void>> deliver(const Payload& payload);

  boost::asio::any_io_executor loop_;
  io::Endpoint peer_;
  StreamCommon options_;
  std::shared_ptr<StreamConnection> connection_;  // null until needed, and after it broke
  bool writing_ = false;                          // payloads are written one after the other, whole
  io::Signal written_;
};

}  // namespace longshore::shipper
