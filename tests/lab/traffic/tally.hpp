// What the clients saw: counts, and every failure as one line of NDJSON, written as it happens. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

namespace longshore::lab {

struct Outcome {
  std::string kind;     // "get-keep-alive"
  std::string target;   // the load balancer
  std::string server;   // X-Server of the answer; empty: there was none
  std::string version;  // X-Version
  std::string failure;  // why; empty: none
  double sent = 0;      // seconds since 1970
  double took = 0;      // seconds
};

class Tally {
 public:
  explicit Tally(std::FILE* log) : log_(log) {}
  void add(const Outcome& outcome);
  std::string summary() const;  // JSON

 private:
  struct Count {
    std::uint64_t requests = 0, failures = 0;
    double longest = 0;  // seconds, of those that succeeded
    void add(const Outcome& outcome);
  };
  struct Span {
    std::uint64_t requests = 0;
    double first = 0, last = 0;  // sent first; answered last
  };

  mutable std::mutex mutex_;
  std::FILE* log_;
  Count all_;
  std::map<std::string, Count> kinds_, targets_;
  std::map<std::pair<std::string, std::string>, Span> served_;  // server, version
};

}  // namespace longshore::lab
