#include <algorithm>
#include <cctype>

#include "common/config/value_rules.hpp"
#include "shipper/config/schemas.hpp"
#include "shipper/config/value_rules.hpp"

namespace longshore::shipper {
namespace {

using namespace std::chrono_literals;
using base::Bytes;
using config::choice;
using config::field;
using config::Schema;
using config::secret;
using config::Spot;

const Schema<SinkCommon>& common_part() {
  static const Schema<SinkCommon> part =
      Schema<SinkCommon>{
          field("name", &SinkCommon::name,
                "What the sink is called; its place in the spool is kept by name. Its type if not given"),
          field("retry_min", &SinkCommon::retry_min, "Pause before the first repetition").between(1ms, 1h),
          field("retry_max", &SinkCommon::retry_max, "Longest pause between two repetitions").between(1ms, 24h),
      }
          .check([](const SinkCommon& options, const Spot& spot) {
            if (options.retry_max < options.retry_min) spot.option("retry_max").wrong("must not be below retry_min");
          });
  return part;
}

const Schema<RequestCommon>& request_part() {
  static const Schema<RequestCommon> part{
      field("linger", &RequestCommon::linger, "A batch that is not full is sent after this time").between(0s, 60s),
      field("max_in_flight", &RequestCommon::max_in_flight, "Requests under way at a time").between(1, 64),
      field("timeout", &RequestCommon::timeout, "A request without an answer is repeated after this time").between(10ms, 1h),
      field("ca_file", &RequestCommon::ca_file, "Authorities that are trusted, PEM; the system's if not given")
          .is(config::readable_file())
          .example("/etc/longshore/tls/ca.pem"),
  };
  return part;
}

const Schema<LogglySinkOptions>& loggly_schema() {
  static const Schema<LogglySinkOptions> schema{
      field("url", &RequestCommon::url, "Base URL of Loggly's intake")
          .is(config::url({"https", "http"}))
          .required()
          .example("\"https://logs-01.loggly.com\""),
      secret("token", &LogglySinkOptions::token, "The customer token").required().example("/run/secrets/loggly"),
      field("tags", &LogglySinkOptions::tags, "Tags of everything sent, beside those of the source"),
      choice("format", &LogglySinkOptions::format, {{"json", LineShape::json}, {"rfc5424", LineShape::rfc5424}},
             "Form of the events; `rfc5424` where saved searches use `syslog.*` fields"),
      choice("compress", &RequestCommon::compress, {{"none", Compression::none}, {"gzip", Compression::gzip}},
             "Content-Encoding of a request's body"),
      field("batch_size", &RequestCommon::batch_size, "Bytes of a request's body before compression; Loggly takes 5MB")
          .between(Bytes{1'000}, Bytes{5'000'000}),
      request_part(),
      field("daily_budget", &LogglySinkOptions::daily_budget,
            "Bytes a day (UTC); a warning comes before it is spent, and what is over waits for the next day. 0B: no limit"),
      field("retention", &LogglySinkOptions::retention, "The plan's; a warning comes when the backlog is nearly as old")
          .between(1h, 24h * 3660),
      common_part(),
  };
  return schema;
}

void check_headers(const HttpSinkOptions& options, const Spot& spot) {
  const auto token = [](unsigned char c) { return std::isalnum(c) != 0 || std::string_view("!#$%&'*+-.^_`|~").contains(c); };
  const auto visible = [](unsigned char c) { return c >= ' ' && c != 0x7f; };
  for (const auto& [name, value] : options.headers) {
    const Spot header = spot.option("headers").option(name);
    if (name.empty() || !std::all_of(name.begin(), name.end(), token)) header.wrong("is not a header's name");
    if (!std::all_of(value.begin(), value.end(), visible)) header.wrong("has a line break or control character");
  }
}

const Schema<HttpSinkOptions>& http_schema() {
  static const Schema<HttpSinkOptions> schema =
      Schema<HttpSinkOptions>{
          field("url", &RequestCommon::url, "Where requests go")
              .is(config::url({"https", "http"}))
              .required()
              .example("\"https://logs.example.com/in\""),
          secret("token", &HttpSinkOptions::bearer_token, "Sent as `Authorization: Bearer`"),
          field("headers", &HttpSinkOptions::headers, "More headers of each request").example("{X-Site: a}"),
          choice("compress", &RequestCommon::compress,
                 {{"none", Compression::none}, {"gzip", Compression::gzip}, {"zstd", Compression::zstd}},
                 "Content-Encoding of a request's body"),
          field("batch_size", &RequestCommon::batch_size, "Bytes of a request's body before compression")
              .between(Bytes{1'000}, Bytes{64 << 20}),
          request_part(),
          common_part(),
      }
          .check(check_headers);
  return schema;
}

const Schema<StreamCommon>& stream_part() {
  static const Schema<StreamCommon> part =
      Schema<StreamCommon>{
          field("ca_file", &StreamCommon::ca_file, "Authorities that are trusted, PEM; the system's if not given")
              .is(config::readable_file())
              .example("/etc/longshore/tls/ca.pem"),
          field("cert_file", &StreamCommon::cert_file, "A client certificate, PEM")
              .is(config::readable_file())
              .example("/etc/longshore/tls/client.pem"),
          field("key_file", &StreamCommon::key_file, "The key of the client certificate, PEM")
              .is(config::readable_file())
              .example("/etc/longshore/tls/client.key"),
          field("timeout", &StreamCommon::timeout, "A connection that takes nothing for this time is made anew")
              .between(10ms, 1h),
      }
          .check([](const StreamCommon& options, const Spot& spot) {
            if (options.cert_file.empty() != options.key_file.empty())
              spot.option(options.cert_file.empty() ? "key_file" : "cert_file").wrong("needs both cert_file and key_file");
            if (!options.url.starts_with("tls://") && !(options.ca_file + options.cert_file).empty())
              spot.option("url").wrong("is not tls://, but certificates are given");
          });
  return part;
}

const Schema<LogglySyslogSinkOptions>& loggly_syslog_schema() {
  static const Schema<LogglySyslogSinkOptions> schema{
      field("url", &StreamCommon::url, "Loggly's syslog intake")
          .is(connect_address({"tls", "tcp"}))
          .required()
          .example("\"tls://logs-01.loggly.com:6514\""),
      secret("token", &LogglySyslogSinkOptions::token, "The customer token").required().example("/run/secrets/loggly"),
      field("tags", &LogglySyslogSinkOptions::tags, "Tags of everything sent, beside those of the source"),
      stream_part(),
      common_part(),
  };
  return schema;
}

const Schema<SyslogSinkOptions>& syslog_schema() {
  static const Schema<SyslogSinkOptions> schema{
      field("url", &StreamCommon::url, "The syslog server")
          .is(connect_address({"tcp", "tls"}))
          .required()
          .example("\"tcp://127.0.0.1:601\""),
      choice("format", &SyslogSinkOptions::format, {{"rfc5424", LineShape::rfc5424}, {"rfc3164", LineShape::rfc3164}},
             "Form of the messages"),
      choice("framing", &SyslogSinkOptions::framing, {{"octet", SyslogFraming::octet}, {"lf", SyslogFraming::lf}},
             "Octet counting, or a line feed behind each message (RFC 6587)"),
      stream_part(),
      common_part(),
  };
  return schema;
}

const Schema<ArchiveSinkOptions>& archive_schema() {
  static const Schema<ArchiveSinkOptions> schema{
      field("dir", &ArchiveSinkOptions::dir, "Folder; files are written below it by source and hour")
          .required()
          .example("/var/log/longshore"),
      choice("format", &ArchiveSinkOptions::format, {{"raw", LineShape::raw}, {"json", LineShape::json}},
             "`raw`: the lines as they came; `json`: with all that is known of them"),
      choice("compress", &ArchiveSinkOptions::compress, {{"zstd", Compression::zstd}, {"none", Compression::none}},
             "Compression of the files"),
      field("level", &ArchiveSinkOptions::level, "Level of zstd").between(1, 19),
      common_part(),
  };
  return schema;
}

const Schema<StdoutSinkOptions>& stdout_schema() {
  static const Schema<StdoutSinkOptions> schema{
      choice("format", &StdoutSinkOptions::format, {{"json", LineShape::json}, {"raw", LineShape::raw}},
             "Form of the lines"),
      common_part(),
  };
  return schema;
}

}  // namespace

const config::Variants<SinkOptions>& sink_forms() {
  static const auto forms =
      config::Variants<SinkOptions>()
          .add<LogglySinkOptions>("loggly", "Loggly over HTTP bulk: the way on which it acknowledges", loggly_schema())
          .add<LogglySyslogSinkOptions>("loggly_syslog", "Loggly over syslog and TLS", loggly_syslog_schema())
          .add<HttpSinkOptions>("http", "Newline-separated JSON in POST requests", http_schema())
          .add<SyslogSinkOptions>("syslog", "Another syslog server, e.g. syslog-ng", syslog_schema())
          .add<ArchiveSinkOptions>("archive", "Files on this host", archive_schema())
          .add<StdoutSinkOptions>("stdout", "Standard output", stdout_schema());
  return forms;
}

}  // namespace longshore::shipper
