#include "shipper/sources/stream_source.hpp"

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <deque>
#include <utility>

#include "common/base/spare_descriptors.hpp"
#include "common/io/endpoint.hpp"
#include "common/io/sleep.hpp"
#include "common/telemetry/log.hpp"
#include "shipper/sources/proxy_header.hpp"
#include "shipper/sources/read_pause.hpp"

namespace longshore::shipper {
namespace {

using boost::asio::posix::stream_descriptor;

// A read of this size stays in the second-level cache until its lines are parsed; larger ones measure slower.
constexpr std::size_t kReadSize = 64 * 1024;
// More than this at once would no longer be in the cache when it is parsed.
constexpr int kMostAtOnce = 256 * 1024;

}  // namespace

// One connection: its coroutine reads, and answers are written by a second one that exists only while there are any.
class StreamSource::Connection : public std::enable_shared_from_this<StreamSource::Connection> {
 public:
  Connection(StreamSource& owner, base::UniqueFd socket, std::string peer)
      : owner_(owner),
        descriptor_(owner.loop_, socket.release()),
        last_read_(std::chrono::steady_clock::now()),
        pause_(buffer_size() / 4, last_read_),
        peer_(std::move(peer)) {
    owner_.connections_.insert(this);
  }
  ~Connection() {
    owner_.connections_.erase(this);
    owner_.held_ -= counted_;
    owner_.waiting_.erase(this);
  }

  io::Task<void> run() {
    if (owner_.options_.proxy_protocol) {
      const bool announced = co_await read_proxy_header();
      if (!announced) co_return;
    }
    if (owner_.tls_) {
      tls_ = std::make_unique<boost::asio::ssl::stream<stream_descriptor&>>(descriptor_, *owner_.tls_);
      watch(std::chrono::seconds(10));  // a handshake that never ends is no connection
      const auto [error] = co_await tls_->async_handshake(boost::asio::ssl::stream_base::server, io::kNoThrow);
      watch_.reset();
      if (error) co_return;
    }
    protocol_ = owner_.protocol_(peer_);
    answers_back_ = protocol_->set_answer([weak = weak_from_this()](std::string bytes) {
      if (const auto self = weak.lock()) self->answer(std::move(bytes));
    });
    if (owner_.draining_) end_our_half();
    if (owner_.options_.idle_timeout.count() > 0) watch(owner_.options_.idle_timeout);
    try {
      for (bool more = true; more;) more = co_await read_once();
    } catch (const boost::system::system_error&) {
      // Told to end while it waited for room.
    }
    finish();
    watch_.reset();
  }

  // Messages that wait for more, and have waited long enough.
  void expire(base::Timestamp now) {
    Intake& intake = owner_.intake_;
    Batch& batch = intake.batch();
    const std::size_t first = batch.events.size();
    protocol_->expire(batch, now);
    intake.finish(owner_.options_.source, first, 0);
    note_deadline();
  }
  base::Timestamp next_deadline() const { return protocol_->next_deadline(); }

  // The sender learns that nothing more is wanted, unless it would miss its answers: that one repeats what has none.
  void end_our_half() {
    if (!answers_back_) ::shutdown(descriptor_.native_handle(), SHUT_WR);
  }
  void shut() { ::shutdown(descriptor_.native_handle(), SHUT_RDWR); }
  std::size_t held() const { return counted_; }

 private:
  // Bytes that the socket's buffer takes, the kernel's own needs included; half of them can be used. A TCP socket begins
  // with a small one that grows only for who reads quickly: a low-water mark makes it grow at once, without privileges.
  std::size_t buffer_size() {
    set_low_water(2 * kMostAtOnce);
    set_low_water(1);
    int bytes = 0;
    socklen_t size = sizeof bytes;
    ::getsockopt(descriptor_.native_handle(), SOL_SOCKET, SO_RCVBUF, &bytes, &size);
    return static_cast<std::size_t>(std::min(4 * kMostAtOnce, bytes));
  }
  // How many bytes have to wait before the loop is woken: one, unless we pause.
  void set_low_water(int bytes) {
    if (std::exchange(low_water_, bytes) != bytes)
      ::setsockopt(descriptor_.native_handle(), SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes);
  }

