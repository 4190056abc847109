#include "deployer/host/ssh_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace longshore::deployer {
namespace {

using base::Code;

struct Rule {
  std::string_view says;
  Code code;
  std::string_view advice;  // {} is the host
};

// The first that fits counts: what is said before a general last line is more exact.
constexpr std::array kRules{
    Rule{"REMOTE HOST IDENTIFICATION HAS CHANGED", Code::permission,
         "its host key is another than before; if it was set up anew, `ssh-keygen -R` its old key and run `ssh {}` once"},
    Rule{"REVOKED HOST KEY", Code::permission, "its host key is revoked"},
    Rule{"Host key verification failed", Code::permission,
         "its host key is not known here: run `ssh {}` once as this user, or put its key into known_hosts"},
    Rule{"Too many authentication failures", Code::permission,
         "it was offered too many keys: name the right one for it in ~/.ssh/config (IdentityFile, IdentitiesOnly yes)"},
    Rule{"Permission denied", Code::permission,
         "it accepts none of our keys: `ssh -o BatchMode=yes {} true` must work for this user (agent, IdentityFile)"},
    Rule{"Could not resolve hostname", Code::not_found,
         "there is no such host: a name is wrong, in the environment or in ssh's configuration"},
    Rule{"Bad configuration option", Code::invalid, "ssh's configuration is wrong"},
    Rule{"terminating, ", Code::invalid, "ssh's configuration is wrong"},
    Rule{"Can't open user config file", Code::invalid, "ssh's configuration cannot be read"},
    Rule{"cannot be executed", Code::not_found, "OpenSSH's client is not installed (openssh-client)"},
    Rule{"timed out", Code::timeout, "no answer: is it up, and does a firewall let us through?"},
    Rule{"Connection refused", Code::unavailable, "no sshd listens there"},
    Rule{"not responding", Code::timeout, "the connection is dead"},
};

std::string last_line(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  const std::size_t start = text.rfind('\n') + 1;  // npos + 1 is 0
  return std::string(text.substr(start, 300));
}

}  // namespace

base::Error explain_ssh(std::string_view said, std::string_view host) {
  const std::string last = last_line(said);
  for (const Rule& rule : kRules) {
    if (said.find(rule.says) == std::string_view::npos) continue;
    return {rule.code, fmt::format("ssh {}: {} ({})", host, fmt::format(fmt::runtime(rule.advice), host), last)};
  }
  return {Code::unavailable, fmt::format("ssh {}: {}", host, last.empty() ? "has ended without a word" : last)};
}

bool is_turned_away(std::string_view said) {
  constexpr std::array kSays{std::string_view("kex_exchange_identification"), std::string_view("Exceeded MaxStartups"),
                             std::string_view("Not allowed at this time"), std::string_view("banner exchange: Connection")};
  return std::any_of(kSays.begin(), kSays.end(), [&](auto text) { return said.find(text) != std::string_view::npos; });
}

}  // namespace longshore::deployer
