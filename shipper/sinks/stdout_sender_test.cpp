#include "shipper/sinks/stdout_sender.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "shipper/sinks/sink_for_test.hpp"

namespace longshore::shipper {
namespace {

class Stdout : public testing::Test {
 protected:
  Stdout() {
    std::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(::pipe(ends.data()), 0);
  }
  ~Stdout() override { close_ends(); }
  void close_ends() {
    for (int& fd : ends)
      if (fd >= 0) ::close(std::exchange(fd, -1));
  }
  static Payload payload(const std::string& text) {
    Payload made;
    made.body = std::make_shared<std::string>(text);
    made.lines = {{static_cast<std::uint32_t>(text.size()), 0}};
    return made;
  }
  std::string read_some() const {
    std::string out(100'000, '\0');
    const ssize_t got = ::read(ends[0], out.data(), out.size());
    out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return out;
  }

  std::array<int, 2> ends{-1, -1};
  boost::asio::io_context loop{1};
  io::BlockingPool pool{1};
};

TEST_F(Stdout, WaitsForASlowReaderWithoutBlockingTheLoop) {
  StdoutSender sender(loop.get_executor(), pool, ends[1]);
  std::string text;
  for (int i = 0; text.size() < 1'000'000; ++i) text += std::to_string(i) + "\n";
  const Payload sent = payload(text);
  std::optional<Verdict> verdict;
  boost::asio::co_spawn(loop, sender.send(sent), [&](std::exception_ptr, Outcome outcome) { verdict = outcome.verdict; });
  std::string got;
  while (!verdict) {
    loop.restart();
    while (loop.poll_one() > 0) continue;
    if (!verdict) got += read_some();
  }
  ::close(std::exchange(ends[1], -1));
  EXPECT_EQ(*verdict, Verdict::delivered);
  EXPECT_EQ((::fcntl(ends[0], F_GETFL) & O_NONBLOCK), 0);
}

TEST_F(Stdout, AReaderThatHasGoneIsRetriedAndSaid) {
  StdoutSender sender(loop.get_executor(), pool, ends[1]);
  ::close(std::exchange(ends[0], -1));
  const Payload sent = payload("x\n");
  Outcome outcome;
  boost::asio::co_spawn(loop, sender.send(sent), [&](std::exception_ptr, Outcome got) { outcome = got; });
  loop.run();
  EXPECT_EQ(outcome.verdict, Verdict::retry);
  EXPECT_EQ(outcome.reason, "standard output: Broken pipe");
}

TEST_F(Stdout, AFileTakesAllAtOnce) {
  const base::UniqueFd file(::open("/tmp", O_TMPFILE | O_RDWR, 0600));
  StdoutSender sender(loop.get_executor(), pool, file.get());
  const Payload sent = payload("one\ntwo\n");
  Outcome outcome{.verdict = Verdict::retry};
  boost::asio::co_spawn(loop, sender.send(sent), [&](std::exception_ptr, Outcome got) { outcome = got; });
  loop.run();
  EXPECT_EQ(outcome.verdict, Verdict::delivered);
  std::array<char, 16> text{};
  EXPECT_EQ(::pread(file.get(), text.data(), text.size(), 0), 8);
}

}  // namespace
}  // namespace longshore::shipper
