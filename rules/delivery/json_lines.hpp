// Alerts as lines of JSON, for standard output and files: each change as alert_codec.hpp writes it. Pure.
#pragma once

#include "rules/alert/alert_codec.hpp"
#include "rules/delivery/alert_sink.hpp"

namespace longshore::rules {

class JsonLinesSink final : public AlertSink {
 public:
  unsigned steps(const AlertChange&) const override { return 1; }
  AlertRequest request(const AlertChange& change, unsigned, base::Timestamp) const override {
    return {.body = write_alert_change(change) + "\n"};
  }
  AlertVerdict verdict(const AlertChange&, unsigned, const AlertAnswer& answer) const override {
    if (answer.status != 0) return {};
    return {.kind = AlertVerdict::Kind::wait, .reason = answer.body};
  }
};

}  // namespace longshore::rules
