// A datagram socket (UDP, unix): many datagrams a wake-up, each one message. Loop thread only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <string>

#include "common/base/clock.hpp"
#include "common/base/unique_fd.hpp"
#include "common/io/task_group.hpp"
#include "shipper/event/drop_counter.hpp"
#include "shipper/pipeline/intake.hpp"
#include "shipper/sources/datagram_receiver.hpp"
#include "shipper/sources/source.hpp"

namespace longshore::shipper {

// Makes events of one datagram; `peer` is its sender's address, empty for unix sockets.
class DatagramProtocol {
 public:
  virtual ~DatagramProtocol() = default;
  virtual void feed(Batch& batch, const Datagram& datagram, base::Timestamp now, DropCounter& lost) = 0;
  virtual void expire(Batch& batch, base::Timestamp now, DropCounter& lost) = 0;
};

class DatagramSource final : public Source {
 public:
  // `socket`: bound and non-blocking. `limit`: bytes kept of a datagram. The others outlive this.
  DatagramSource(boost::asio::any_io_executor loop, SourceId source, base::UniqueFd socket, std::size_t limit,
                 std::unique_ptr<DatagramProtocol> protocol, Intake& intake, const base::Clock& clock);

  void start() override;
  // Counts what the kernel dropped although no datagram came since, and lets out what waited long enough. A few times a
  // second.
  void expire(base::Timestamp now) override;
  // Reads what has already arrived, then stops. Afterwards nothing touches the intake.
  io::Task<void> stop() override;

 private:
  io::Task<void> read_loop();
  bool read_some();

  boost::asio::any_io_executor loop_;
  SourceId source_;
  base::UniqueFd socket_;
  bool roomy_ = false;  // the kernel buffers enough for a pause between reads
  std::unique_ptr<DatagramProtocol> protocol_;
  Intake& intake_;
  const base::Clock& clock_;
  DatagramReceiver receiver_;
  io::TaskGroup tasks_;
};

}  // namespace longshore::shipper
