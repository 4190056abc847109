#include "shipper/sources/datagram_source.hpp"

#include <sys/socket.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "common/io/sleep.hpp"
#include "common/telemetry/log.hpp"

namespace longshore::shipper {
namespace {

using boost::asio::posix::stream_descriptor;

// A pause after a short burst makes the next one longer: fewer wake-ups. Only where the kernel buffers far more than arrives
// in it.
constexpr auto kPause = std::chrono::milliseconds(2);
constexpr int kRoomyBuffer = 4 << 20;
constexpr int kBurstsPerTurn = 16;

}  // namespace

DatagramSource::DatagramSource(boost::asio::any_io_executor loop, SourceId source, base::UniqueFd socket, std::size_t limit,
                               std::unique_ptr<DatagramProtocol> protocol, Intake& intake, const base::Clock& clock)
    : loop_(loop),
      source_(source),
      socket_(std::move(socket)),
      protocol_(std::move(protocol)),
      intake_(intake),
      clock_(clock),
      receiver_(limit),
      tasks_(loop) {
  const int on = 1;
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
  int buffer = 0;
  socklen_t size = sizeof buffer;
  ::getsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &buffer, &size);
  roomy_ = buffer >= kRoomyBuffer;
}

void DatagramSource::start() { tasks_.spawn("datagrams", read_loop()); }

void DatagramSource::expire(base::Timestamp now) {
  Batch& batch = intake_.batch();
  const std::size_t first = batch.events.size();
  DropCounter lost;
  protocol_->expire(batch, now, lost);
  receiver_.ask_kernel(socket_.get());
  lost.drop("kernel_udp", receiver_.take_dropped());
  intake_.finish(source_, first, 0);
  for (const auto& [reason, count] : lost.dropped) intake_.drop(source_, reason, count);
}

io::Task<void> DatagramSource::stop() {
  tasks_.cancel();
  co_await tasks_.join();
  while (intake_.accepting() && read_some()) {
  }
  expire(base::Timestamp{INT64_MAX});
}

// One burst; false when nothing was waiting.
bool DatagramSource::read_some() {
  const base::Result<std::span<const Datagram>> datagrams = receiver_.receive(socket_.get());
  if (!datagrams) {
    telemetry::log_error("datagrams cannot be read", {{"why", datagrams.error().message}});
    return false;
  }
  if (datagrams->empty()) return false;
  Batch& batch = intake_.batch();
  const std::size_t first = batch.events.size();
  const base::Timestamp now = clock_.now();
  std::size_t bytes = 0;
  DropCounter lost;
  for (const Datagram& datagram : *datagrams) {
    bytes += datagram.bytes.size();
    protocol_->feed(batch, datagram, now, lost);
  }
  lost.drop("kernel_udp", receiver_.take_dropped());
  intake_.finish(source_, first, bytes);
  for (const auto& [reason, count] : lost.dropped) intake_.drop(source_, reason, count);
  return datagrams->size() == DatagramReceiver::kMessages;
}

io::Task<void> DatagramSource::read_loop() {
  // The descriptor is watched through a copy, so that stop() can still read from the socket.
  stream_descriptor watched(loop_, ::dup(socket_.get()));
  for (;;) {
    const auto [error] = co_await watched.async_wait(stream_descriptor::wait_read, io::kNoThrow);
    if (error) co_return;
    // While the spool is full nothing is read: the kernel drops, and counts.
    if (!intake_.accepting()) co_await intake_.wait_accepting();
    bool full = true;
    for (int burst = 0; full && burst < kBurstsPerTurn && intake_.accepting(); ++burst) full = read_some();
    if (!full && roomy_) co_await io::sleep_for(kPause);
  }
}

}  // namespace longshore::shipper
