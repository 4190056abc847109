#include <fmt/format.h>
#include <re2/re2.h>

#include "common/config/value_rules.hpp"
#include "deployer/environment/schemas.hpp"
#include "deployer/environment/window.hpp"

namespace longshore::deployer {
namespace {

using namespace std::chrono_literals;
using config::choice;
using config::field;
using config::Outside;
using config::Rule;
using config::Schema;
using config::Spot;

Rule<std::string> pattern() {
  return {"RE2 pattern", [](const std::string& text, const Outside&) {
            RE2::Options quiet;
            quiet.set_log_errors(false);
            const RE2 compiled(text, quiet);
            return compiled.ok() ? std::string() : fmt::format("not a pattern: {}", compiled.error());
          }};
}

Rule<std::string> days() {
  return {"days", [](const std::string& text, const Outside&) {
            return parse_days(text) ? std::string() : fmt::format("\"{}\" are no days: write e.g. mon-fri or sat,sun", text);
          }};
}

Rule<std::string> time_of_day() {
  return {"time of day", [](const std::string& text, const Outside&) {
            return parse_time_of_day(text) ? std::string()
                                           : fmt::format("\"{}\" is no time of day: write e.g. \"09:30\"", text);
          }};
}

Rule<std::vector<std::string>> urls() {
  return {"list of URLs", [](const std::vector<std::string>& texts, const Outside& outside) {
            const Rule<std::string> url = config::url({"http", "https"});
            for (const std::string& text : texts)
              if (std::string problem = url.problem(text, outside); !problem.empty()) return problem;
            return std::string();
          }};
}

}  // namespace

const Schema<Policy>& policy_schema() {
  constexpr base::Duration kLong = 24h;
  static const Schema<Policy> schema{
      field("wave", &Policy::wave, "Hosts at once, after the first has shown that the release is good").between(1, 1000),
      field("floor", &Policy::floor,
            "Servers of a backend that every balancer must still have in rotation when a node leaves it")
          .between(0, 1000),
      field("failure_budget", &Policy::failure_budget, "Hosts that may fail, each rolled back, before the rollout stops")
          .between(0, 1000),
      choice("on_failure", &Policy::on_failure, {{"stop", OnFailure::stop}, {"rollback", OnFailure::rollback}},
             "What happens to the hosts that are done when the budget is spent: they stay, or go back as well"),
      field("allow_downtime", &Policy::allow_downtime, "A backend of a single server may be without it for the moment"),
      field("bake", &Policy::bake, "How long the first host is watched under traffic before the others follow")
          .between(0s, kLong),
      field("soak", &Policy::soak, "How long each other host is watched").between(0s, kLong),
      field("drain_deadline", &Policy::drain_deadline,
            "For balancers to let a node go and its sessions to end; then it is stopped, and the report says so")
          .between(1s, kLong),
      field("rotation_deadline", &Policy::rotation_deadline, "For all balancers to take a node in; then it has failed")
          .between(1s, kLong),
      field("pull_deadline", &Policy::pull_deadline, "For the images of one host").between(1s, kLong),
      field("min_disk", &Policy::min_disk,
            "What must be free for images on each host before anything is pulled; 0B: not looked at")
          .example("2GiB"),
      field("keep_releases", &Policy::keep_releases,
            "The last releases whose images stay on the hosts, to go back without a pull")
          .between(2, 1000),
  };
  return schema;
}

const Schema<Gates>& gates_schema() {
  static const Schema<Gates> schema{
      field("interval", &Gates::interval, "How often is looked while a new node is watched").between(100ms, 1min),
      field("max_5xx", &Gates::max_5xx, "More answers with 5xx than this, as HAProxy counts, stop the rollout"),
      field("max_5xx_ratio", &Gates::max_5xx_ratio,
            "Instead: this share of its requests, if it is also more than that of the old nodes; 0: by number")
          .between(0.0, 1.0)
          .example("0.01"),
      field("max_latency_ratio", &Gates::max_latency_ratio,
            "A mean response time of this many times that of the old nodes stops the rollout; 0: not looked at")
          .between(0.0, 1000.0)
          .example("3"),
      field("max_restarts", &Gates::max_restarts, "More restarts of the container than this stop the rollout"),
      field("log_pattern", &Gates::log_pattern, "A line of the new container that matches stops the rollout")
          .is(pattern())
          .example("'FATAL|panic:'"),
      field("shipper", &Gates::shipper, "Shipper's admin address on each host: an alert that opens there stops the rollout")
          .is(config::url({"http"}))
          .example("http://127.0.0.1:8514"),
      field("ignore_rules", &Gates::ignore_rules, "Rules whose alerts do not").example("[disk-nearly-full]"),
  };
  return schema;
}

const Schema<Window>& window_schema() {
  static const Schema<Window> schema =
      Schema<Window>{
          field("days", &Window::days, "On which it opens, e.g. `mon-fri` or `sat,sun`").is(days()),
          field("from", &Window::from, "When it opens").is(time_of_day()),
          field("to", &Window::to, "When it closes; before `from`, the day after").is(time_of_day()),
      }
          .check([](const Window& window, const Spot& spot) {
            if (window.from == window.to) spot.wrong("opens when it closes: it would never be open");
            if (window.from == "24:00") spot.option("from").wrong("is the end of the day: write \"00:00\"");
          });
  return schema;
}

const Schema<Hooks>& hooks_schema() {
  static const Schema<Hooks> schema{
      field("before", &Hooks::before, "Before anything is touched; if it fails, nothing is").example("./may-we-deploy"),
      field("after", &Hooks::after, "When all hosts are done").example("./smoke-test"),
      field("failed", &Hooks::failed, "When the rollout stopped or went back").example("./tell-the-team"),
  };
  return schema;
}

const Schema<Markers>& markers_schema() {
  static const Schema<Markers> schema =
      Schema<Markers>{
          field("loggly_url", &Markers::loggly_url, "Loggly's HTTP endpoint")
              .is(config::url({"http", "https"}))
              .example("https://logs-01.loggly.com"),
          config::secret("loggly_token", &Markers::loggly_token, "Customer token of Loggly"),
          field("grafana_url", &Markers::grafana_url, "Grafana's address, which gets an annotation")
              .is(config::url({"http", "https"}))
              .example("https://grafana.example"),
          config::secret("grafana_token", &Markers::grafana_token, "Token of a service account of Grafana"),
          field("webhooks", &Markers::webhooks, "Addresses that get a POST of JSON")
              .is(urls())
              .example("[\"https://hooks.example/deploys\"]"),
      }
          .check([](const Markers& markers, const Spot& spot) {
            if (markers.loggly_url.empty() != markers.loggly_token.empty())
              spot.wrong("Loggly needs both \"loggly_url\" and \"loggly_token\"");
            if (markers.grafana_url.empty() && !markers.grafana_token.empty())
              spot.wrong("\"grafana_token\" needs \"grafana_url\"");
          });
  return schema;
}

}  // namespace longshore::deployer
