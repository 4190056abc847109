// What the user can set about a sink. Plain values; shipper/config/sink_schema.cpp gives each its name and sentence.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "common/base/bytes.hpp"
#include "common/base/duration.hpp"
#include "common/base/secret.hpp"

namespace longshore::shipper {

// What every sink has.
struct SinkCommon {
  std::string name;  // names its cursor; empty: its type, made unique
  base::Duration retry_min = std::chrono::seconds(1);
  base::Duration retry_max = std::chrono::seconds(60);
  bool operator==(const SinkCommon&) const = default;
};

enum class Compression { none, gzip, zstd };
enum class LineShape { json, rfc5424, rfc3164, raw };
enum class SyslogFraming { octet, lf };

// What sinks have that send batches in requests.
struct RequestCommon {
  std::string url;
  std::string ca_file;
  base::Bytes batch_size{1'000'000};                       // of a request's body before compression
  base::Duration linger = std::chrono::milliseconds(200);  // a batch that is not full is sent after this time
  std::uint32_t max_in_flight = 4;
  base::Duration timeout = std::chrono::seconds(30);
  Compression compress = Compression::none;
  bool operator==(const RequestCommon&) const = default;
};

struct LogglySinkOptions : SinkCommon, RequestCommon {
  base::Secret token;
  std::vector<std::string> tags;
  LineShape format = LineShape::json;  // or rfc5424
  base::Bytes daily_budget{0};         // 0: none
  base::Duration retention = std::chrono::hours(24 * 7);
  bool operator==(const LogglySinkOptions&) const = default;
};
struct HttpSinkOptions : SinkCommon, RequestCommon {
  std::map<std::string, std::string> headers;
  base::Secret bearer_token;
  bool operator==(const HttpSinkOptions&) const = default;
};
struct StreamCommon {
  std::string url;  // "tcp://host:port", "tls://host:port"
  std::string ca_file, cert_file, key_file;
  base::Duration timeout = std::chrono::seconds(30);
  bool operator==(const StreamCommon&) const = default;
};
struct LogglySyslogSinkOptions : SinkCommon, StreamCommon {
  base::Secret token;
  std::vector<std::string> tags;
  bool operator==(const LogglySyslogSinkOptions&) const = default;
};
struct SyslogSinkOptions : SinkCommon, StreamCommon {
  LineShape format = LineShape::rfc5424;  // or rfc3164
  SyslogFraming framing = SyslogFraming::octet;
  bool operator==(const SyslogSinkOptions&) const = default;
};
struct ArchiveSinkOptions : SinkCommon {
  std::string dir;
  Compression compress = Compression::zstd;  // or none
  std::int32_t level = 3;
  LineShape format = LineShape::raw;  // or json
  bool operator==(const ArchiveSinkOptions&) const = default;
};
struct StdoutSinkOptions : SinkCommon {
  LineShape format = LineShape::json;  // or raw
  bool operator==(const StdoutSinkOptions&) const = default;
};

using SinkOptions = std::variant<LogglySinkOptions, LogglySyslogSinkOptions, HttpSinkOptions, SyslogSinkOptions,
                                 ArchiveSinkOptions, StdoutSinkOptions>;

}  // namespace longshore::shipper
