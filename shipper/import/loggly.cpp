#include "shipper/import/loggly.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "shipper/import/driver.hpp"

namespace longshore::shipper {
namespace {

constexpr std::string_view kEnterpriseNumber = "@41058";  // Loggly's, in structured data

bool is_tag_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

void add_tag(LogglyTarget& target, std::string tag) {
  std::ranges::replace_if(tag, [](char c) { return !is_tag_character(c); }, '_');
  if (!tag.empty() && std::ranges::find(target.tags, tag) == target.tags.end()) target.tags.push_back(std::move(tag));
}

// A host of Loggly, or empty.
std::string loggly_host(std::string_view text) {
  const bool plain = std::ranges::all_of(text, is_tag_character);
  return plain && (text == "loggly.com" || text.ends_with(".loggly.com")) ? std::string(text) : std::string();
}

// Finds [TOKEN@41058 tag="x" tag="y"] in a template.
void read_template(std::string_view text, LogglyTarget& target) {
  target.json = text.contains("format-json") || text.contains("format_json");
  const std::size_t at = text.find(kEnterpriseNumber);
  const std::size_t open = at == text.npos ? at : text.rfind('[', at);
  if (open == text.npos) return;
  target.token = text.substr(open + 1, at - open - 1);
  const std::size_t close = std::min(text.find(']', at), text.size());
  std::string_view parameters = text.substr(at, close - at);
  for (std::size_t tag = parameters.find("tag="); tag != parameters.npos; tag = parameters.find("tag=")) {
    parameters.remove_prefix(tag + 4);
    const std::size_t begin = std::min(parameters.find_first_not_of('\\'), parameters.size());
    const bool quoted = begin < parameters.size() && parameters[begin] == '"';
    parameters.remove_prefix(begin + (quoted ? 1 : 0));
    const std::size_t end = std::min(parameters.find_first_of(quoted ? "\\\"" : " "), parameters.size());
    add_tag(target, std::string(parameters.substr(0, end)));
    parameters.remove_prefix(end);
  }
  // What stands where the message does.
  const std::string_view message = close < text.size() ? text.substr(close + 1) : "";
  constexpr std::array<std::string_view, 6> kPlain{"$MSG", "${MSG}", "$MESSAGE", "${MESSAGE}", "$MSGONLY", "${MSGONLY}"};
  const std::size_t first = message.find_first_not_of(" \n"), last = message.find_last_not_of(" \n\\");
  const std::string_view body = first == message.npos ? "" : message.substr(first, last + 1 - first);
  if (!target.json && std::ranges::find(kPlain, body) == kPlain.end())
    target.untranslated.push_back("the template changes the message; shipper sends it as it was received");
}

// https://logs-01.loggly.com/bulk/TOKEN/tag/a,b/ and /inputs/TOKEN/…
bool read_url(std::string_view url, LogglyTarget& target) {
  const std::size_t scheme = url.find("://");
  if (scheme == url.npos) return false;
  url.remove_prefix(scheme + 3);
  const std::size_t slash = std::min(url.find('/'), url.size());
  target.host = loggly_host(url.substr(0, std::min(slash, url.find(':'))));
  if (target.host.empty()) return false;
  target.json = true;
  std::vector<std::string_view> parts;
  for (std::string_view path = url.substr(slash); !path.empty();) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    parts.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  if (parts.size() >= 2) target.token = parts[1];
  if (parts.size() >= 4 && parts[2] == "tag")
    for (std::string_view tags = parts[3]; !tags.empty();) {
      const std::size_t end = std::min(tags.find(','), tags.size());
      add_tag(target, std::string(tags.substr(0, end)));
      tags.remove_prefix(std::min(end + 1, tags.size()));
    }
  return true;
}

void read_tls(const Item& driver, LogglyTarget& target) {
  const Item* const tls = driver.find("tls");
  if (tls == nullptr) return;
  if (const std::string file = text_of(*tls, "ca-file"); is_path(file)) target.ca_file = file;
  const std::string verify = text_of(*tls, "peer-verify");
  if (!verify.empty() && verify != "required-trusted" && verify != "yes")
    target.untranslated.push_back("peer-verify(" + printable(verify) + "): shipper always verifies the certificate");
  if (tls->find("cert-file") != nullptr || tls->find("key-file") != nullptr)
    target.untranslated.push_back("the client certificate: Loggly knows its customers by the token");
}

}  // namespace

std::optional<LogglyTarget> loggly_target(const Item& driver,
                                          const std::function<const Template*(std::string_view)>& named_template) {
  LogglyTarget target;
  std::string text;
  if (const Item* const given = driver.find("template"); given != nullptr && given->value() != nullptr) {
    text = given->value()->text;
    if (const Template* const named = named_template(text); named != nullptr) {
      text = named->text;
      target.from_template = named->place;
    }
  }
  if (driver.is("loggly")) {
    target.host = loggly_host(text_of(driver, "host"));
    if (target.host.empty()) target.host = "logs-01.loggly.com";
    target.token = text_of(driver, "token");
    if (const Item* const tags = driver.find("tag"); tags != nullptr)
      for (const Item& tag : tags->arguments) add_tag(target, tag.text);
    target.json = text.contains("format-json") || text.contains("format_json");
  } else if (driver.is("http")) {
    if (!read_url(text_of(driver, "url"), target)) return {};
  } else {
    constexpr std::array<std::string_view, 6> kNetwork{"tcp", "tcp6", "udp", "udp6", "network", "syslog"};
    const bool network = std::ranges::any_of(kNetwork, [&](std::string_view name) { return driver.is(name); });
    const Item* const host = driver.value();
    if (!network || host == nullptr) return {};
    target.host = loggly_host(host->text);
    if (target.host.empty()) return {};
    read_template(text, target);
  }
  read_tls(driver, target);
  // What HTTP and the spool do anyway is translated, too.
  for (const std::string& option : unknown_options(
           driver,
           {"token",           "tag",           "tags",         "port",      "transport",     "tls",          "template",
            "template-escape", "disk-buffer",   "host",         "url",       "log-fifo-size", "persist-name", "flush-lines",
            "flush-timeout",   "keep-alive",    "so-keepalive", "ts-format", "frac-digits",   "method",       "batch-lines",
            "batch-bytes",     "batch-timeout", "workers",      "retries",   "timeout",       "body",         "headers",
            "time-reopen"}))
    target.untranslated.push_back(option);
  return target;
}

}  // namespace longshore::shipper