  // False: the connection is over.
  io::Task<bool> read_once() {
    if (!owner_.intake_.accepting()) co_await owner_.intake_.wait_accepting();
    if (owner_.intake_.ahead()) co_await owner_.intake_.wait_turn();
    std::size_t count = 0;
    bool drained = false;
    if (tls_) {
      set_low_water(1);
      if (tls_buffer_.empty()) tls_buffer_.resize(kReadSize / 4);
      const auto [error, size] = co_await tls_->async_read_some(boost::asio::buffer(tls_buffer_), io::kNoThrow);
      if (error) co_return false;
      count = size;
      take([&](Arena& arena) {
        arena.append({tls_buffer_.data(), size});
        return static_cast<ssize_t>(size);
      });
      int waiting = 0;
      drained = ::ioctl(descriptor_.native_handle(), FIONREAD, &waiting) == 0 && waiting == 0;
    } else {
      ssize_t size = 0;
      take([&](Arena& arena) {
        size = ::read(descriptor_.native_handle(), arena.reserve(kReadSize).data(), kReadSize);
        if (size < 0) size = -errno;
        if (size > 0) arena.commit(static_cast<std::size_t>(size));
        return size;
      });
      if (size == 0 || (size < 0 && size != -EAGAIN && size != -EINTR)) co_return false;
      if (size < 0) {
        set_low_water(1);
        const auto [error] = co_await descriptor_.async_wait(stream_descriptor::wait_read, io::kNoThrow);
        co_return !error;
      }
      count = static_cast<std::size_t>(size);
      drained = count < kReadSize;
    }
    if (broken_) co_return false;
    last_read_ = owner_.last_read_ = std::chrono::steady_clock::now();
    pause_.read(count);
    const auto pause = drained ? pause_.drained(last_read_) : pause_.kNone;
    if (pause > pause_.kNone && !awaited_) {
      set_low_water(kMostAtOnce);
      co_return co_await io::sleep_for(pause);
    }
    // A sender that is always ready must not starve the others.
    co_await boost::asio::post(owner_.loop_, boost::asio::use_awaitable);
    co_return true;
  }

  // Lets `read` put bytes at the arena's end, behind what was held, and the protocol make events of them.
  template <class Read>
  void take(Read read) {
    Intake& intake = owner_.intake_;
    Batch& batch = intake.batch();
    const std::size_t first = batch.events.size();
    const std::size_t start = batch.arena.size();
    const std::size_t asked = batch.on_durable.size();
    protocol_->begin(batch);
    const std::size_t before = batch.arena.size();
    const ssize_t size = read(batch.arena);
    if (size <= 0) {
      // Nothing came: what begin() put goes back as it was.
      const Slice bytes{static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(before - start)};
      if (bytes.size > 0) broken_ = !protocol_->feed(batch, bytes, owner_.clock_.now());
    } else {
      const Slice bytes{static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(batch.arena.size() - start)};
      broken_ = !protocol_->feed(batch, bytes, owner_.clock_.now());
      if (broken_)
        telemetry::log_warn("connection closed: its sender breaks the protocol",
                            {{"peer", peer_}, {"why", protocol_->problem()}});
    }
    awaited_ = batch.on_durable.size() > asked;
    intake.finish(owner_.options_.source, first, size > 0 ? static_cast<std::size_t>(size) : 0);
    count_held();
    note_deadline();
  }

  void note_deadline() {
    if (protocol_->next_deadline() == StreamProtocol::kNever)
      owner_.waiting_.erase(this);
    else
      owner_.waiting_.insert(this);
  }

  void finish() {
    Intake& intake = owner_.intake_;
    Batch& batch = intake.batch();
    const std::size_t first = batch.events.size();
    protocol_->finish(batch, owner_.clock_.now());
    intake.finish(owner_.options_.source, first, 0);
  }

  void count_held() {
    const std::size_t now = protocol_->held();
    owner_.held_ = owner_.held_ - counted_ + now;
    counted_ = now;
    // Ten thousand senders with an unfinished line each must not fill the memory: who holds much when all is used up is
    // closed.
    if (owner_.held_ > owner_.options_.max_held && counted_ > owner_.options_.max_held / owner_.options_.max_connections)
      broken_ = true;
  }

  io::Task<bool> read_proxy_header() {
    watch(std::chrono::seconds(10));
    std::string bytes;
    for (;;) {
      char byte[256];
      // Byte by byte past what was peeked: what follows the header belongs to the protocol.
      const auto [error] = co_await descriptor_.async_wait(stream_descriptor::wait_read, io::kNoThrow);
      if (error) co_return false;
      const ssize_t seen = ::recv(descriptor_.native_handle(), byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT);
      if (seen == 0 || (seen < 0 && errno != EAGAIN)) co_return false;
      if (seen < 0) continue;
      const ProxyHeader header = parse_proxy_header({byte, static_cast<std::size_t>(seen)});
      if (header.state == ProxyHeader::State::none) {
        telemetry::log_warn("connection closed: it does not begin with a PROXY header", {{"peer", peer_}});
        co_return false;
      }
      if (header.state == ProxyHeader::State::complete) {
        [[maybe_unused]] const ssize_t taken = ::recv(descriptor_.native_handle(), byte, header.size, 0);
        if (!header.source.empty()) peer_ = header.source;
        watch_.reset();
        co_return true;
      }
      co_await io::sleep_for(std::chrono::milliseconds(5));  // the rest is on its way
    }
  }

  // Closes the socket when nothing was read for `limit`.
  void watch(base::Duration limit) {
    watch_ = std::make_unique<boost::asio::steady_timer>(owner_.loop_);
    last_read_ = std::chrono::steady_clock::now();
    watch_again(limit);
  }
  void watch_again(base::Duration limit) {
    watch_->expires_at(last_read_ + limit);
    watch_->async_wait([weak = weak_from_this(), limit](boost::system::error_code error) {
      const auto self = weak.lock();
      if (error || !self || !self->watch_) return;
      if (std::chrono::steady_clock::now() - self->last_read_ >= limit) return self->shut();
      self->watch_again(limit);
    });
  }

