// Sends numbered log lines as fast as asked and says what it sent, so that a receiver can prove that each one arrived.
// Every line holds "seq=NNNNNNNNNNNN", unique over all connections. Test and benchmark tool; not installed.
//
//   loadgen --to tcp://127.0.0.1:601 --count 1000000 [--connections 2] [--size 256] [--format rfc5424|rfc3164|plain]
//           [--framing lf|octet] [--rate LINES_PER_SECOND] [--first SEQ]
//   also --to udp://…, unix-dgram:///path, unix-stream:///path, file:///path (appends)
// Prints one JSON line: sent, bytes, seconds. Exit 0 when all was handed to the kernel, 1 otherwise.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using SteadyClock = std::chrono::steady_clock;

struct Options {
  std::string to;
  std::uint64_t count = 100'000;
  std::uint64_t first = 0;
  unsigned connections = 1;
  unsigned size = 256;  // bytes a line, framing not counted
  double rate = 0;      // lines a second over all connections; 0 = as fast as it goes
  std::string format = "rfc5424";
  std::string framing = "lf";
  unsigned batch = 64;  // datagrams a sendmmsg
};

constexpr unsigned kDigits = 12;

// One line with room for its number: text, and where the digits go.
struct Template {
  std::string text;
  std::size_t digits_at = 0;
};

Template make_template(const Options& options) {
  std::string head;
  if (options.format == "rfc5424")
    head = "<165>1 2026-11-23T03:42:12.123456Z host-17.example.net payments 4711 ID47 - ";
  else if (options.format == "rfc3164")
    head = "<165>Nov 23 03:42:12 host-17 payments[4711]: ";
  std::string text = head + "seq=";
  const std::size_t at = text.size();
  text.append(kDigits, '0');
  constexpr std::string_view kFiller =
      " GET /api/v2/accounts/3af81c/transfers?limit=50 status=200 bytes=5123 duration_ms=17 user_agent=\"curl/8.5.0\" "
      "trace_id=4bf92f3577b34da6a3ce929d0e0e4736 upstream=10.4.7.21:8443 cache=miss region=eu-central-1 attempt=1 ";
  while (text.size() < options.size) text.append(kFiller.substr(0, options.size - text.size()));
  Template line{std::move(text), at};
  if (options.framing == "octet") {
    const std::string count = std::to_string(line.text.size()) + " ";
    line.text.insert(0, count);
    line.digits_at += count.size();
  } else {
    line.text += '\n';
  }
  return line;
}

void put_number(char* at, std::uint64_t value) {
  for (unsigned i = kDigits; i-- > 0; value /= 10) at[i] = static_cast<char>('0' + value % 10);
}

// Adds 1,000 to the decimal text in place: nearly always one byte changes. An unpaced sender repeats blocks of 1,000 lines,
// so that numbering costs next to nothing beside what is measured.
constexpr unsigned kBlock = 1000;
void add_block(char* at) {
  for (unsigned i = kDigits - 3; i-- > 0;) {
    if (at[i] != '9') {
      ++at[i];
      return;
    }
    at[i] = '0';
  }
}

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "loadgen: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

struct Target {
  bool datagram = false;
  bool file = false;
  int open() const {
    if (file) {
      const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
      if (fd < 0) die(path.c_str());
      return fd;
    }
    const int fd = ::socket(address.ss_family, datagram ? SOCK_DGRAM : SOCK_STREAM, 0);
    if (fd < 0) die("socket");
    for (int attempt = 0; ::connect(fd, reinterpret_cast<const sockaddr*>(&address), size) != 0; ++attempt) {
      if (attempt == 500) die("connect");
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return fd;
  }
  std::string path;
  sockaddr_storage address{};
  socklen_t size = 0;
};

Target parse_target(const std::string& url) {
  Target target;
  const auto colon = url.find("://");
  const std::string scheme = url.substr(0, colon);
  const std::string rest = colon == std::string::npos ? "" : url.substr(colon + 3);
  target.datagram = scheme == "udp" || scheme == "unix-dgram";
  target.file = scheme == "file";
  target.path = rest;
  if (target.file) return target;
  if (scheme.starts_with("unix-")) {
    auto* unix_address = reinterpret_cast<sockaddr_un*>(&target.address);
    unix_address->sun_family = AF_UNIX;
    std::snprintf(unix_address->sun_path, sizeof unix_address->sun_path, "%s", rest.c_str());
    target.size = sizeof(sockaddr_un);
    return target;
  }
  const auto port_at = rest.rfind(':');
  auto* inet = reinterpret_cast<sockaddr_in*>(&target.address);
  inet->sin_family = AF_INET;
  inet->sin_port = htons(static_cast<std::uint16_t>(std::stoi(rest.substr(port_at + 1))));
  if (::inet_pton(AF_INET, rest.substr(0, port_at).c_str(), &inet->sin_addr) != 1) {
    std::fprintf(stderr, "loadgen: %s: needs a numeric IPv4 address and a port\n", url.c_str());
    std::exit(64);
  }
  target.size = sizeof(sockaddr_in);
  return target;
}

void write_all(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t count = ::write(fd, data, size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) die("write");
    data += count;
    size -= static_cast<std::size_t>(count);
  }
}

