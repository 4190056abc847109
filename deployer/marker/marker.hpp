// Deploy markers: what others are told of a rollout while it runs, as the bodies that they expect. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/duration.hpp"
#include "common/base/timestamp.hpp"
#include "deployer/report/event.hpp"

namespace longshore::deployer {

struct Marker {
  enum class Moment { begin, canary, end, failure } moment = Moment::begin;  // end: of a rollout that succeeded
  Heading heading = {};
  base::Timestamp at = {};
  std::size_t hosts = 0;          // that the rollout is about
  std::string outcome = {};       // of end and failure
  int exit_code = 0;              // likewise
  std::string next_command = {};  // likewise; may be empty
};

std::string_view to_text(Marker::Moment moment);

Marker begin_marker(const Heading& heading, std::size_t hosts);
Marker canary_marker(const Heading& heading, std::size_t hosts, base::Timestamp at);
Marker end_marker(const Summary& summary, std::size_t hosts);  // `end` if the exit code is 0, else `failure`

// "prod: rc_20261123_1300 is rolled out to 3 hosts (deploy #42)": one sentence for people.
std::string sentence(const Marker& marker);

// A structured log line. Loggly's HTTP endpoint takes one JSON event a request and reads its `timestamp`
// (https://documentation.solarwinds.com/en/success_center/loggly/content/admin/http-endpoint.htm).
std::string log_json(const Marker& marker);

// Grafana's HTTP API, annotations: times in milliseconds; with `timeEnd` a region
// (https://grafana.com/docs/grafana/latest/developers/http_api/annotations/).
std::string grafana_json(const Marker& marker);      // of POST: a point at the begin, a region from the begin at the end
std::string grafana_end_json(const Marker& marker);  // of PATCH: makes the point a region

// `text` as Slack's incoming webhooks, Mattermost and others read it, beside the fields of log_json.
std::string webhook_json(const Marker& marker);

// POST /annotations of shipper (docs/shipper.md). `ttl`: after which shipper takes the deploy as over by itself.
std::string shipper_json(const Marker& marker, base::Duration ttl);

}  // namespace longshore::deployer
