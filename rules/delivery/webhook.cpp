#include "rules/delivery/webhook.hpp"

#include <fmt/format.h>

#include <array>

#include "common/base/json.hpp"
#include "rules/alert/alert_codec.hpp"
#include "rules/delivery/http_verdict.hpp"

namespace longshore::rules {
namespace {

// "Mar 17 11:41:40", in UTC.
std::string loggly_time(base::Timestamp at) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const base::Civil civil = base::to_civil(at);
  return fmt::format("{} {:02} {:02}:{:02}:{:02}", kMonths[civil.month - 1], civil.day, civil.hour, civil.minute,
                     civil.second);
}

std::string loggly_body(const AlertChange& change, std::string_view search_url) {
  base::JsonObject out;
  out.text("alert_name", change.message.empty() ? change.rule : change.message);
  out.text("edit_alert_link", change.runbook);
  out.text("source_group", "N/A");
  out.text("start_time", loggly_time(change.at));
  out.text("end_time", loggly_time(change.at));
  out.text("search_link", search_url.empty() ? change.runbook : fmt::format("{}{}", search_url, change.rule));
  out.text("query", change.rule);
  out.value("num_hits", std::to_string(change.count));
  base::JsonArray hits;
  for (const std::string& sample : change.samples) hits.text(sample);
  out.value("recent_hits", hits.take());
  for (const std::string_view owner : {"owner_username", "owner_subdomain", "owner_email"}) out.text(owner, "longshore");
  return out.take();
}

}  // namespace

unsigned WebhookSink::steps(const AlertChange& change) const {
  const bool of_loggly = change.kind == AlertChange::Kind::open || change.kind == AlertChange::Kind::repeat;
  return options_.shape == AlertShape::change || of_loggly ? 1 : 0;
}

AlertRequest WebhookSink::request(const AlertChange& change, unsigned, base::Timestamp) const {
  return {
      .url = options_.url,
      .authorization = std::string(options_.key.reveal()),
      .body = options_.shape == AlertShape::loggly ? loggly_body(change, options_.search_url) : write_alert_change(change)};
}

AlertVerdict WebhookSink::verdict(const AlertChange&, unsigned, const AlertAnswer& answer) const {
  if (answer.status >= 200 && answer.status < 300) return {};
  return http_failure(answer, true);
}

}  // namespace longshore::rules
