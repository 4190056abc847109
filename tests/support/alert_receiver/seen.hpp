// What a receiver of alerts has understood of its requests: the proof that each alert was opened and closed once, in order.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/timestamp.hpp"

namespace longshore::alert_receiver {

struct Request {
  std::string method, path;  // path: without the query
  std::string query = {};
  std::string authorization = {};
  std::string body = {};
};

struct Reply {
  int status = 200;
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

struct Seen {
  base::Timestamp at{};
  std::string service;  // opsgenie, pagerduty, alertmanager, webhook, heartbeat
  std::string what;     // open, repeat, note, update, close
  std::string alias;
  std::string text;    // message or note
  bool effect = true;  // whether it changed anything: a close of what is not open does not
};

// One JSON object, without a line end.
std::string seen_line(const Seen& seen);

class Record {
 public:
  void add(Seen seen);
  const std::vector<Seen>& all() const { return all_; }
  // What had an effect on one alias, in order: "open note close open".
  std::string history(std::string_view alias) const;
  // As above, opens and closes only, by "SERVICE ALIAS".
  std::map<std::string, std::string> episodes() const;
  std::function<void(const Seen&)> on_add;

 private:
  std::vector<Seen> all_;
};

}  // namespace longshore::alert_receiver
