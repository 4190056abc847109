#include "deployer/host/ssh_mux.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <initializer_list>
#include <string_view>

#include "common/base/unique_fd.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::fail;
using base::Result;
using base::UniqueFd;
using Clock = std::chrono::steady_clock;

// PROTOCOL.mux
enum Message : std::uint32_t {
  kHello = 0x00000001,
  kNewSession = 0x10000002,
  kOpenForward = 0x10000006,
  kCloseForward = 0x10000007,
  kNewStdioForward = 0x10000008,
  kOk = 0x80000001,
  kPermissionDenied = 0x80000002,
  kFailure = 0x80000003,
  kSessionOpened = 0x80000006,
};
constexpr std::uint32_t kVersion = 4, kLocal = 1, kRequest = 1;
constexpr std::uint32_t kUnixSocket = 0xfffffffe;  // in place of a port: the host is a path
constexpr std::uint32_t kMaxPacket = 256 * 1024;

class Packet {
 public:
  explicit Packet(Message type) { number(type); }
  Packet& number(std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes_ += static_cast<char>(value >> shift & 0xff);
    return *this;
  }
  Packet& text(std::string_view value) {
    number(static_cast<std::uint32_t>(value.size()));
    bytes_ += value;
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// What is not there reads as 0 and as an empty text.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  std::uint32_t number() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
      value = value << 8 | (bytes_.empty() ? 0U : static_cast<unsigned char>(bytes_.front()));
      bytes_.remove_prefix(bytes_.empty() ? 0 : 1);
    }
    return value;
  }
  std::string text() { return std::string(bytes_.substr(0, number())); }

 private:
  std::string_view bytes_;
};

class Conversation {
 public:
  explicit Conversation(base::Duration deadline) : end_(Clock::now() + deadline) {}

  Result<void> open(const std::string& control) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (control.size() >= sizeof address.sun_path)
      return fail(Code::invalid, control + ": longer than a socket's path may be");
    std::memcpy(address.sun_path, control.data(), control.size());
    socket_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket_) return base::fail_errno(errno, "socket");
    if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      return base::fail_errno(errno, "ssh's control socket");
    ::fcntl(socket_.get(), F_SETFL, O_NONBLOCK);
    TRY_VOID(send(Packet(kHello).number(kVersion)));
    TRY(answer, receive());
    Reader reader(answer);
    if (reader.number() == kHello && reader.number() == kVersion) return {};
    return fail(Code::corrupt, "this ssh does not speak version 4 of its control protocol");
  }

  Result<void> send(const Packet& packet) {
    std::string bytes;
    const auto size = static_cast<std::uint32_t>(packet.bytes().size());
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(size >> shift & 0xff);
    bytes += packet.bytes();
    for (std::string_view rest = bytes; !rest.empty();) {
      TRY_VOID(wait(POLLOUT));
      const ssize_t count = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
      if (count < 0 && errno != EAGAIN && errno != EINTR) return base::fail_errno(errno, "ssh's control socket");
      if (count > 0) rest.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
  }

  Result<void> send_descriptor(int descriptor) {
    char byte = 0;
    iovec vector{&byte, 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    for (;;) {
      TRY_VOID(wait(POLLOUT));
      if (::sendmsg(socket_.get(), &message, MSG_NOSIGNAL) == 1) return {};
      if (errno != EAGAIN && errno != EINTR) return base::fail_errno(errno, "ssh's control socket");
    }
  }

  Result<std::string> receive() {
    TRY(head, exactly(4));
    const std::uint32_t size = Reader(head).number();
    if (size > kMaxPacket) return fail(Code::corrupt, "ssh's control socket speaks another protocol");
    return exactly(size);
  }

  // The answer to a request that is `good`, or says why not.
  Result<void> expect(Message good) {
    TRY(answer, receive());
    Reader reader(answer);
    const std::uint32_t type = reader.number();
    reader.number();  // the request
    if (type == good) return {};
    if (type == kPermissionDenied) return fail(Code::permission, reader.text());
    if (type == kFailure) return fail(Code::unavailable, reader.text());
    return fail(Code::corrupt, "ssh's control socket answers something else");
  }

 private:
  Result<void> wait(short events) {
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now()).count();
      pollfd state{socket_.get(), events, 0};
      const int ready = left <= 0 ? 0 : ::poll(&state, 1, static_cast<int>(left));
      if (ready > 0) return {};
      if (ready == 0) return fail(Code::timeout, "no answer over ssh in time");
      if (errno != EINTR) return base::fail_errno(errno, "poll");
    }
  }

  Result<std::string> exactly(std::size_t size) {
    std::string bytes;
    while (bytes.size() < size) {
      TRY_VOID(wait(POLLIN));
      char chunk[4096];
      const ssize_t count = ::recv(socket_.get(), chunk, std::min(sizeof chunk, size - bytes.size()), 0);
      if (count == 0) return fail(Code::closed, "ssh has closed its control socket");
      if (count < 0 && errno != EAGAIN && errno != EINTR) return base::fail_errno(errno, "ssh's control socket");
      if (count > 0) bytes.append(chunk, static_cast<std::size_t>(count));
    }
    return bytes;
  }

  Clock::time_point end_;
  UniqueFd socket_;
};

