// What can be set of a place that alerts go to. Plain data: configuration fills it in, make_alert_sink.hpp uses it.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/duration.hpp"
#include "common/base/secret.hpp"

namespace longshore::rules {

enum class AlertSinkType { opsgenie, pagerduty, alertmanager, webhook, standard_output, file };

// How what is new about an open alert is told (opsgenie). JSM knows no PUT.
enum class AlertUpdates { put, note };

// What a webhook's body looks like: the change as `stdout` shows it, or as Loggly posts its alerts.
enum class AlertShape { change, loggly };

// "I am alive", so that somebody is paged when this host says nothing any more.
struct HeartbeatOptions {
  std::string name = {};            // of OpsGenie's heartbeat; empty, and no url: none
  std::string url = {};             // asked by GET instead of OpsGenie's address: JSM has its own
  base::Secret authorization = {};  // header's value for `url`, e.g. "Basic …"; empty: as for alerts
  base::Duration every = std::chrono::minutes(1);
  bool operator==(const HeartbeatOptions&) const = default;
};

struct AlertSinkOptions {
  AlertSinkType type = AlertSinkType::standard_output;
  std::string name = {};  // unique among the sinks; what waits on disk knows it by this
  std::string url = {};   // without a path but for webhook; empty: api.opsgenie.com, events.pagerduty.com
  base::Secret key =
      {};  // opsgenie: API key of an integration; pagerduty: routing key; else the Authorization header's value
  AlertUpdates updates = AlertUpdates::put;
  AlertShape shape = AlertShape::change;
  std::string search_url = {};  // shape loggly: search_link is this with the rule's id behind it; empty: the runbook
  std::string path = {};        // file
  std::string ca_file = {};     // PEM; empty: the system's
  base::Duration timeout = std::chrono::seconds(10);
  std::uint32_t per_minute = 0;                           // requests; 0: as many as the type's service is known to take
  std::uint32_t max_in_flight = 4;                        // requests, each about another alert
  base::Duration resend_every = std::chrono::minutes(1);  // alertmanager: what is firing
  HeartbeatOptions heartbeat = {};
  bool operator==(const AlertSinkOptions&) const = default;
};

}  // namespace longshore::rules