void send_datagrams(int fd, std::string& block, std::size_t line_size, unsigned lines) {
  std::vector<mmsghdr> messages(lines);
  std::vector<iovec> parts(lines);
  for (unsigned i = 0; i < lines; ++i) {
    parts[i] = {block.data() + i * line_size, line_size - 1};  // without the line feed
    messages[i] = {};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  for (unsigned sent = 0; sent < lines;) {
    const int count = ::sendmmsg(fd, messages.data() + sent, lines - sent, 0);
    if (count < 0 && (errno == EINTR || errno == ENOBUFS)) continue;
    if (count < 0) die("sendmmsg");
    sent += static_cast<unsigned>(count);
  }
}

std::atomic<std::uint64_t> total_bytes = 0;

void send_lines(const Options& options, const Target& target, const Template& line, std::uint64_t first,
                std::uint64_t count) {
  const int fd = target.open();
  const std::size_t line_size = line.text.size();
  const double own_rate = options.rate / options.connections;
  unsigned lines = target.datagram ? options.batch : kBlock;
  // A paced sender writes about 200 times a second: evenly enough, and its own cost stays out of the picture.
  if (own_rate > 0) lines = std::clamp(static_cast<unsigned>(own_rate / 200), 1U, lines);
  std::string block;
  for (unsigned i = 0; i < lines; ++i) {
    block += line.text;
    put_number(block.data() + i * line_size + line.digits_at, first + i);
  }
  const auto start = SteadyClock::now();
  for (std::uint64_t sent = 0; sent < count;) {
    const auto now_lines = static_cast<unsigned>(std::min<std::uint64_t>(lines, count - sent));
    if (own_rate > 0)
      std::this_thread::sleep_until(start + std::chrono::duration_cast<SteadyClock::duration>(
                                                std::chrono::duration<double>(static_cast<double>(sent) / own_rate)));
    if (target.datagram)
      send_datagrams(fd, block, line_size, now_lines);
    else
      write_all(fd, block.data(), now_lines * line_size);
    total_bytes += now_lines * line_size;
    sent += now_lines;
    for (unsigned i = 0; i < lines; ++i) {
      char* digits = block.data() + i * line_size + line.digits_at;
      if (lines == kBlock)
        add_block(digits);
      else
        put_number(digits, first + sent + i);
    }
  }
  if (!target.datagram && !target.file) {  // let the peer read everything before the connection goes
    ::shutdown(fd, SHUT_WR);
    char sink[64];
    while (::read(fd, sink, sizeof sink) > 0) {
    }
  }
  ::close(fd);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  Options options;
  CLI::App app{"Sends numbered log lines; a receiver can prove that each one arrived"};
  app.add_option("--to", options.to, "tcp://, udp://, unix-stream://, unix-dgram://, file://")->required();
  app.add_option("--count", options.count, "lines in all");
  app.add_option("--first", options.first, "first sequence number");
  app.add_option("--connections", options.connections, "connections, a thread each")->check(CLI::Range(1, 1000));
  app.add_option("--size", options.size, "bytes a line")->check(CLI::Range(32, 60'000));
  app.add_option("--rate", options.rate, "lines a second in all; 0 = no limit");
  app.add_option("--format", options.format)->check(CLI::IsMember({"rfc5424", "rfc3164", "plain"}));
  app.add_option("--framing", options.framing)->check(CLI::IsMember({"lf", "octet"}));
  app.add_option("--batch", options.batch, "datagrams a call")->check(CLI::Range(1, 1024));
  CLI11_PARSE(app, argc, argv);

  const Target target = parse_target(options.to);
  const Template line = make_template(options);
  const auto start = SteadyClock::now();
  std::vector<std::thread> threads;
  std::uint64_t next = options.first;
  for (unsigned i = 0; i < options.connections; ++i) {
    const std::uint64_t share = options.count / options.connections + (i < options.count % options.connections ? 1 : 0);
    threads.emplace_back(send_lines, std::cref(options), std::cref(target), std::cref(line), next, share);
    next += share;
  }
  for (std::thread& thread : threads) thread.join();
  const double seconds = std::chrono::duration<double>(SteadyClock::now() - start).count();
  std::printf("{\"sent\":%llu,\"bytes\":%llu,\"seconds\":%.3f}\n", static_cast<unsigned long long>(options.count),
              static_cast<unsigned long long>(total_bytes.load()), seconds);
  return 0;
}
