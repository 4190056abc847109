#include "shipper/config/schemas.hpp"

namespace longshore::shipper {
namespace {

using config::Needed;
using config::Schema;

template <class T>
Schema<T> with_common(Schema<T> schema) {
  return std::move(schema)
      .field("name", &SourceCommon::name,
             "What the source is called in metrics and status; made from its address if not given")
      .field("tags", &SourceCommon::tags, "Tags of every event of this source")
      .variants("transforms", &SourceCommon::transforms, transform_alternatives(), "What is done to its events, in order");
}

template <class T>
Schema<T> with_listener(Schema<T> schema, std::string listen_help) {
  return std::move(schema)
      .field("listen", &ListenerCommon::listen, std::move(listen_help), Needed::yes)
      .field("cert_file", &ListenerCommon::cert_file, "PEM file with the server's certificate and its chain (`tls://`)")
      .field("key_file", &ListenerCommon::key_file, "PEM file with the server's private key (`tls://`)")
      .field("client_ca_file", &ListenerCommon::client_ca_file,
             "PEM file; if given, clients must show a certificate signed by it")
      .field("proxy_protocol", &ListenerCommon::proxy_protocol,
             "A PROXY protocol header (v1 or v2) comes first on each connection")
      .field("max_message", &ListenerCommon::max_message, "Bytes kept of a message; a longer one is cut and marked")
      .field("receive_buffer", &ListenerCommon::receive_buffer, "Kernel buffer of a datagram socket, in bytes")
      .field("max_connections", &ListenerCommon::max_connections, "Connections at a time; more are closed at once")
      .field("idle_timeout", &ListenerCommon::idle_timeout,
             "A connection that sends nothing for this time is closed; 0s: never")
      .field("mode", &ListenerCommon::mode, "Permissions of a unix socket's file, in octal");
}

const std::vector<std::pair<std::string, LineFormat>> kLineFormats{
    {"none", LineFormat::none}, {"syslog", LineFormat::syslog}, {"json", LineFormat::json}, {"docker", LineFormat::docker}};

const Schema<MultilineOptions>& multiline_schema() {
  static const Schema<MultilineOptions> schema =
      Schema<MultilineOptions>()
          .field("start", &MultilineOptions::start, "RE2 pattern: a line that matches begins a new message")
          .field("max_lines", &MultilineOptions::max_lines, "Lines of one message")
          .field("max_size", &MultilineOptions::max_size, "Bytes of one message")
          .field("timeout", &MultilineOptions::timeout, "A message without a successor is complete after this time");
  return schema;
}

const Schema<SyslogSourceOptions>& syslog_schema() {
  static const Schema<SyslogSourceOptions> schema =
      with_common(with_listener(Schema<SyslogSourceOptions>(),
                                "`udp://`, `tcp://`, `tls://` address and port, `unix-dgram://` or `unix-stream://` path")
                      .field("timezone", &SyslogSourceOptions::timezone,
                             "Zone of RFC 3164 dates: `+02:00`, `Europe/Berlin` (needs /usr/share/zoneinfo) or `local`"));
  return schema;
}
const Schema<GelfSourceOptions>& gelf_schema() {
  static const Schema<GelfSourceOptions> schema =
      with_common(with_listener(Schema<GelfSourceOptions>(), "`udp://` or `tcp://` address and port"));
  return schema;
}
const Schema<ForwardSourceOptions>& forward_schema() {
  static const Schema<ForwardSourceOptions> schema =
      with_common(with_listener(Schema<ForwardSourceOptions>(), "`tcp://` address and port, or a `unix-stream://` path"));
  return schema;
}
const Schema<FileSourceOptions>& file_schema() {
  static const Schema<FileSourceOptions> schema = with_common(
      Schema<FileSourceOptions>()
          .field("paths", &FileSourceOptions::paths,
                 "Patterns of absolute paths: `*`, `?`, `[ab]`, `{a,b}`, and `**` for any folders", Needed::yes)
          .field("exclude", &FileSourceOptions::exclude, "Patterns of paths, or of names alone, that are not followed")
          .choice("start", &FileSourceOptions::start, {{"beginning", StartAt::beginning}, {"end", StartAt::end}},
                  "Where files that exist at the very first start are begun; later ones always at the beginning")
          .field("poll_interval", &FileSourceOptions::poll_interval,
                 "How often files are looked at where inotify says nothing")
          .field("max_line", &FileSourceOptions::max_line, "Bytes kept of a line; a longer one is cut and marked")
          .field("fingerprint_size", &FileSourceOptions::fingerprint_size,
                 "Bytes at a file's head by which it is recognised")
          .nested("multiline", &FileSourceOptions::multiline, multiline_schema(), "How lines are joined to messages")
          .choice("parse", &FileSourceOptions::parse, kLineFormats, "What the lines are")
          .field("timezone", &FileSourceOptions::timezone, "Zone of the dates in `parse: syslog`")
          .field("app", &FileSourceOptions::app, "Stands as the app of each line; the file's name if not given"));
  return schema;
}

}  // namespace

std::vector<config::Alternative<SourceOptions>> source_alternatives() {
  using config::alternative;
  return {
      alternative<SyslogSourceOptions, SourceOptions>("syslog", syslog_schema(),
                                                      "Syslog, RFC 5424 and RFC 3164, decided by itself"),
      alternative<GelfSourceOptions, SourceOptions>("gelf", gelf_schema(), "GELF, as Docker's `gelf` log driver sends it"),
      alternative<ForwardSourceOptions, SourceOptions>(
          "forward", forward_schema(),
          "Fluentd Forward, as Docker's `fluentd` log driver sends it; acknowledged when on disk"),
      alternative<FileSourceOptions, SourceOptions>("file", file_schema(),
                                                    "Log files, followed through every kind of rotation")};
}

}  // namespace longshore::shipper
