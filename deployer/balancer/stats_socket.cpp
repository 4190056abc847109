#include "deployer/balancer/stats_socket.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "common/io/blocking_stream.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::fail;
using base::Result;
using namespace std::chrono_literals;

constexpr base::Duration kAnswer = 5s;
constexpr base::Duration kReload = 1s;
constexpr base::Duration kPause = 100ms;
constexpr std::size_t kLongest = 64 << 20;  // some hundred thousand servers

}  // namespace

Result<std::string> StatsSocket::ask_once(std::string_view command) const {
  TRY(stream, io::BlockingStream::connect(endpoint_, kAnswer));
  TRY_VOID(stream.send(std::string(command) + "\n"));
  std::string answer;
  char chunk[64 * 1024];
  for (;;) {
    TRY(count, stream.receive(chunk));
    if (count == 0) break;
    answer.append(chunk, count);
    if (answer.size() > kLongest)
      return fail(Code::corrupt, stream.where() + ": its answer does not end: is it HAProxy's stats socket?");
  }
  // An empty line ends every answer; without it, the process went away in the middle.
  if (answer != "\n" && !answer.ends_with("\n\n")) {
    if (answer.empty()) return fail(Code::closed, stream.where() + " closed the connection without an answer");
    return fail(Code::closed, stream.where() + " closed the connection before its answer was complete");
  }
  answer.pop_back();
  return answer;
}

Result<std::string> StatsSocket::ask(std::string_view command) const {
  const auto end = std::chrono::steady_clock::now() + kReload;
  for (;;) {
    Result<std::string> answer = ask_once(command);
    const bool reloading = !answer && (answer.error().code == Code::unavailable || answer.error().code == Code::closed ||
                                       answer.error().code == Code::not_found);
    if (!reloading || std::chrono::steady_clock::now() + kPause > end) return answer;
    std::this_thread::sleep_for(kPause);
  }
}

Result<void> check_answer(std::string_view answer) {
  const std::size_t begin = answer.find_first_not_of("\r\n ");
  if (begin == std::string_view::npos) return {};
  answer.remove_prefix(begin);
  const std::string line(answer.substr(0, answer.find_first_of("\r\n")));
  if (line.starts_with("No such")) return fail(Code::not_found, line);
  if (line.starts_with("Permission denied")) return fail(Code::permission, line + " (its stats socket needs `level admin`)");
  return fail(Code::invalid, line);
}

bool is_haproxy_name(std::string_view name) {
  constexpr std::string_view kOther = "-_.:";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kOther.find(c) != kOther.npos;
  });
}

}  // namespace longshore::deployer
