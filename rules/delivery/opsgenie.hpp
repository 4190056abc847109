// Alerts as requests to OpsGenie's Alert API v2, or to Jira Service Management, which speaks the same but knows no PUT; and
// what the answers mean. The alias makes a request that is sent again the same alert. Pure.
//   open: create · repeat: create, which counts, then PUT message, description and priority, or one note · note, close
#pragma once

#include "rules/delivery/alert_sink.hpp"
#include "rules/delivery/alert_sink_options.hpp"

namespace longshore::rules {

class OpsgenieSink final : public AlertSink {
 public:
  // options.url: https://api.opsgenie.com, https://api.eu.opsgenie.com, https://api.atlassian.com/jsm/ops/integration
  explicit OpsgenieSink(AlertSinkOptions options) : options_(std::move(options)) {}

  unsigned steps(const AlertChange& change) const override;
  AlertRequest request(const AlertChange& change, unsigned step, base::Timestamp now) const override;
  AlertVerdict verdict(const AlertChange& change, unsigned step, const AlertAnswer& answer) const override;
  AlertRequest question(const std::string& request_id) const override;
  AlertVerdict verdict_of_question(const AlertChange& change, unsigned step, const AlertAnswer& answer) const override;

 private:
  AlertRequest to(std::string_view method, std::string_view path, std::string body = {}) const;
  AlertSinkOptions options_;
};

}  // namespace longshore::rules
