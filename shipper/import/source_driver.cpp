#include "shipper/import/source_driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "common/config/value.hpp"
#include "shipper/import/driver.hpp"

namespace longshore::shipper {
namespace {

using config::print_text;

constexpr std::size_t kLongestSocketPath = 107;  // sockaddr_un
// Where systemd's journal hands on what it gets at /dev/log.
constexpr std::string_view kJournalSocket = "/run/systemd/journal/syslog";

std::optional<std::uint64_t> number(std::string_view text, std::uint64_t least, std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) return {};
  return value;
}

bool is_ipv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    const std::size_t end = part < 3 ? text.find('.') : text.size();
    if (end == text.npos || end > 3 || !number(text.substr(0, end), 0, 255)) return false;
    if (end > 1 && text[0] == '0') return false;
    text.remove_prefix(part < 3 ? end + 1 : end);
  }
  return true;
}

// Of an address: eight groups, or fewer with one "::"; without an IPv4 tail, which nobody listens on.
bool is_ipv6(std::string_view text) {
  std::size_t groups = 0;
  bool gap = false;
  if (text.starts_with("::")) gap = true, text.remove_prefix(2);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(':'), text.size());
    const bool hex = std::ranges::all_of(text.substr(0, end),
                                         [](char c) { return std::string_view("0123456789abcdefABCDEF").contains(c); });
    if (end == 0 || end > 4 || !hex) return false;
    ++groups;
    text.remove_prefix(end);
    if (text == ":") return false;
    if (text.starts_with("::")) {
      if (std::exchange(gap, true)) return false;
      text.remove_prefix(2);
    } else if (!text.empty()) {
      text.remove_prefix(1);
    }
  }
  return gap ? groups < 8 : groups == 8;
}

class Reader {
 public:
  explicit Reader(const Item& driver) : driver_(driver) {}

  ImportedDriver run() {
    if (is_one_of({"udp", "udp6", "tcp", "tcp6", "network", "syslog"})) {
      read_network();
    } else if (is_one_of({"unix-dgram", "unix-stream"})) {
      const std::string scheme = driver_.is("unix-dgram") ? "unix-dgram" : "unix-stream";
      add_socket(scheme, first());
    } else if (driver_.is("file")) {
      read_file();
    } else if (driver_.is("wildcard-file")) {
      read_wildcard_file();
    } else if (is_one_of({"system", "systemd-syslog", "systemd-journal"})) {
      add_socket("unix-dgram", kJournalSocket);
      if (!driver_.is("systemd-syslog"))
        untranslated(
            "messages of the kernel (/dev/kmsg) and fields of the journal: what the journal forwards to "
            "/run/systemd/journal/syslog is read (ForwardToSyslog=yes in journald.conf)");
      note_unknown({});
    } else if (driver_.is("default-network-drivers")) {
      add_listener("udp", "0.0.0.0", port("udp-port", "514"));
      add_listener("tcp", "0.0.0.0", port("tcp-port", "514"));
      add_listener("tcp", "0.0.0.0", port("rfc5424-tcp-port", "601"));
      note_unknown({"udp-port", "tcp-port", "rfc5424-tcp-port"});
    } else if (driver_.is("internal")) {
      untranslated("internal(): syslog-ng's own messages; shipper's are on its standard error, its counts at /metrics");
    } else {
      untranslated(printable(driver_.text) + "(): shipper has no such source");
    }
    return std::move(result_);
  }

 private:
  bool is_one_of(std::initializer_list<std::string_view> names) const {
    return std::ranges::any_of(names, [&](std::string_view name) { return driver_.is(name); });
  }
  std::string first() const { return driver_.value() == nullptr ? std::string() : driver_.value()->text; }
  void untranslated(std::string sentence) { result_.untranslated.push_back(std::move(sentence)); }
  void note_unknown(std::initializer_list<std::string_view> known) {
    std::ranges::move(unknown_options(driver_, known), std::back_inserter(result_.untranslated));
  }

  std::string port(std::string_view option, std::string_view standard) {
    const std::string text = text_of(driver_, option);
    if (text.empty()) return std::string(standard);
    if (const auto value = number(text, 1, 65535)) return std::to_string(*value);
    untranslated(fmt::format("{}({}): a port is a number", option, printable(text)));
    return std::string(standard);
  }

