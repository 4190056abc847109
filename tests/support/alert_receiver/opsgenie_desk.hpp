// OpsGenie's Alert API v2, and Jira Service Management's under /jsm/ops/integration, as their documentation has it: limits
// in characters, 202 before the request is processed, one open alert for each alias. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "tests/support/alert_receiver/seen.hpp"

namespace longshore::alert_receiver {

class OpsgenieDesk {
 public:
  explicit OpsgenieDesk(Record& record) : record_(record) {}
  // `path`: behind "/v2/alerts", e.g. "", "/ALIAS/close". `jsm`: knows no PUT.
  Reply handle(const Request& request, std::string_view path, bool jsm, base::Timestamp now);

  std::string key;                           // the only GenieKey that is accepted; empty: any
  int lost = 0;                              // so many accepted requests are never processed
  int pending = 0;                           // how often a request is asked for before it is processed
  bool known(std::string_view alias) const;  // is open
  std::size_t open() const { return alerts_.size(); }

 private:
  struct Alert {
    std::string message, description, priority;
    std::uint64_t count = 1;
  };
  struct Accepted {
    std::string what, alias, body;
    int asks_left = 0;
    bool processed = false, success = false;
    std::string status;
  };
  Reply accept(std::string what, std::string alias, const std::string& body, base::Timestamp now);
  Reply answer_question(const std::string& id, base::Timestamp now);
  void process(Accepted& accepted, base::Timestamp now);

  Record& record_;
  std::map<std::string, Alert, std::less<>> alerts_;  // open ones, by alias
  std::map<std::string, Accepted> accepted_;          // by request id
  std::uint64_t next_id_ = 1;
};

}  // namespace longshore::alert_receiver
