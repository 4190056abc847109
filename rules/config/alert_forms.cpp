#include "rules/config/alert_forms.hpp"

#include <chrono>
#include <set>
#include <string>

#include "common/config/value_rules.hpp"

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;
using config::choice;
using config::field;
using config::Schema;
using config::secret;

template <AlertSinkType Type>
using Form = AlertSinkForm<Type>;
using Opsgenie = Form<AlertSinkType::opsgenie>;
using Pagerduty = Form<AlertSinkType::pagerduty>;
using Alertmanager = Form<AlertSinkType::alertmanager>;
using Webhook = Form<AlertSinkType::webhook>;
using StandardOutput = Form<AlertSinkType::standard_output>;
using File = Form<AlertSinkType::file>;

const Schema<AlertSinkOptions>& name_part() {
  static const Schema<AlertSinkOptions> part{
      field("name", &AlertSinkOptions::name,
            "What the sink is called; what waits for it is kept by name. Its type if not given"),
  };
  return part;
}

const Schema<AlertSinkOptions>& request_part() {
  static const Schema<AlertSinkOptions> part{
      field("ca_file", &AlertSinkOptions::ca_file, "Authorities that are trusted, PEM; the system's if not given")
          .is(config::readable_file())
          .example("/etc/longshore/tls/ca.pem"),
      field("timeout", &AlertSinkOptions::timeout, "A request without an answer is repeated after this time")
          .between(10ms, 1h),
      field("per_minute", &AlertSinkOptions::per_minute,
            "Requests a minute at most; 0: as many as the service is known to take")
          .between(0, 1'000'000),
      field("max_in_flight", &AlertSinkOptions::max_in_flight, "Requests under way at a time, each about another alert")
          .between(1, 64),
      name_part(),
  };
  return part;
}

const Schema<HeartbeatOptions>& heartbeat_schema() {
  static const Schema<HeartbeatOptions> schema{
      field("name", &HeartbeatOptions::name, "Name of OpsGenie's heartbeat; none if not given").example("longshore-web-1"),
      field("url", &HeartbeatOptions::url, "Asked by GET instead of OpsGenie's address: JSM has its own")
          .is(config::url({"https", "http"}))
          .example("\"https://api.atlassian.com/jsm/ops/api/CLOUD/v1/teams/TEAM/heartbeats/ping?name=web-1\""),
      secret("authorization", &HeartbeatOptions::authorization, "Authorization header for `url`, if it is another")
          .example("/run/secrets/jsm-heartbeat"),
      field("every", &HeartbeatOptions::every, "Time between two").between(1s, 24h),
  };
  return schema;
}

const Schema<Opsgenie>& opsgenie_schema() {
  static const Schema<Opsgenie> schema{
      field("url", &AlertSinkOptions::url,
            "Base URL: https://api.opsgenie.com, https://api.eu.opsgenie.com, or for Jira Service Management "
            "https://api.atlassian.com/jsm/ops/integration")
          .is(config::url({"https", "http"}))
          .example("\"https://api.opsgenie.com\""),
      secret("api_key", &AlertSinkOptions::key, "Key of an API integration").required().example("/run/secrets/opsgenie"),
      choice("updates", &AlertSinkOptions::updates, {{"put", AlertUpdates::put}, {"note", AlertUpdates::note}},
             "How news of an open alert are told; Jira Service Management knows `note` only"),
      nested("heartbeat", &AlertSinkOptions::heartbeat, heartbeat_schema(),
             "A sign of life, so that silence pages somebody"),
      request_part(),
  };
  return schema;
}

const Schema<Pagerduty>& pagerduty_schema() {
  static const Schema<Pagerduty> schema{
      field("url", &AlertSinkOptions::url, "Base URL of the Events API v2")
          .is(config::url({"https", "http"}))
          .example("\"https://events.pagerduty.com\""),
      secret("routing_key", &AlertSinkOptions::key, "Integration key of a service")
          .required()
          .example("/run/secrets/pagerduty"),
      request_part(),
  };
  return schema;
}

const Schema<Alertmanager>& alertmanager_schema() {
  static const Schema<Alertmanager> schema{
      field("url", &AlertSinkOptions::url, "Base URL")
          .is(config::url({"https", "http"}))
          .required()
          .example("\"http://127.0.0.1:9093\""),
      secret("authorization", &AlertSinkOptions::key, "Authorization header").example("/run/secrets/alertmanager"),
      field("resend_every", &AlertSinkOptions::resend_every, "Alerts that are open are sent again so often").between(1s, 1h),
      request_part(),
  };
  return schema;
}

const Schema<Webhook>& webhook_schema() {
  static const Schema<Webhook> schema{
      field("url", &AlertSinkOptions::url, "Where alerts are posted")
          .is(config::url({"https", "http"}))
          .required()
          .example("\"https://hooks.example.com/alerts\""),
      secret("authorization", &AlertSinkOptions::key, "Authorization header").example("/run/secrets/webhook"),
      choice("shape", &AlertSinkOptions::shape, {{"change", AlertShape::change}, {"loggly", AlertShape::loggly}},
             "The body: the change as JSON, or as Loggly posts its alerts"),
      field("search_url", &AlertSinkOptions::search_url, "Shape `loggly`: search_link is this with the rule's id behind it"),
      request_part(),
  };
  return schema;
}

const Schema<File>& file_schema() {
  static const Schema<File> schema{
      field("path", &AlertSinkOptions::path, "The file; a JSON line for each change")
          .required()
          .example("/var/log/longshore/alerts.jsonl"),
      name_part(),
  };
  return schema;
}

const Schema<StandardOutput>& output_schema() {
  static const Schema<StandardOutput> schema{name_part()};
  return schema;
}

}  // namespace

const config::Variants<AlertSinkForms>& alert_forms() {
  static const auto forms =
      config::Variants<AlertSinkForms>()
          .add<Opsgenie>("opsgenie", "OpsGenie, or Jira Service Management, which speaks the same", opsgenie_schema())
          .add<Pagerduty>("pagerduty", "PagerDuty, Events API v2", pagerduty_schema())
          .add<Alertmanager>("alertmanager", "Prometheus Alertmanager, API v2", alertmanager_schema())
          .add<Webhook>("webhook", "Any service that takes JSON by POST", webhook_schema())
          .add<File>("file", "A file of JSON lines: no account needed", file_schema())
          .add<StandardOutput>("stdout", "JSON lines on standard output", output_schema());
  return forms;
}

void name_alert_sinks(std::vector<AlertSinkForms>& sinks, const config::Spot& list) {
  std::set<std::string> taken;
  for (std::size_t i = 0; i < sinks.size(); ++i) {
    std::string& name = std::visit([](auto& form) -> std::string& { return form.name; }, sinks[i]);
    const bool given = !name.empty();
    if (!given) name = alert_forms().type_of(sinks[i]);
    if (taken.insert(name).second) continue;
    if (given)
      list.item(i).option("name").wrong("\"" + name + "\" is the name of another one already");
    else
      list.item(i).wrong("needs \"name\": another one is called \"" + name +
                         "\", and what waits for a sink is kept by name");
  }
}

std::vector<AlertSinkOptions> alert_sinks(const std::vector<AlertSinkForms>& forms) {
  std::vector<AlertSinkOptions> sinks;
  for (const AlertSinkForms& form : forms)
    sinks.push_back(std::visit([](const auto& f) -> AlertSinkOptions { return f; }, form));
  return sinks;
}

}  // namespace longshore::rules
