// A place that alerts go to, as data: which requests tell a change, and what the answers mean. Every request may be sent
// again. What carries requests out is a carrier (carrier.hpp). Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/duration.hpp"
#include "common/base/timestamp.hpp"
#include "rules/alert/alert_change.hpp"

namespace longshore::rules {

struct AlertRequest {
  std::string method = "POST";
  std::string url = {};            // empty for what is not HTTP
  std::string authorization = {};  // a header's value, secret; empty: none
  std::string body = {};           // empty: none
};

struct AlertAnswer {
  int status = 0;  // 0: there was none, `body` says why
  std::string body = {};
  std::string error_type = {};         // X-Opsgenie-Errortype
  std::string retry_after = {};        // Retry-After
  std::string rate_limit_period = {};  // X-RateLimit-Period-In-Sec
};

struct AlertVerdict {
  enum class Kind {
    settled,
    ask,      // accepted, not done: ask for the state of request_id
    pending,  // of an asked one: ask again later
    resend,   // of an asked one: it was lost
    retry,    // this request again, later
    wait,     // the sink is in trouble or wants a pause: no request before `pause` has passed, or a growing time if it is 0
    hold,     // likewise, and a person is needed
    refused,  // this change, for good
  };
  Kind kind = Kind::settled;
  std::string reason = {};  // for a person
  std::string request_id = {};
  base::Duration pause{};
};

class AlertSink {
 public:
  virtual ~AlertSink() = default;
  // How many requests tell the change, one after the other; 0: it is nothing for this sink.
  virtual unsigned steps(const AlertChange& change) const = 0;
  // `step`: from 0. `now`: for sinks that are told until when something holds.
  virtual AlertRequest request(const AlertChange& change, unsigned step, base::Timestamp now) const = 0;
  virtual AlertVerdict verdict(const AlertChange& change, unsigned step, const AlertAnswer& answer) const = 0;
  // For sinks whose verdict may be `ask`.
  virtual AlertRequest question(const std::string& request_id) const { return {.url = request_id}; }
  virtual AlertVerdict verdict_of_question(const AlertChange& change, unsigned step, const AlertAnswer& answer) const {
    return verdict(change, step, answer);
  }
  // What is open must be told again so often, and a close for some minutes; 0: once is enough.
  virtual base::Duration resend_every() const { return {}; }
};

}  // namespace longshore::rules
