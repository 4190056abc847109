// Stream connections (TCP, TLS, unix): accept, read straight into the open batch, speak the protocol, close. One coroutine a
// connection; all on the loop thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "common/base/clock.hpp"
#include "common/base/duration.hpp"
#include "common/base/unique_fd.hpp"
#include "common/io/task_group.hpp"
#include "shipper/pipeline/intake.hpp"
#include "shipper/sources/source.hpp"
#include "shipper/sources/stream_protocol.hpp"

namespace longshore::shipper {

struct StreamSourceOptions {
  SourceId source = 0;
  std::size_t max_connections = 10'000;
  std::size_t max_held =
      std::size_t{64} << 20;  // bytes of incomplete frames over all connections; above it the largest ends
  base::Duration idle_timeout = base::Duration::zero();  // 0: none
  bool proxy_protocol = false;                           // a PROXY v1 or v2 header comes first and names the real peer
};

class StreamSource final : public Source {
 public:
  // `listener`: bound, listening, non-blocking. `tls` null for plain streams. `intake` and `clock` outlive this.
  StreamSource(boost::asio::any_io_executor loop, StreamSourceOptions options, base::UniqueFd listener,
               std::shared_ptr<boost::asio::ssl::context> tls, StreamProtocolFactory protocol, Intake& intake,
               const base::Clock& clock);
  ~StreamSource() override;

  void start() override;
  // Lets messages out that waited long enough for their rest. A few times a second.
  void expire(base::Timestamp now) override;
  // Stops accepting, ends our half of each connection, and reads what senders had sent until they noticed: to the end of
  // their half, or until nothing came for kQuiet, at most kDrain. What is held becomes events. Afterwards nothing touches
  // the intake.
  io::Task<void> stop() override;

  std::map<std::string, std::int64_t> gauges() const override;

 private:
  static constexpr base::Duration kQuiet = std::chrono::milliseconds(200);
  static constexpr base::Duration kDrain = std::chrono::seconds(2);

  class Connection;
  io::Task<void> accept_loop();
  // Takes connections until none waits; false: one that waits could not be taken (errno).
  bool accept_waiting();
  io::Task<void> serve(base::UniqueFd socket, std::string peer);

  boost::asio::any_io_executor loop_;
  StreamSourceOptions options_;
  base::UniqueFd listener_;
  std::shared_ptr<boost::asio::ssl::context> tls_;
  StreamProtocolFactory protocol_;
  Intake& intake_;
  const base::Clock& clock_;
  std::set<Connection*> connections_;
  bool draining_ = false;
  std::chrono::steady_clock::time_point last_read_;  // from any connection
  std::size_t held_ = 0;
  std::uint64_t refused_ = 0;
  std::set<Connection*> waiting_;  // with messages that wait for their rest
  io::TaskGroup accepting_;
  io::TaskGroup tasks_;  // last: its tasks use all the rest
};

}  // namespace longshore::shipper
