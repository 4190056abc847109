// Alerts as requests to OpsGenie's Alert API v2, or to Jira Service Management, which speaks the same; and what its answers
// mean. Every request may be sent again: the alias makes it the same alert. Pure.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/duration.hpp"
#include "common/base/secret.hpp"
#include "rules/alert/alert_change.hpp"

namespace longshore::rules {

struct OpsgenieOptions {
  // https://api.opsgenie.com, https://api.eu.opsgenie.com, https://api.atlassian.com/jsm/ops/integration
  std::string base_url = "https://api.opsgenie.com";
  base::Secret api_key = {};  // of an integration; goes out as Authorization: GenieKey
};

struct AlertRequest {
  std::string method, url;
  std::string authorization;  // a header's value: secret
  std::string body;           // JSON; empty: none
};

struct AlertAnswer {
  int status = 0;  // 0: there was none, `body` says why
  std::string_view body = {};
  std::string_view error_type = {};         // X-Opsgenie-Errortype
  std::string_view retry_after = {};        // Retry-After
  std::string_view rate_limit_period = {};  // X-RateLimit-Period-In-Sec
};

struct AlertVerdict {
  enum class Kind {
    settled,
    ask,      // accepted, not done: ask for the state of request_id
    pending,  // of an asked one: ask again later
    resend,   // of an asked one: it was lost
    retry,    // later, not before `pause`
    refused,  // for good
  };
  Kind kind = Kind::settled;
  std::string reason;  // for a person
  std::string request_id;
  base::Duration pause{};
};

AlertRequest opsgenie_request(const OpsgenieOptions& options, const AlertChange& change);
// GET …/v2/alerts/requests/{id}; `request_id` comes from a verdict.
AlertRequest opsgenie_question(const OpsgenieOptions& options, std::string_view request_id);

AlertVerdict opsgenie_verdict(const AlertAnswer& answer);
// `kind` of the change that was sent: a close of an alert that is not open has reached what it wanted.
AlertVerdict opsgenie_verdict_of_question(const AlertAnswer& answer, AlertChange::Kind kind);

}  // namespace longshore::rules