  void answer(std::string bytes) {
    answers_.push_back(std::move(bytes));
    if (std::exchange(answering_, true)) return;
    if (!owner_.tasks_.spawn("answer", write_answers(shared_from_this()))) answering_ = false;
  }
  static io::Task<void> write_answers(std::shared_ptr<Connection> self) {
    while (!self->answers_.empty()) {
      const std::string bytes = std::move(self->answers_.front());
      self->answers_.pop_front();
      boost::system::error_code error;
      if (self->tls_)
        error = std::get<0>(co_await boost::asio::async_write(*self->tls_, boost::asio::buffer(bytes), io::kNoThrow));
      else
        error = std::get<0>(co_await boost::asio::async_write(self->descriptor_, boost::asio::buffer(bytes), io::kNoThrow));
      if (error) break;
    }
    self->answering_ = false;
  }

  StreamSource& owner_;
  stream_descriptor descriptor_;
  std::unique_ptr<boost::asio::ssl::stream<stream_descriptor&>> tls_;
  std::unique_ptr<boost::asio::steady_timer> watch_;
  std::chrono::steady_clock::time_point last_read_;
  int low_water_ = 1;
  ReadPause pause_;
  std::string peer_;
  std::unique_ptr<StreamProtocol> protocol_;
  std::string tls_buffer_;
  std::deque<std::string> answers_;
  bool answering_ = false;
  bool answers_back_ = false;  // the protocol does
  bool awaited_ = false;       // what was read last asks for an answer: its sender may wait for it before it goes on
  bool broken_ = false;
  std::size_t counted_ = 0;  // what this adds to owner_.held_
};

StreamSource::StreamSource(boost::asio::any_io_executor loop, StreamSourceOptions options, base::UniqueFd listener,
                           std::shared_ptr<boost::asio::ssl::context> tls, StreamProtocolFactory protocol, Intake& intake,
                           const base::Clock& clock)
    : loop_(loop),
      options_(options),
      listener_(std::move(listener)),
      tls_(std::move(tls)),
      protocol_(std::move(protocol)),
      intake_(intake),
      clock_(clock),
      accepting_(loop),
      tasks_(loop) {}

StreamSource::~StreamSource() = default;

void StreamSource::start() { accepting_.spawn("accept", accept_loop()); }

void StreamSource::expire(base::Timestamp now) {
  for (auto next = waiting_.begin(); next != waiting_.end();) {
    Connection* const connection = *next++;
    if (connection->next_deadline() <= now) connection->expire(now);
  }
}

std::map<std::string, std::int64_t> StreamSource::gauges() const {
  return {{"connections", static_cast<std::int64_t>(connections_.size())}, {"refused", static_cast<std::int64_t>(refused_)}};
}

io::Task<void> StreamSource::stop() {
  accepting_.cancel();
  co_await accepting_.join();
  accept_waiting();
  listener_.reset();  // who comes from now on is refused, and keeps its lines
  draining_ = true;
  for (Connection* connection : connections_) connection->end_our_half();
  const auto begin = last_read_ = std::chrono::steady_clock::now();
  for (auto now = begin; tasks_.size() > 0 && now - last_read_ < kQuiet && now - begin < kDrain;
       now = std::chrono::steady_clock::now())
    co_await io::sleep_for(std::chrono::milliseconds(5));
  tasks_.cancel();
  co_await tasks_.join();
}

io::Task<void> StreamSource::accept_loop() {
  struct Borrowed : stream_descriptor {
    using stream_descriptor::stream_descriptor;
    ~Borrowed() { release(); }
  };
  Borrowed listener(loop_, listener_.get());
  for (bool said = false;;) {
    const auto [error] = co_await listener.async_wait(stream_descriptor::wait_read, io::kNoThrow);
    if (error) co_return;
    if (accept_waiting()) {
      said = false;
      continue;
    }
    // Out of descriptors or memory: this must neither spin, nor fill the log, nor end the listener.
    if (!std::exchange(said, true))
      telemetry::log_warn("connections cannot be accepted; they wait",
                          {{"why", base::errno_error(errno, "accept").message}});
    co_await io::sleep_for(std::chrono::milliseconds(100));
  }
}

bool StreamSource::accept_waiting() {
  for (;;) {
    // Who waits in the kernel loses nothing, while a sink without a descriptor would keep all from going on.
    if (const base::UniqueFd probe(::dup(listener_.get()));
        !probe || base::is_spare_descriptor(probe.get(), base::kSpareOfConnections)) {
      errno = EMFILE;
      return false;
    }
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    base::UniqueFd socket(
        ::accept4(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket && errno == ECONNABORTED) continue;
    if (!socket) return errno == EAGAIN;
    if (connections_.size() >= options_.max_connections)
      ++refused_;
    else
      tasks_.spawn("connection", serve(std::move(socket), io::address_text(address)));
  }
}

io::Task<void> StreamSource::serve(base::UniqueFd socket, std::string peer) {
  const auto connection = std::make_shared<Connection>(*this, std::move(socket), std::move(peer));
  co_await connection->run();
}

}  // namespace longshore::shipper
