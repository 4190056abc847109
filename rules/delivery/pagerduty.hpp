// Alerts as events of PagerDuty's Events API v2. The deduplication key, which is the alias, makes an event that is sent
// again the same incident. Pure.
//   open, repeat: trigger · close: resolve · note: nothing, PagerDuty has no place for it
#pragma once

#include "rules/delivery/alert_sink.hpp"
#include "rules/delivery/alert_sink_options.hpp"

namespace longshore::rules {

class PagerdutySink final : public AlertSink {
 public:
  explicit PagerdutySink(AlertSinkOptions options) : options_(std::move(options)) {}

  unsigned steps(const AlertChange& change) const override { return change.kind == AlertChange::Kind::note ? 0 : 1; }
  AlertRequest request(const AlertChange& change, unsigned step, base::Timestamp now) const override;
  AlertVerdict verdict(const AlertChange& change, unsigned step, const AlertAnswer& answer) const override;

 private:
  AlertSinkOptions options_;
};

}  // namespace longshore::rules
