#include "shipper/config/schemas.hpp"

namespace longshore::shipper {
namespace {

using config::Needed;
using config::Schema;

template <class T>
Schema<T> with_common(Schema<T> schema) {
  return std::move(schema)
      .field("name", &SinkCommon::name, "What the sink is called; its place in the spool is kept under this name")
      .field("retry_min", &SinkCommon::retry_min, "Pause before the first repetition")
      .field("retry_max", &SinkCommon::retry_max, "Longest pause between two repetitions");
}

template <class T>
Schema<T> with_request(Schema<T> schema) {
  return std::move(schema)
      .field("url", &RequestCommon::url, "`http://` or `https://`", Needed::yes)
      .field("ca_file", &RequestCommon::ca_file, "PEM file with the authorities that are trusted; the system's if not given")
      .field("batch_size", &RequestCommon::batch_size, "Bytes of a request's body, before compression")
      .field("linger", &RequestCommon::linger, "A batch that is not full is sent after this time")
      .field("max_in_flight", &RequestCommon::max_in_flight, "Requests under way at a time")
      .field("timeout", &RequestCommon::timeout, "A request without an answer is repeated after this time")
      .choice("compress", &RequestCommon::compress,
              {{"none", Compression::none}, {"gzip", Compression::gzip}, {"zstd", Compression::zstd}},
              "Content-Encoding of the body");
}

template <class T>
Schema<T> with_stream(Schema<T> schema) {
  return std::move(schema)
      .field("url", &StreamCommon::url, "`tcp://host:port` or `tls://host:port`", Needed::yes)
      .field("ca_file", &StreamCommon::ca_file, "PEM file with the authorities that are trusted; the system's if not given")
      .field("cert_file", &StreamCommon::cert_file, "PEM file with a client certificate")
      .field("key_file", &StreamCommon::key_file, "PEM file with the key of the client certificate")
      .field("timeout", &StreamCommon::timeout, "A connection that takes nothing for this time is made anew");
}

const Schema<LogglySinkOptions>& loggly_schema() {
  static const Schema<LogglySinkOptions> schema = with_common(
      with_request(Schema<LogglySinkOptions>())
          .secret("token", &LogglySinkOptions::token, "The customer token", Needed::yes)
          .field("tags", &LogglySinkOptions::tags, "Tags of everything sent, beside those of the source")
          .choice("format", &LogglySinkOptions::format, {{"json", LineShape::json}, {"rfc5424", LineShape::rfc5424}},
                  "`json`, or `rfc5424` where saved searches use `syslog.*` fields")
          .field("daily_budget", &LogglySinkOptions::daily_budget,
                 "Bytes a day (UTC); a warning comes at 80 %, and what is over waits for the next day. 0B: no limit")
          .field("retention", &LogglySinkOptions::retention,
                 "The plan's; a warning comes when the backlog is nearly as old"));
  return schema;
}
const Schema<LogglySyslogSinkOptions>& loggly_syslog_schema() {
  static const Schema<LogglySyslogSinkOptions> schema =
      with_common(with_stream(Schema<LogglySyslogSinkOptions>())
                      .secret("token", &LogglySyslogSinkOptions::token, "The customer token", Needed::yes)
                      .field("tags", &LogglySyslogSinkOptions::tags, "Tags of everything sent, beside those of the source"));
  return schema;
}
const Schema<HttpSinkOptions>& http_schema() {
  static const Schema<HttpSinkOptions> schema =
      with_common(with_request(Schema<HttpSinkOptions>())
                      .field("headers", &HttpSinkOptions::headers, "More headers of each request")
                      .secret("bearer_token", &HttpSinkOptions::bearer_token, "Sent as `Authorization: Bearer`"));
  return schema;
}
const Schema<SyslogSinkOptions>& syslog_schema() {
  static const Schema<SyslogSinkOptions> schema = with_common(
      with_stream(Schema<SyslogSinkOptions>())
          .choice("format", &SyslogSinkOptions::format, {{"rfc5424", LineShape::rfc5424}, {"rfc3164", LineShape::rfc3164}},
                  "Form of the messages")
          .choice("framing", &SyslogSinkOptions::framing, {{"octet", SyslogFraming::octet}, {"lf", SyslogFraming::lf}},
                  "Octet counting, or a line feed behind each message (RFC 6587)"));
  return schema;
}
const Schema<ArchiveSinkOptions>& archive_schema() {
  static const Schema<ArchiveSinkOptions> schema = with_common(
      Schema<ArchiveSinkOptions>()
          .field("dir", &ArchiveSinkOptions::dir, "Folder; files are written below it by source and hour", Needed::yes)
          .choice("compress", &ArchiveSinkOptions::compress, {{"zstd", Compression::zstd}, {"none", Compression::none}},
                  "Compression of the files")
          .field("level", &ArchiveSinkOptions::level, "Level of zstd, 1 to 19")
          .choice("format", &ArchiveSinkOptions::format, {{"raw", LineShape::raw}, {"json", LineShape::json}},
                  "`raw`: the lines as they came; `json`: with all that is known of them"));
  return schema;
}
const Schema<StdoutSinkOptions>& stdout_schema() {
  static const Schema<StdoutSinkOptions> schema = with_common(Schema<StdoutSinkOptions>().choice(
      "format", &StdoutSinkOptions::format, {{"json", LineShape::json}, {"raw", LineShape::raw}}, "Form of the lines"));
  return schema;
}

}  // namespace

std::vector<config::Alternative<SinkOptions>> sink_alternatives() {
  using config::alternative;
  return {alternative<LogglySinkOptions, SinkOptions>("loggly", loggly_schema(),
                                                      "Loggly over HTTP bulk: the only way it acknowledges"),
          alternative<LogglySyslogSinkOptions, SinkOptions>("loggly_syslog", loggly_syslog_schema(),
                                                            "Loggly over syslog and TLS (port 6514)"),
          alternative<HttpSinkOptions, SinkOptions>("http", http_schema(), "Newline-separated JSON in POST requests"),
          alternative<SyslogSinkOptions, SinkOptions>("syslog", syslog_schema(), "Another syslog server, e.g. syslog-ng"),
          alternative<ArchiveSinkOptions, SinkOptions>("archive", archive_schema(), "Files on this host"),
          alternative<StdoutSinkOptions, SinkOptions>("stdout", stdout_schema(), "Standard output")};
}

}  // namespace longshore::shipper
