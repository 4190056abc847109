#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "common/config/value_rules.hpp"
#include "deployer/environment/host_url.hpp"
#include "deployer/environment/schemas.hpp"

namespace longshore::deployer {
namespace {

using config::field;
using config::Outside;
using config::Rule;
using config::Schema;
using config::Spot;

Rule<std::string> way_to_a_host() {
  return {"`ssh://[user@]host[:port]`, `unix:///path` or `tcp+tls://host[:port]`",
          [](const std::string& text, const Outside&) {
            const auto url = parse_host_url(text);
            return url ? std::string() : url.error().message;
          }};
}

Rule<std::vector<std::string>> group_names() {
  return {"list of names", [](const std::vector<std::string>& names, const Outside& outside) {
            for (const std::string& name : names) {
              if (name == "all") return std::string("\"all\" is always every host: it is not given");
              if (std::string problem = name_rule().problem(name, outside); !problem.empty()) return problem;
            }
            return std::string();
          }};
}

// As it stands in the names of images: with a dot, a port, or "localhost"; everything else would be a path at docker.io.
Rule<std::string> registry_host() {
  return {"host[:port]", [](const std::string& text, const Outside&) {
            const std::string name = text.substr(0, text.find(':'));
            const bool bare = name == text && name != "localhost" && text.find('.') == std::string::npos;
            const bool good = !bare && (name == text ? parse_host_url("ssh://" + text).has_value() : is_host_and_port(text));
            return good ? std::string()
                        : fmt::format(
                              "\"{}\" is not what images are named by: write registry.example or registry.example:5000",
                              text);
          }};
}

void check_host(const HostEntry& host, const Spot& spot) {
  const auto url = parse_host_url(host.url);
  if (!url) return;
  const bool tls = url->scheme == HostUrl::Scheme::tls;
  for (const auto& [name, file] : {std::pair{"ca_file", &host.ca_file}, std::pair{"cert_file", &host.cert_file},
                                   std::pair{"key_file", &host.key_file}}) {
    if (tls && file->empty()) spot.option("url").wrong(fmt::format("tcp+tls needs \"{}\"", name));
    if (!tls && !file->empty()) spot.option(name).wrong("is for tcp+tls alone");
  }
  const bool ssh = url->scheme == HostUrl::Scheme::ssh;
  if (!ssh && !host.ssh_config.empty()) spot.option("ssh_config").wrong("is for ssh alone");
  if (!ssh && host.socket != HostEntry().socket) spot.option("socket").wrong("is for ssh alone");
  if (!host.socket.starts_with('/')) spot.option("socket").wrong("is a path from /, e.g. /run/user/1000/docker.sock");
}

void check_balancer(const BalancerEntry& balancer, const Spot& spot) {
  const bool socket = balancer.url.starts_with("unix://") || balancer.url.starts_with("tcp://");
  if (balancer.url.starts_with("tcp://") && !is_host_and_port(balancer.url.substr(6)))
    spot.option("url").wrong("needs a host and a port, e.g. tcp://lb1.example:9999");
  if (balancer.url.starts_with("unix://") && !balancer.url.starts_with("unix:///"))
    spot.option("url").wrong("needs a path from /, e.g. unix:///run/haproxy/admin.sock");
  if (socket && (!balancer.username.empty() || !balancer.password.empty()))
    spot.option("username").wrong("a stats socket asks for none: username and password are for http");
  if (!balancer.ca_file.empty() && !balancer.url.starts_with("https://")) spot.option("ca_file").wrong("is for https alone");
}

}  // namespace

Rule<std::string> name_rule() {
  return {"name", [](const std::string& text, const Outside&) {
            const auto word = [](unsigned char c) { return c < 0x80 && std::isalnum(c) != 0; };
            const bool good = text.size() <= 63 && (text.empty() || word(static_cast<unsigned char>(text[0]))) &&
                              std::all_of(text.begin(), text.end(),
                                          [&](unsigned char c) { return word(c) || c == '_' || c == '.' || c == '-'; });
            return good ? std::string()
                        : fmt::format("\"{}\" is no name: letters, digits, \"_\", \".\" and \"-\", at most 63", text);
          }};
}

const Schema<HostEntry>& host_schema() {
  static const Schema<HostEntry> schema =
      Schema<HostEntry>{
          field("name", &HostEntry::name, "What it is called in this file, in plans and in reports")
              .is(name_rule())
              .required()
              .example("web1"),
          field("url", &HostEntry::url,
                "How its Docker is reached: over the system's ssh with its configuration, at a socket of this machine, or "
                "over "
                "TLS")
              .is(way_to_a_host())
              .required()
              .example("ssh://deploy@web1.example"),
          field("address", &HostEntry::address,
                "Where its published ports are reached; the host of `url` if not given, and 127.0.0.1 of unix")
              .example("10.0.0.11"),
          field("groups", &HostEntry::groups, "Names for several hosts together; `all` is every host")
              .is(group_names())
              .example("[web]"),
          field("ssh_config", &HostEntry::ssh_config,
                "With ssh: a configuration in place of yours and the system's (`ssh -F`)")
              .is(config::readable_file())
              .example("deploy/ssh_config"),
          field("socket", &HostEntry::socket, "With ssh: Docker's socket on the host"),
          field("ca_file", &HostEntry::ca_file, "With tcp+tls: the authority that signed Docker's certificate")
              .is(config::readable_file())
              .example("/etc/longshore/ca.pem"),
          field("cert_file", &HostEntry::cert_file, "With tcp+tls: our certificate")
              .is(config::readable_file())
              .example("/etc/longshore/cert.pem"),
          field("key_file", &HostEntry::key_file, "With tcp+tls: its key")
              .is(config::readable_file())
              .example("/etc/longshore/key.pem"),
      }
          .check(check_host);
  return schema;
}

const Schema<BalancerEntry>& balancer_schema() {
  static const Schema<BalancerEntry> schema =
      Schema<BalancerEntry>{
          field("name", &BalancerEntry::name, "What it is called in this file, in plans and in reports")
              .is(name_rule())
              .required()
              .example("lb1"),
          field("url", &BalancerEntry::url,
                "HAProxy's stats socket, or its statistics page over HTTP (`;csv` is added); the page tells, the socket can "
                "also be told")
              .is(config::url({"unix", "tcp", "http", "https"}))
              .required()
              .example("http://lb1.example:8404/stats"),
          field("via", &BalancerEntry::via, "The host from which it is reached, by its name; from here if not given")
              .example("web1"),
          field("ca_file", &BalancerEntry::ca_file,
                "With https: the authority that signed its certificate; the system's if not given")
              .is(config::readable_file())
              .example("/etc/longshore/ca.pem"),
          field("username", &BalancerEntry::username, "Of the statistics page").example("stats"),
          config::secret("password", &BalancerEntry::password, "Of the statistics page"),
      }
          .check(check_balancer);
  return schema;
}

const Schema<RegistryEntry>& registry_schema() {
  static const Schema<RegistryEntry> schema =
      Schema<RegistryEntry>{
          field("host", &RegistryEntry::host, "As images name it; `docker.io` where they name none")
              .is(registry_host())
              .required()
              .example("registry.example:5000"),
          field("plain_http", &RegistryEntry::plain_http, "Without TLS; the hosts' Docker must be told the same"),
          field("ca_file", &RegistryEntry::ca_file, "The authority that signed its certificate; the system's if not given")
              .is(config::readable_file())
              .example("/etc/longshore/registry-ca.pem"),
          field("username", &RegistryEntry::username, "Whose pulls these are").example("deploy"),
          config::secret("password", &RegistryEntry::password, "Of the user, or its token"),
      }
          .check([](const RegistryEntry& registry, const Spot& spot) {
            if (registry.username.empty() != registry.password.empty())
              spot.wrong("needs both of \"username\" and \"password\", or neither");
            if (registry.plain_http && !registry.ca_file.empty())
              spot.option("ca_file").wrong("has no effect with plain_http");
          });
  return schema;
}

}  // namespace longshore::deployer
