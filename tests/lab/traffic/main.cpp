// Traffic through load balancers, of every kind at once, until SIGTERM or SIGINT:
//   lab_traffic LOG [--pause MS] [--limit MS] [--slow MS] [--only KIND]… [--messages N] NAME=ADDRESS:PORT…
// LOG gets a line of NDJSON for each failure; stdout, at the end, the summary as JSON.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/lab/traffic/client.hpp"

namespace longshore::lab {
namespace {

int usage(std::string_view what) {
  std::fprintf(stderr,
               "lab_traffic: %.*s\nusage: lab_traffic LOG [--pause MS] [--limit MS] [--slow MS] [--only KIND]... "
               "[--messages N] NAME=ADDRESS:PORT...\n",
               static_cast<int>(what.size()), what.data());
  return 64;
}

int run(const std::vector<std::string_view>& words) {
  if (words.size() < 2) return usage("a log and a target are needed");
  Plan common;
  std::vector<Target> targets;
  std::vector<std::string_view> only;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto word = words[i];
    if (word.starts_with("--")) {
      if (++i == words.size()) return usage("an option has no value");
      const std::string value(words[i]);
      const std::chrono::milliseconds time(std::atoi(value.c_str()));
      if (word == "--only") {
        only.push_back(words[i]);
      } else if (word == "--pause") {
        common.pause = time;
      } else if (word == "--limit") {
        common.limit = time;
      } else if (word == "--slow") {
        common.slow = time;
      } else if (word == "--messages") {
        common.messages = std::atoi(value.c_str());
      } else {
        return usage("no such option");
      }
      continue;
    }
    const auto equals = word.find('='), colon = word.rfind(':');
    if (equals == std::string_view::npos || colon == std::string_view::npos || colon < equals)
      return usage("a target is NAME=ADDRESS:PORT");
    targets.push_back({std::string(word.substr(0, equals)), std::string(word.substr(equals + 1, colon - equals - 1)),
                       std::atoi(std::string(word.substr(colon + 1)).c_str())});
  }
  std::FILE* log = std::fopen(std::string(words[0]).c_str(), "a");
  if (log == nullptr) return usage("the log cannot be written");

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  Tally tally(log);
  std::atomic<bool> stop = false;
  std::vector<std::thread> clients;
  for (const auto& target : targets) {
    for (const auto& [kind, keep_alive, count] : {std::tuple{Kind::get, true, 2},
                                                  {Kind::get, false, 1},
                                                  {Kind::post, true, 1},
                                                  {Kind::post, false, 1},
                                                  {Kind::slow, true, 2},
                                                  {Kind::slow, false, 1},
                                                  {Kind::websocket, true, 2}}) {
      auto plan = common;
      plan.kind = kind;
      plan.keep_alive = keep_alive;
      if (!only.empty() && std::ranges::find(only, plan.name()) == only.end()) continue;
      for (int i = 0; i < count; ++i) clients.emplace_back([&, plan, target] { Client(plan, target, tally).run(stop); });
    }
  }
  int got = 0;
  sigwait(&signals, &got);
  stop = true;
  for (auto& client : clients) client.join();
  std::printf("%s\n", tally.summary().c_str());
  return 0;
}

}  // namespace
}  // namespace longshore::lab

int main(int argc, char** argv) { return longshore::lab::run({argv + 1, argv + argc}); }
