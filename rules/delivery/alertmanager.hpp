// Alerts as Prometheus Alertmanager's API v2 takes them. It forgets what it is not told again: what fires is sent again and
// again with an end a few times ahead, so that an alert also ends when its host dies; a close is repeated for some minutes.
// An alert is known by its labels: alertname (the rule), alias, priority, severity, and team, the first that is named. Pure.
//   open, repeat: firing · close: resolved · note: nothing
#pragma once

#include "rules/delivery/alert_sink.hpp"
#include "rules/delivery/alert_sink_options.hpp"

namespace longshore::rules {

class AlertmanagerSink final : public AlertSink {
 public:
  explicit AlertmanagerSink(AlertSinkOptions options) : options_(std::move(options)) {}

  unsigned steps(const AlertChange& change) const override { return change.kind == AlertChange::Kind::note ? 0 : 1; }
  AlertRequest request(const AlertChange& change, unsigned step, base::Timestamp now) const override;
  AlertVerdict verdict(const AlertChange& change, unsigned step, const AlertAnswer& answer) const override;
  base::Duration resend_every() const override { return options_.resend_every; }

 private:
  AlertSinkOptions options_;
};

}  // namespace longshore::rules
