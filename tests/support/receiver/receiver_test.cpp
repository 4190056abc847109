#include "tests/support/receiver/receiver.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "common/base/unique_fd.hpp"

namespace longshore::receiver {
namespace {

base::UniqueFd connect_to(std::uint16_t port) {
  base::UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
  const timeval limit{.tv_sec = 5, .tv_usec = 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return fd;
}

// Sends `text` and returns what comes back until `end` is seen or the peer closes.
std::string exchange(int fd, const std::string& text, std::string_view end) {
  EXPECT_EQ(::send(fd, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  std::string answer;
  char buffer[4096];
  while (answer.find(end) == std::string::npos) {
    const ssize_t got = ::recv(fd, buffer, sizeof buffer, 0);
    if (got <= 0) break;
    answer.append(buffer, static_cast<std::size_t>(got));
  }
  return answer;
}

std::string post(const std::string& path, const std::string& body, const std::string& headers = {}) {
  return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

constexpr std::string_view kOk = R"({"response" : "ok"})";

TEST(Receiver, AcceptedLinesAreInTheFileOnceAReportWasGiven) {
  const std::string path = ::testing::TempDir() + "kept_lines";
  std::remove(path.c_str());
  const auto receiver = Receiver::start({.keep_file = path}).value();
  const auto fd = connect_to(receiver->port());
  exchange(fd.get(), post("/bulk/T", "seq=0 x\nother"), kOk);
  exchange(fd.get(), "GET /report HTTP/1.1\r\nHost: x\r\n\r\n", "}\n");
  std::ifstream file(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "seq=0 x\nother\n");
}

TEST(Receiver, CountsNumbersDuplicatesAndGaps) {
  const auto receiver = Receiver::start({}).value();
  const auto fd = connect_to(receiver->port());
  exchange(fd.get(), post("/bulk/T/tag/a,b/", "seq=0 x\nmsg seq=1\nseq=1\n"), kOk);
  exchange(fd.get(), post("/inputs/T", "seq=5", "X-LOGGLY-TAG: c\r\n"), kOk);
  const Tally tally = receiver->tally();
  EXPECT_EQ(tally.events, 4U);
  EXPECT_EQ(tally.numbers.unique(), 3U);
  EXPECT_EQ(tally.duplicates, 1U);
  EXPECT_EQ(tally.tags.at("a,b"), 3U);
  EXPECT_EQ(tally.tags.at("c"), 1U);
  EXPECT_EQ(tally.tokens.at("T"), 4U);
  EXPECT_NE(tally.json().find(R"("missing":[[2,4]])"), std::string::npos) << tally.json();
}

TEST(Receiver, RefusesAnotherToken) {
  const auto receiver = Receiver::start({.token = "right"}).value();
  const auto fd = connect_to(receiver->port());
  EXPECT_TRUE(exchange(fd.get(), post("/bulk/wrong", "seq=1\n"), "</html>").starts_with("HTTP/1.1 403"));
  EXPECT_EQ(receiver->tally().events, 0U);
}

TEST(Receiver, ModesHoldForTheNumberOfRequestsAsked) {
  const auto receiver = Receiver::start({}).value();
  const auto fd = connect_to(receiver->port());
  EXPECT_TRUE(exchange(fd.get(), "PUT /mode HTTP/1.1\r\nContent-Length: 8\r\n\r\n429:7*1\n", "\r\n\r\n")
                  .starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(
      exchange(fd.get(), "PUT /mode HTTP/1.1\r\nContent-Length: 7\r\n\r\n429:7*1", "ok\n").starts_with("HTTP/1.1 200"));
  const std::string refused = exchange(fd.get(), post("/bulk/T", "seq=1\n"), "</html>");
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 429"));
  EXPECT_NE(refused.find("Retry-After: 7\r\n"), std::string::npos);
  EXPECT_TRUE(exchange(fd.get(), post("/bulk/T", "seq=1\n"), kOk).starts_with("HTTP/1.1 200"));
  EXPECT_EQ(receiver->tally().events, 1U);
}

TEST(Receiver, ARejectedOrHalfAnsweredBodyIsNotCounted) {
  const auto receiver = Receiver::start({}).value();
  for (const char* mode : {"http500", "html200", "reset", "half", "poison:seq", "over:3"}) {
    receiver->set_mode(mode);
    const auto fd = connect_to(receiver->port());
    EXPECT_EQ(exchange(fd.get(), post("/bulk/T", "seq=1\n", "Connection: close\r\n"), "none").find(kOk), std::string::npos)
        << mode;
  }
  EXPECT_EQ(receiver->tally().events, 0U);
  EXPECT_EQ(receiver->tally().requests, 6U);
}

TEST(Receiver, CountsSyslogLinesAndCountedFrames) {
  const auto receiver = Receiver::start({.syslog = true, .keep_lines = 10}).value();
  const auto lines = connect_to(receiver->syslog_port());
  const auto frames = connect_to(receiver->syslog_port());
  exchange(lines.get(), "<1>seq=0\n<1>seq=1\n<1>se", "");
  exchange(frames.get(), "8 <1>seq=29 <1>seq=", "");
  exchange(lines.get(), "q=4\n", "");
  exchange(frames.get(), "33", "");

  const auto http = connect_to(receiver->port());  // served by the same thread: what came before has been counted
  while (receiver->tally().events < 5) exchange(http.get(), "GET /report HTTP/1.1\r\n\r\n", "}}");
  EXPECT_EQ(receiver->tally().lines.size(), 5U);
  EXPECT_EQ(receiver->tally().numbers.unique(), 5U);
}

}  // namespace
}  // namespace longshore::receiver