  void read_network() {
    std::string transport = text_of(driver_, "transport");
    std::ranges::transform(transport, transport.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const Item* const tls = driver_.find("tls");
    if (is_one_of({"udp", "udp6"})) transport = "udp";
    if (transport.empty() || is_one_of({"tcp", "tcp6"})) transport = "tcp";
    if (tls != nullptr && transport == "tcp") transport = "tls";
    if (transport != "udp" && transport != "tcp" && transport != "tls")
      return untranslated(fmt::format("{}() with transport({}): shipper has udp, tcp and tls", printable(driver_.text),
                                      printable(transport)));
    std::string address = text_of(driver_, "ip");
    if (address.empty()) address = text_of(driver_, "localip");
    const bool six = is_one_of({"udp6", "tcp6"}) || text_of(driver_, "ip-protocol") == "6";
    if (address.empty()) address = six ? "::" : "0.0.0.0";
    const bool ipv6 = is_ipv6(address);
    if (!ipv6 && !is_ipv4(address)) {
      untranslated(fmt::format("ip({}): shipper listens on numeric addresses; all are taken", printable(address)));
      address = "0.0.0.0";
    }
    const bool own_ports = driver_.is("syslog");
    const std::string standard = !own_ports || transport == "udp" ? "514" : transport == "tcp" ? "601" : "6514";
    const std::string option = driver_.find("localport") != nullptr ? "localport" : "port";
    ImportedSource* const source = add_listener(transport, ipv6 ? "[" + address + "]" : address, port(option, standard));
    if (transport == "tls" && !read_tls(tls, *source)) {
      result_.sources.pop_back();
      return untranslated(fmt::format("{}() with TLS: shipper needs the absolute paths of cert-file() and key-file()",
                                      printable(driver_.text)));
    }
    read_connection_options(*source);
    note_unknown(
        {"ip",           "localip",     "ip-protocol",     "port",         "localport",    "transport", "tls",
         "tags",         "flags",       "max-connections", "log-msg-size", "so-rcvbuf",    "time-zone", "keep-alive",
         "so-keepalive", "log-iw-size", "log-fetch-limit", "so-reuseport", "persist-name", "workers"});
  }

  bool read_tls(const Item* tls, ImportedSource& source) {
    if (tls == nullptr) return false;
    const std::string certificate = text_of(*tls, "cert-file"), key = text_of(*tls, "key-file"),
                      authority = text_of(*tls, "ca-file");
    if (!is_path(certificate) || !is_path(key)) return false;
    source.options.emplace_back("cert_file", print_text(certificate));
    source.options.emplace_back("key_file", print_text(key));
    const std::string verify = text_of(*tls, "peer-verify");
    const bool optional = verify.starts_with("optional") || verify == "no";
    if (!optional && is_path(authority))
      source.options.emplace_back("client_ca_file", print_text(authority));
    else if (!optional)
      untranslated("clients' certificates: set client_ca_file if they are to be verified (ca-dir() is not known here)");
    return true;
  }

  void read_connection_options(ImportedSource& source) {
    const auto take = [&](std::string_view option, const char* name, std::uint64_t least, std::uint64_t most,
                          const char* unit) {
      const std::string text = text_of(driver_, option);
      if (text.empty()) return;
      if (const auto value = number(text, least, most))
        source.options.emplace_back(name, std::to_string(*value) + unit);
      else
        untranslated(fmt::format("{}({}): not between {} and {}", option, printable(text), least, most));
    };
    take("max-connections", "max_connections", 1, 1'000'000, "");
    take("log-msg-size", "max_message", 1 << 10, 64 << 20, "B");
    take("so-rcvbuf", "receive_buffer", 4 << 10, 1 << 30, "B");
    read_time_zone(source);
    if (const Item* const flags = driver_.find("flags"); flags != nullptr)
      for (const Item& flag : flags->arguments)
        if (!flag.is("syslog-protocol") && !flag.is("validate-utf8") && !flag.is("sanitize-utf8") && !flag.is("threaded"))
          untranslated(fmt::format("flags({}): shipper tells formats apart by itself", printable(flag.text)));
  }

  void read_time_zone(ImportedSource& source) {
    const std::string zone = text_of(driver_, "time-zone");
    if (zone.empty()) return;
    const bool name = zone.front() != '/' && zone.size() < 64 &&
                      std::ranges::all_of(
                          zone,
                          [](char c) {
                            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                                   c == '-' || c == '/';
                          });
    if (name)
      source.options.emplace_back("timezone", print_text(zone));
    else
      untranslated(fmt::format("time-zone({}): set timezone by hand", printable(zone)));
  }

  void read_file() {
    const std::string path = first();
    if (path.starts_with("/proc/") || path.starts_with("/dev/"))
      return untranslated(fmt::format("file({}): shipper does not read devices", printable(path)));
    add_files(path);
  }

  void read_wildcard_file() {
    const std::string folder = text_of(driver_, "base-dir"), pattern = text_of(driver_, "filename-pattern");
    const bool recursive = text_of(driver_, "recursive") == "yes";
    if (!is_path(folder) || pattern.empty())
      return untranslated("wildcard-file(): shipper wants an absolute base-dir() and a filename-pattern()");
    if (ImportedSource* const source =
            add_files(folder + (folder.ends_with('/') ? "" : "/") + (recursive ? "**/" : "") + pattern);
        source != nullptr)
      if (const std::string excluded = text_of(driver_, "exclude-pattern"); is_path("/" + excluded) && !excluded.empty())
        source->options.emplace_back("exclude", "[" + print_text(excluded) + "]");
  }

  ImportedSource* add_files(const std::string& path) {
    if (!is_path(path)) {
      untranslated(fmt::format("{}({}): shipper wants an absolute path of printable characters", printable(driver_.text),
                               printable(path)));
      return nullptr;
    }
    ImportedSource& source = add("file", path);
    source.options.emplace_back("paths", "[" + print_text(path) + "]");
    const Item* const flags = driver_.find("flags");
    const bool as_is =
        flags != nullptr && std::ranges::any_of(flags->arguments, [](const Item& flag) { return flag.is("no-parse"); });
    if (!as_is) source.options.emplace_back("parse", "syslog");
    if (const std::string app = text_of(driver_, "program-override"); is_path("/" + app) && !app.empty())
      source.options.emplace_back("app", print_text(app));
    read_time_zone(source);
    for (const std::string_view option : {"multi-line-mode", "multi-line-prefix", "multi-line-garbage"})
      if (driver_.find(option) != nullptr) untranslated(fmt::format("{}(): set multiline: {{start: PATTERN}}", option));
    note_unknown({"flags", "program-override", "time-zone", "multi-line-mode", "multi-line-prefix", "multi-line-garbage",
                  "base-dir", "filename-pattern", "recursive", "exclude-pattern", "tags", "follow-freq", "monitor-method",
                  "max-files", "log-iw-size", "log-fetch-limit", "persist-name"});
    return &source;
  }

  void add_socket(std::string_view scheme, std::string_view path) {
    if (!is_path(path) || path.size() > kLongestSocketPath)
      return untranslated(fmt::format("{}({}): not the path of a socket", printable(driver_.text), printable(path)));
    ImportedSource& source = add("syslog", fmt::format("{}://{}", scheme, path));
    source.options.emplace_back("listen", print_text(source.origin));
    if (!driver_.has_arguments || driver_.value() == nullptr) return;
    read_connection_options(source);
    note_unknown({"tags", "flags", "max-connections", "log-msg-size", "so-rcvbuf", "time-zone", "keep-alive", "log-iw-size",
                  "log-fetch-limit", "persist-name", "optional", "create-dirs"});
  }

  ImportedSource* add_listener(std::string_view transport, std::string_view address, std::string_view port) {
    // The kernel gives a port once, with TLS or without.
    ImportedSource& source = add("syslog", fmt::format("{}:{}:{}", transport == "udp" ? "udp" : "tcp", address, port));
    source.options.emplace_back("listen", print_text(fmt::format("{}://{}:{}", transport, address, port)));
    return &source;
  }

  ImportedSource& add(std::string type, std::string origin) {
    ImportedSource& source = result_.sources.emplace_back();
    source.type = std::move(type);
    source.origin = std::move(origin);
    if (const Item* const tags = driver_.find("tags"); tags != nullptr)
      for (const Item& tag : tags->arguments)
        if (is_path("/" + tag.text) && !tag.text.empty()) source.tags.push_back(tag.text);
    return source;
  }

  const Item& driver_;
  ImportedDriver result_;
};

}  // namespace

ImportedDriver import_source_driver(const Item& driver) { return Reader(driver).run(); }

}  // namespace longshore::shipper
