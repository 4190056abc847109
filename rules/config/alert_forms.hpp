// `alerts:` of a configuration: where alerts go, one form for each type of sink. shipper's configuration and `rules
// send-test` read the same.
#pragma once

#include <variant>
#include <vector>

#include "common/config/schema.hpp"
#include "rules/delivery/alert_sink_options.hpp"

namespace longshore::rules {

template <AlertSinkType Type>
struct AlertSinkForm : AlertSinkOptions {
  AlertSinkForm() { type = Type; }
  bool operator==(const AlertSinkForm&) const = default;
};
using AlertSinkForms = std::variant<AlertSinkForm<AlertSinkType::opsgenie>, AlertSinkForm<AlertSinkType::pagerduty>,
                                    AlertSinkForm<AlertSinkType::alertmanager>, AlertSinkForm<AlertSinkType::webhook>,
                                    AlertSinkForm<AlertSinkType::standard_output>, AlertSinkForm<AlertSinkType::file>>;

const config::Variants<AlertSinkForms>& alert_forms();

// Names that were not given are filled in: the type's. Two sinks of one name are a problem at `list`.
void name_alert_sinks(std::vector<AlertSinkForms>& sinks, const config::Spot& list);

std::vector<AlertSinkOptions> alert_sinks(const std::vector<AlertSinkForms>& forms);

}  // namespace longshore::rules