// `port`: kUnixSocket where `there` is a path.
Result<void> forward(Message what, const std::string& control, const std::string& here, const std::string& there,
                     std::uint32_t port, base::Duration deadline) {
  Conversation ssh(deadline);
  TRY_VOID(ssh.open(control));
  TRY_VOID(ssh.send(Packet(what).number(kRequest).number(kLocal).text(here).number(kUnixSocket).text(there).number(port)));
  return ssh.expect(kOk);
}

}  // namespace

Result<void> SshMux::hello(base::Duration deadline) const { return Conversation(deadline).open(control_); }

Result<void> SshMux::forward_socket(const std::string& here, const std::string& there, base::Duration deadline) const {
  return forward(kOpenForward, control_, here, there, kUnixSocket, deadline);
}

Result<void> SshMux::forward_port(const std::string& here, const std::string& host, std::uint16_t port,
                                  base::Duration deadline) const {
  return forward(kOpenForward, control_, here, host, port, deadline);
}

Result<void> SshMux::close_forward(const std::string& here, const std::string& there, std::uint16_t port,
                                   base::Duration deadline) const {
  return forward(kCloseForward, control_, here, there, port == 0 ? kUnixSocket : port, deadline);
}

Result<void> SshMux::reach(const std::string& host, std::uint16_t port, base::Duration deadline) const {
  const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  int ends[2] = {-1, -1};
  if (!null || ::pipe2(ends, O_CLOEXEC) != 0) return base::fail_errno(errno, "pipe");
  // Its input stays open until the answer: at its end ssh would close at once.
  const UniqueFd input(ends[0]), open_end(ends[1]);
  Conversation ssh(deadline);
  TRY_VOID(ssh.open(control_));
  TRY_VOID(ssh.send(Packet(kNewStdioForward).number(kRequest).text("").text(host).number(port)));
  TRY_VOID(ssh.send_descriptor(input.get()));
  TRY_VOID(ssh.send_descriptor(null.get()));
  return ssh.expect(kSessionOpened);
}

Result<std::string> SshMux::run(const std::string& command, base::Duration deadline) const {
  const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  int ends[2] = {-1, -1};
  if (!null || ::pipe2(ends, O_CLOEXEC) != 0) return base::fail_errno(errno, "pipe");
  const UniqueFd output(ends[0]);
  UniqueFd theirs(ends[1]);
  const auto end = Clock::now() + deadline;
  Conversation ssh(deadline);
  TRY_VOID(ssh.open(control_));
  // No terminal, X11, agent or subsystem; no escape character; no kind of terminal.
  Packet packet(kNewSession);
  packet.number(kRequest).text("").number(0).number(0).number(0).number(0).number(0xffffffff).text("").text(command);
  TRY_VOID(ssh.send(packet));
  for (const int descriptor : {null.get(), theirs.get(), null.get()}) TRY_VOID(ssh.send_descriptor(descriptor));
  TRY_VOID(ssh.expect(kSessionOpened));
  theirs.reset();
  std::string text;
  while (text.size() < 64 * 1024) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd state{output.get(), POLLIN, 0};
    if (left <= 0 || ::poll(&state, 1, static_cast<int>(left)) == 0)
      return fail(Code::timeout, "no answer over ssh in time");
    char chunk[4096];
    const ssize_t count = ::read(output.get(), chunk, sizeof chunk);
    if (count == 0) break;
    if (count > 0) text.append(chunk, static_cast<std::size_t>(count));
  }
  return text;
}

}  // namespace longshore::deployer
