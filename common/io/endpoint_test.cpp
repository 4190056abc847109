#include "common/io/endpoint.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.hpp"

namespace longshore::io {
namespace {

using base::Code;

base::Result<base::UniqueFd> listen_on(const std::string& text, const ListenOptions& options = {}) {
  return open_listener(parse_endpoint(text).value(), options);
}

TEST(Endpoint, IsPrintedAsItWasWritten) {
  for (const char* text : {"udp://0.0.0.0:514", "tcp://[::1]:601", "tls://[::]:6514", "tcp://logs.example:0",
                           "unix-stream:///run/a b.sock", "unix-dgram:///dev/log"})
    EXPECT_EQ(parse_endpoint(text)->text(), text);
}

TEST(Endpoint, HasItsParts) {
  const Endpoint tcp = parse_endpoint("tls://[2001:db8::7]:6514").value();
  EXPECT_EQ(tcp.transport, Transport::tls);
  EXPECT_EQ(tcp.host, "2001:db8::7");
  EXPECT_EQ(tcp.port, 6514);
  const Endpoint local = parse_endpoint("unix-dgram:///run/x").value();
  EXPECT_EQ(local.transport, Transport::unix_dgram);
  EXPECT_EQ(local.path, "/run/x");
}

TEST(Endpoint, AMistakeIsAnsweredWithWhatIsMissing) {
  const auto why = [](std::string_view text) { return parse_endpoint(text).error().message; };
  const std::string example = ", e.g. \"tcp://0.0.0.0:601\" or \"unix-dgram:///run/log\"";
  EXPECT_EQ(why("0.0.0.0:514"),
            "\"0.0.0.0:514\": needs one of udp://, tcp://, tls://, unix-stream://, unix-dgram://" + example);
  EXPECT_EQ(why("tcp://0.0.0.0"), "\"tcp://0.0.0.0\": needs a port" + example);
  EXPECT_EQ(why("tcp://[::1]"), "\"tcp://[::1]\": needs a port" + example);
  EXPECT_EQ(why("tcp://::1:601"), "\"tcp://::1:601\": an IPv6 address needs brackets" + example);
  EXPECT_EQ(why("tcp://:601"), "\"tcp://:601\": needs a host" + example);
  EXPECT_EQ(why("unix-stream://run/x"), "\"unix-stream://run/x\": a unix socket needs an absolute path" + example);
  for (const char* text : {"tcp://a:", "tcp://a:65536", "tcp://a:-1", "tcp://a:6o1", "tcp://a:601/", "tcp://a: 601"})
    EXPECT_EQ(why(text), "\"" + std::string(text) + "\": the port is not a number from 0 to 65535" + example);
  for (const char* text : {"", "://", "http://a:1", "TCP://a:1"})
    EXPECT_EQ(parse_endpoint(text).error().code, Code::invalid);
}

TEST(Listener, OnPortZeroGetsAFreeOne) {
  for (const char* text : {"tcp://127.0.0.1:0", "udp://127.0.0.1:0", "tls://127.0.0.1:0", "tcp://[::1]:0"}) {
    const auto socket = listen_on(text).value();
    EXPECT_GT(bound_port(socket.get()), 0) << text;
    EXPECT_NE(::fcntl(socket.get(), F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(::fcntl(socket.get(), F_GETFD) & FD_CLOEXEC, 0);
  }
}

TEST(Listener, APortInUseSaysSo) {
  for (const std::string scheme : {"tcp", "udp"}) {
    const auto first = listen_on(scheme + "://127.0.0.1:0").value();
    const std::string text = scheme + "://127.0.0.1:" + std::to_string(bound_port(first.get()));
    const auto second = listen_on(text);
    EXPECT_EQ(second.error().code, Code::exists);
    EXPECT_EQ(second.error().message, text + ": address in use: another process listens there (find it with ss -lntup)");
  }
}

TEST(Listener, NeedsANumericAddressOfThisHost) {
  EXPECT_EQ(listen_on("tcp://localhost:0").error().message,
            "tcp://localhost:0: listening needs a numeric address, e.g. 127.0.0.1 or 0.0.0.0");
  EXPECT_EQ(listen_on("tcp://192.0.2.1:0").error().code, Code::io);
}

TEST(Listener, GetsTheReceiveBufferItAsksFor) {
  using namespace base;
  const auto socket = listen_on("udp://127.0.0.1:0", {.receive_buffer = 64_KiB}).value();
  int bytes = 0;
  socklen_t size = sizeof bytes;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &bytes, &size);
  EXPECT_EQ(bytes, 2 * 64 * 1024);  // the kernel counts its own overhead
}

TEST(UnixListener, HasItsFileWithTheModeGiven) {
  const TemporaryFolder folder;
  const auto socket = listen_on("unix-stream://" + (folder / "log"), {.socket_mode = 0620}).value();
  struct stat info{};
  ASSERT_EQ(::stat((folder / "log").c_str(), &info), 0);
  EXPECT_TRUE(S_ISSOCK(info.st_mode));
  EXPECT_EQ(info.st_mode & 0777, 0620U);
  EXPECT_EQ(bound_port(socket.get()), 0);
}

TEST(UnixListener, ReplacesTheFileOfADeadProcessOnly) {
  const TemporaryFolder folder;
  for (const std::string scheme : {"unix-stream://", "unix-dgram://"}) {
    const std::string text = scheme + (folder / "log");
    {
      const auto alive = listen_on(text).value();
      EXPECT_EQ(listen_on(text).error().message, text + ": address in use: another process listens there");
    }
    ASSERT_TRUE(std::filesystem::exists(folder / "log"));  // left over
    EXPECT_TRUE(listen_on(text));
    std::filesystem::remove(folder / "log");
  }
}

TEST(UnixListener, LeavesAnotherKindOfFileAlone) {
  const TemporaryFolder folder;
  std::ofstream(folder / "notes") << "precious";
  EXPECT_EQ(listen_on("unix-dgram://" + (folder / "notes")).error().code, Code::exists);
  EXPECT_EQ(std::filesystem::file_size(folder / "notes"), 8U);
}

TEST(UnixListener, APathThatIsTooLongOrNowhereIsRefused) {
  const TemporaryFolder folder;
  EXPECT_EQ(listen_on("unix-dgram:///" + std::string(200, 'x')).error().code, Code::invalid);
  EXPECT_EQ(listen_on("unix-dgram://" + (folder / "none/log")).error().code, Code::not_found);
}

TEST(Address, IsNumericAndWithoutItsPort) {
  const auto text_of = [](int family, const char* numeric) {
    sockaddr_storage storage{};
    storage.ss_family = static_cast<sa_family_t>(family);
    void* const at = family == AF_INET ? static_cast<void*>(&reinterpret_cast<sockaddr_in&>(storage).sin_addr)
                                       : static_cast<void*>(&reinterpret_cast<sockaddr_in6&>(storage).sin6_addr);
    EXPECT_EQ(::inet_pton(family, numeric, at), 1);
    return address_text(storage);
  };
  EXPECT_EQ(text_of(AF_INET, "192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(text_of(AF_INET6, "2001:db8::7"), "2001:db8::7");
  EXPECT_EQ(text_of(AF_INET6, "::ffff:192.0.2.7"), "192.0.2.7");
  sockaddr_storage local{};
  local.ss_family = AF_UNIX;
  EXPECT_EQ(address_text(local), "");
}

}  // namespace
}  // namespace longshore::io
