// All services that alerts go to, told apart by path, with their limits and their way of knowing an alert again. Pure: time
// is handed in.
//   /v2/alerts…, /jsm/ops/integration/v2/alerts…  OpsGenie, JSM    /v2/heartbeats/NAME/ping, …/heartbeats/ping?name=NAME
//   /v2/enqueue  PagerDuty    /api/v2/alerts  Alertmanager    any other POST: a webhook
#pragma once

#include <map>
#include <set>
#include <string>

#include "tests/support/alert_receiver/opsgenie_desk.hpp"

namespace longshore::alert_receiver {

class Desk {
 public:
  Reply handle(const Request& request, base::Timestamp now);
  // At Alertmanager what is not told again ends by itself: seen as "close" with the text "expired".
  void expire(base::Timestamp now);

  Record record;
  OpsgenieDesk opsgenie{record};

 private:
  Reply pagerduty(const Request& request, base::Timestamp now);
  Reply alertmanager(const Request& request, base::Timestamp now);
  Reply webhook(const Request& request, base::Timestamp now);

  std::map<std::string, std::string> incidents_;  // PagerDuty: open ones, by deduplication key
  struct Firing {
    std::string alias;
    base::Timestamp ends;
  };
  std::map<std::string, Firing> firing_;  // Alertmanager: by labels
  std::set<std::string> posted_;          // webhook
};

}  // namespace longshore::alert_receiver
