#include <fmt/format.h>

#include <algorithm>

#include "common/config/value_rules.hpp"
#include "deployer/environment/host_url.hpp"
#include "deployer/environment/placeholders.hpp"
#include "deployer/environment/schemas.hpp"

namespace longshore::deployer {
namespace {

using namespace std::chrono_literals;
using config::field;
using config::Outside;
using config::Rule;
using config::Schema;
using config::Spot;

// What a text may become: enough to look at its form.
std::string filled_for_a_look(const std::string& text) {
  return fill_placeholders(
      text, {{"host", "h"}, {"address", "h"}, {"server", "h"}, {"tag", "h"}, {"digest", "h"}, {"composition", "h"}});
}

Rule<std::vector<std::string>> tcp_addresses() {
  return {"list of host:port", [](const std::vector<std::string>& addresses, const Outside&) {
            for (const std::string& address : addresses) {
              if (std::string problem = placeholder_problem(address); !problem.empty()) return problem;
              if (!is_host_and_port(filled_for_a_look(address)))
                return fmt::format("\"{}\" is not a host with a port, e.g. \"{{address}}:5432\"", address);
            }
            return std::string();
          }};
}

// `P` has header and value, which go together.
template <class P>
void check_header(const P& probe, const Spot& spot) {
  if (probe.header.empty() && !probe.value.empty()) spot.option("value").wrong("needs \"header\": the value of which?");
  if (!probe.header.empty() && probe.value.empty())
    spot.option("header").wrong("needs \"value\": what it must be, e.g. \"{tag}\"");
  if (probe.header.find_first_of(": \t\r\n") != std::string::npos)
    spot.option("header").wrong("is a header's name alone, e.g. X-Version");
}

const Schema<HttpProbe>& http_probe_schema() {
  static const Schema<HttpProbe> schema =
      Schema<HttpProbe>{
          field("url", &HttpProbe::url, "What is asked, as seen from the host")
              .is(url_with_placeholders({"http"}))
              .required()
              .example("http://{address}:8080/health"),
          field("status", &HttpProbe::status, "What it must answer").between(100, 599),
          field("header", &HttpProbe::header, "A header that its answer must have, with `value`").example("X-Version"),
          field("value", &HttpProbe::value, "What the header must say").is(text_with_placeholders()).example("\"{tag}\""),
          field("contains", &HttpProbe::contains, "Text that the body must hold").is(text_with_placeholders()).example("ok"),
          field("timeout", &HttpProbe::timeout, "For one answer; it is asked again until `start_deadline`")
              .between(10ms, 1min),
      }
          .check(check_header<HttpProbe>);
  return schema;
}

}  // namespace

Rule<std::string> text_with_placeholders() {
  return {"text", [](const std::string& text, const Outside&) { return placeholder_problem(text); }};
}

Rule<std::string> url_with_placeholders(std::vector<std::string> schemes) {
  const Rule<std::string> url = config::url(std::move(schemes));
  return {url.name, [url](const std::string& text, const Outside& outside) {
            if (std::string problem = placeholder_problem(text); !problem.empty()) return problem;
            if (std::string problem = url.problem(text, outside); !problem.empty()) return problem;
            std::string rest = filled_for_a_look(text);
            rest.erase(0, rest.find("://") + 3);
            rest.erase(std::min(rest.find_first_of("/?"), rest.size()));
            return parse_host_url("tcp+tls://" + rest) ? std::string()
                                                       : fmt::format("\"{}\" has no good host and port", text);
          }};
}

const Schema<Placement>& placement_schema() {
  static const Schema<Placement> schema{
      field("component", &Placement::component, "Its name in the composition and in the Compose file")
          .is(name_rule())
          .required()
          .example("web"),
      field("hosts", &Placement::hosts, "Names of hosts or groups"),
      field("backend", &Placement::backend, "The balancers' backend that it serves; none if not given").example("web"),
      field("server", &Placement::server, "Its name in that backend").is(text_with_placeholders()),
      config::list("http", &Placement::http, http_probe_schema(), "What must answer before it gets traffic"),
      field("tcp", &Placement::tcp, "Addresses that must take a connection")
          .is(tcp_addresses())
          .example("[\"{address}:5432\"]"),
      field("start_deadline", &Placement::start_deadline,
            "From its start until its health check and all probes are good; then it has failed")
          .between(1s, 1h),
  };
  return schema;
}

const Schema<DarkProbe>& dark_probe_schema() {
  static const Schema<DarkProbe> schema =
      Schema<DarkProbe>{
          field("url", &DarkProbe::url, "At a balancer")
              .is(url_with_placeholders({"http", "https"}))
              .required()
              .example("http://lb1.example/version"),
          field("cookie", &DarkProbe::cookie, "The persistence cookie that leads to the server")
              .is(text_with_placeholders())
              .required()
              .example("\"SRV={server}\""),
          field("status", &DarkProbe::status, "What it must answer").between(100, 599),
          field("header", &DarkProbe::header, "A header that its answer must have, with `value`").example("X-Version"),
          field("value", &DarkProbe::value, "What the header must say").is(text_with_placeholders()).example("\"{tag}\""),
      }
          .check([](const DarkProbe& probe, const Spot& spot) {
            check_header(probe, spot);
            if (probe.cookie.find('=') == std::string::npos) spot.option("cookie").wrong("is NAME=VALUE, e.g. SRV={server}");
          });
  return schema;
}

}  // namespace longshore::deployer
