// Alerts as JSON posted to a URL: each change as alert_codec.hpp writes it, or in the shape of Loggly's own alerts, for what
// was made to receive those. Loggly never says that an alert is over: in its shape only open and repeat are sent. Pure.
#pragma once

#include "rules/delivery/alert_sink.hpp"
#include "rules/delivery/alert_sink_options.hpp"

namespace longshore::rules {

class WebhookSink final : public AlertSink {
 public:
  explicit WebhookSink(AlertSinkOptions options) : options_(std::move(options)) {}

  unsigned steps(const AlertChange& change) const override;
  AlertRequest request(const AlertChange& change, unsigned step, base::Timestamp now) const override;
  AlertVerdict verdict(const AlertChange& change, unsigned step, const AlertAnswer& answer) const override;

 private:
  AlertSinkOptions options_;
};

}  // namespace longshore::rules
