#include "tests/support/receiver/receiver.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <thread>

#include "tests/support/receiver/connection.hpp"

namespace longshore::receiver {
namespace {

base::Result<base::UniqueFd> listen_on(const std::string& ip, std::uint16_t port) {
  base::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (::inet_pton(AF_INET, ip.c_str(), &address.sin_addr) != 1)
    return base::fail(base::Code::invalid, ip + " is no IPv4 address");
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || ::listen(fd.get(), 1024) != 0)
    return base::fail_errno(errno, fmt::format("listen on {}:{}", ip, port));
  return fd;
}

std::uint16_t port_of(const base::UniqueFd& fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (!fd || ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.sin_port);
}

}  // namespace

class Receiver::Server {
 public:
  base::Result<void> open(const ReceiverOptions& options) {
    if (!options.cert_file.empty()) {
      tls_.reset(SSL_CTX_new(TLS_server_method()));
      if (SSL_CTX_use_certificate_chain_file(tls_.get(), options.cert_file.c_str()) != 1 ||
          SSL_CTX_use_PrivateKey_file(tls_.get(), options.key_file.c_str(), SSL_FILETYPE_PEM) != 1)
        return base::fail(base::Code::invalid, "certificate or key cannot be used: " + options.cert_file);
    }
    TRY(http, listen_on(options.address, options.port));
    http_ = std::move(http);
    if (options.syslog) {
      TRY(syslog, listen_on(options.address, options.syslog_port));
      syslog_ = std::move(syslog);
    }
    shared_.mode = options.mode;
    shared_.token = options.token;
    shared_.tally.keep_lines = options.keep_lines;
    shared_.tally.count_only = options.count_only;
    if (!options.keep_file.empty()) {
      keep_file_.reset(std::fopen(options.keep_file.c_str(), "ae"));
      if (!keep_file_) return base::fail_errno(errno, "open " + options.keep_file);
      shared_.tally.keep_file = keep_file_.get();
    }
    epoll_ = base::UniqueFd(::epoll_create1(EPOLL_CLOEXEC));
    wake_ = base::UniqueFd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    for (const base::UniqueFd* fd : {&http_, &syslog_, &wake_})
      if (*fd) watch(fd->get());
    thread_ = std::thread([this] { run(); });
    return {};
  }

  ~Server() {
    if (!thread_.joinable()) return;
    stopping_ = true;
    wake();
    thread_.join();
  }

  std::uint16_t port() const { return port_of(http_); }
  std::uint16_t syslog_port() const { return port_of(syslog_); }
  bool tls() const { return tls_ != nullptr; }

  void set_mode(const Mode& mode) {
    {
      const std::lock_guard lock(mutex_);
      shared_.mode = mode;
    }
    wake();  // connections that were left unread are read again
  }
  void with_tally(const std::function<void(const Tally&)>& look) const {
    const std::lock_guard lock(mutex_);
    look(shared_.tally);
  }

 private:
  void wake() const {
    const std::uint64_t one = 1;
    if (::write(wake_.get(), &one, sizeof one) < 0) std::abort();
  }
  void watch(int fd) const {
    epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.fd = fd}};
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
  }

  void run() {
    std::array<epoll_event, 64> events;
    while (!stopping_) {
      const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), timeout_ms());
      const std::lock_guard lock(mutex_);
      for (int i = 0; i < count; ++i) serve(events[static_cast<std::size_t>(i)].data.fd);
      wake_due();
    }
  }

  void serve(int fd) {
    if (fd == http_.get() || fd == syslog_.get()) return accept_all(fd);
    if (fd == wake_.get()) {
      std::uint64_t value = 0;
      if (::read(fd, &value, sizeof value) < 0) return;
      for (auto at = connections_.begin(); at != connections_.end();)
        at = at->second->readable() ? std::next(at) : connections_.erase(at);
      return;
    }
    const auto found = connections_.find(fd);
    if (found != connections_.end() && !found->second->readable()) connections_.erase(found);
  }

  void accept_all(int listener) {
    while (true) {
      base::UniqueFd fd(::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!fd) return;
      const int on = 1;
      ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      const int number = fd.get();
      ++shared_.tally.connections;
      Channel channel(std::move(fd), tls_.get());
      connections_[number] = listener == http_.get() ? make_http_connection(std::move(channel), shared_)
                                                     : make_syslog_connection(std::move(channel), shared_);
      watch(number);
    }
  }

  void wake_due() {
    const auto now = std::chrono::steady_clock::now();
    for (auto at = connections_.begin(); at != connections_.end();)
      at = at->second->wakes_at() > now || at->second->due(now) ? std::next(at) : connections_.erase(at);
  }

  int timeout_ms() const {
    auto first = Connection::Time::max();
    for (const auto& [fd, connection] : connections_) first = std::min(first, connection->wakes_at());
    if (first == Connection::Time::max()) return -1;
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(first - std::chrono::steady_clock::now()).count();
    return static_cast<int>(std::max<std::int64_t>(left + 1, 0));
  }

  std::unique_ptr<SSL_CTX, SslFree> tls_;
  base::UniqueFd http_, syslog_, wake_, epoll_;
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> keep_file_;
  mutable std::mutex mutex_;  // guards shared_
  Shared shared_;
  std::map<int, std::unique_ptr<Connection>> connections_;  // the thread's
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

Receiver::Receiver(std::unique_ptr<Server> server) : server_(std::move(server)) {}
Receiver::~Receiver() = default;

base::Result<std::unique_ptr<Receiver>> Receiver::start(ReceiverOptions options) {
  auto server = std::make_unique<Server>();
  TRY_VOID(server->open(options));
  return std::unique_ptr<Receiver>(new Receiver(std::move(server)));
}

std::uint16_t Receiver::port() const { return server_->port(); }
std::uint16_t Receiver::syslog_port() const { return server_->syslog_port(); }
std::string Receiver::url() const { return fmt::format("{}://127.0.0.1:{}", server_->tls() ? "https" : "http", port()); }

void Receiver::set_mode(const std::string& text) {
  const auto mode = parse_mode(text);
  if (!mode) std::abort();
  server_->set_mode(*mode);
}

void Receiver::with_tally(const std::function<void(const Tally&)>& look) const { server_->with_tally(look); }

Tally Receiver::tally() const {
  Tally copy;
  with_tally([&copy](const Tally& tally) { copy = tally; });
  return copy;
}

}  // namespace longshore::receiver
