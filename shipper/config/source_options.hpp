// What the user can set about a source. Plain values; shipper/config/source_schema.cpp gives each its name and sentence.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "common/base/bytes.hpp"
#include "common/base/duration.hpp"
#include "shipper/config/transform_options.hpp"

namespace longshore::shipper {

// What every source has.
struct SourceCommon {
  std::string name;  // empty: made from type and address
  std::vector<std::string> tags;
  std::vector<TransformOptions> transforms;
  bool operator==(const SourceCommon&) const = default;
};

// What every listener has.
struct ListenerCommon {
  std::string listen;                               // "udp://…", "tcp://…", "tls://…", "unix-stream://…", "unix-dgram://…"
  std::string cert_file, key_file, client_ca_file;  // tls only
  bool proxy_protocol = false;
  base::Bytes max_message{64 << 10};
  base::Bytes receive_buffer{16 << 20};  // of datagram sockets
  std::uint32_t max_connections = 10'000;
  base::Duration idle_timeout{};  // 0: none
  std::uint32_t mode = 0666;      // of a unix socket's file
  bool operator==(const ListenerCommon&) const = default;
};

struct SyslogSourceOptions : SourceCommon, ListenerCommon {
  std::string timezone = "UTC";  // "+02:00", "Europe/Berlin" or "local": for RFC 3164 dates
  bool operator==(const SyslogSourceOptions&) const = default;
};
struct GelfSourceOptions : SourceCommon, ListenerCommon {
  bool operator==(const GelfSourceOptions&) const = default;
};
struct ForwardSourceOptions : SourceCommon, ListenerCommon {
  bool operator==(const ForwardSourceOptions&) const = default;
};

enum class StartAt { beginning, end };
enum class LineFormat { none, syslog, json, docker };

struct MultilineOptions {
  std::string start;  // RE2: a line that matches begins a new message; empty: off
  std::uint32_t max_lines = 500;
  base::Bytes max_size{1 << 20};
  base::Duration timeout = std::chrono::seconds(1);
  bool operator==(const MultilineOptions&) const = default;
};

struct FileSourceOptions : SourceCommon {
  std::vector<std::string> paths;  // globs: * ? [..] {a,b} and ** for any folders
  std::vector<std::string> exclude;
  StartAt start = StartAt::end;  // for files that are there at the very first start
  base::Duration poll_interval = std::chrono::seconds(1);
  base::Bytes max_line{64 << 10};
  base::Bytes fingerprint_size{1 << 10};
  MultilineOptions multiline;
  LineFormat parse = LineFormat::none;
  std::string timezone = "UTC";
  std::string app;  // stands as the app of every line; empty: the file's name without ".log"
  bool operator==(const FileSourceOptions&) const = default;
};

using SourceOptions = std::variant<SyslogSourceOptions, GelfSourceOptions, ForwardSourceOptions, FileSourceOptions>;

}  // namespace longshore::shipper
