#include "common/config/value_rules.hpp"
#include "shipper/config/schemas.hpp"
#include "shipper/config/value_rules.hpp"

namespace longshore::shipper {
namespace {

using namespace std::chrono_literals;
using base::Bytes;
using config::choice;
using config::field;
using config::nested;
using config::octal;
using config::Schema;
using config::Spot;
using config::variants;

const Schema<SourceCommon>& common_part() {
  static const Schema<SourceCommon> part{
      field("name", &SourceCommon::name,
            "What the source is called in metrics and status; made from its address if not given"),
      field("tags", &SourceCommon::tags, "Tags of every event of this source"),
      variants("transforms", &SourceCommon::transforms, transform_forms(), "What is done to this source's events, in order"),
  };
  return part;
}

const Schema<ListenerCommon>& connections_part() {
  static const Schema<ListenerCommon> part{
      field("max_message", &ListenerCommon::max_message, "Bytes kept of a message; a longer one is cut and marked")
          .between(Bytes{1 << 10}, Bytes{64 << 20}),
      field("receive_buffer", &ListenerCommon::receive_buffer, "Kernel buffer of a datagram socket")
          .between(Bytes{4 << 10}, Bytes{1 << 30}),
      field("max_connections", &ListenerCommon::max_connections, "Connections at a time; more are closed at once")
          .between(1, 1'000'000),
      field("idle_timeout", &ListenerCommon::idle_timeout,
            "A connection that sends nothing for this time is closed; 0s: never"),
      field("proxy_protocol", &ListenerCommon::proxy_protocol,
            "A PROXY protocol header (v1 or v2) comes first on each connection"),
  };
  return part;
}

const Schema<ListenerCommon>& unix_part() {
  static const Schema<ListenerCommon> part{octal("mode", &ListenerCommon::mode, "Permissions of a unix socket's file")};
  return part;
}

void check_tls(const ListenerCommon& options, const Spot& spot) {
  const bool tls = options.listen.starts_with("tls://");
  if (tls && (options.cert_file.empty() || options.key_file.empty()))
    spot.option("listen").wrong("tls:// needs cert_file and key_file");
  if (!tls && !(options.cert_file + options.key_file + options.client_ca_file).empty())
    spot.option("listen").wrong("is not tls://, but certificates are given");
}

const Schema<ListenerCommon>& tls_part() {
  static const Schema<ListenerCommon> part =
      Schema<ListenerCommon>{
          field("cert_file", &ListenerCommon::cert_file, "The server's certificate and its chain, PEM; for `tls://`")
              .is(config::readable_file())
              .example("/etc/longshore/tls/server.pem"),
          field("key_file", &ListenerCommon::key_file, "The server's private key, PEM; for `tls://`")
              .is(config::readable_file())
              .example("/etc/longshore/tls/server.key"),
          field("client_ca_file", &ListenerCommon::client_ca_file,
                "Authorities, PEM; if given, clients must show a certificate signed by one of them")
              .is(config::readable_file())
              .example("/etc/longshore/tls/clients.pem"),
      }
          .check(check_tls);
  return part;
}

const Schema<SyslogSourceOptions>& syslog_schema() {
  static const Schema<SyslogSourceOptions> schema{
      field("listen", &ListenerCommon::listen, "Where to listen for syslog")
          .is(listen_address({"udp", "tcp", "tls", "unix-dgram", "unix-stream"}))
          .required()
          .example("\"udp://127.0.0.1:5514\""),
      tls_part(),
      connections_part(),
      unix_part(),
      field("timezone", &SyslogSourceOptions::timezone,
            "Zone of dates that name none (RFC 3164): `UTC`, `+02:00`, `local` or e.g. `Europe/Berlin`")
          .is(time_zone()),
      common_part(),
  };
  return schema;
}

const Schema<GelfSourceOptions>& gelf_schema() {
  static const Schema<GelfSourceOptions> schema{
      field("listen", &ListenerCommon::listen, "Where to listen for GELF")
          .is(listen_address({"udp", "tcp"}))
          .required()
          .example("\"udp://127.0.0.1:12201\""),
      connections_part(),
      common_part(),
  };
  return schema;
}

const Schema<ForwardSourceOptions>& forward_schema() {
  static const Schema<ForwardSourceOptions> schema{
      field("listen", &ListenerCommon::listen, "Where to listen for Fluentd Forward")
          .is(listen_address({"tcp", "unix-stream"}))
          .required()
          .example("\"tcp://127.0.0.1:24224\""),
      connections_part(),
      unix_part(),
      common_part(),
  };
  return schema;
}

const Schema<MultilineOptions>& multiline_schema() {
  static const Schema<MultilineOptions> schema{
      field("start", &MultilineOptions::start, "A line in which this is found begins a new message; empty: off")
          .is(re2_pattern())
          .example(R"('^\d{4}-')"),
      field("max_lines", &MultilineOptions::max_lines, "Lines of one message at most").between(1, 1'000'000),
      field("max_size", &MultilineOptions::max_size, "Bytes of one message at most")
          .between(Bytes{1 << 10}, Bytes{64 << 20}),
      field("timeout", &MultilineOptions::timeout, "A message without a successor is complete after this time")
          .between(1ms, 1h),
  };
  return schema;
}

void check_paths(const FileSourceOptions& options, const Spot& spot) {
  for (std::size_t i = 0; i < options.paths.size(); ++i)
    if (!options.paths[i].starts_with('/'))
      spot.option("paths").item(i).wrong("\"" + options.paths[i] + "\" is not an absolute path");
}

const Schema<FileSourceOptions>& file_schema() {
  static const Schema<FileSourceOptions> schema =
      Schema<FileSourceOptions>{
          field("paths", &FileSourceOptions::paths,
                "Patterns of absolute paths: `*`, `?`, `[ab]`, `{a,b}`, and `**` for any folders")
              .required()
              .example("[\"/var/log/**/*.log\"]"),
          field("exclude", &FileSourceOptions::exclude, "Patterns of paths, or of names alone, that are not followed")
              .example("[\"*.gz\"]"),
          choice("start", &FileSourceOptions::start, {{"beginning", StartAt::beginning}, {"end", StartAt::end}},
                 "Where files that exist at the very first start are begun; later ones always at the beginning"),
          choice("parse", &FileSourceOptions::parse,
                 {{"none", LineFormat::none},
                  {"syslog", LineFormat::syslog},
                  {"json", LineFormat::json},
                  {"docker", LineFormat::docker}},
                 "What the lines are; `docker`: files of its json-file driver"),
          nested("multiline", &FileSourceOptions::multiline, multiline_schema(), "How lines are joined to messages"),
          field("max_line", &FileSourceOptions::max_line, "Bytes kept of a line; a longer one is cut and marked")
              .between(Bytes{1 << 10}, Bytes{64 << 20}),
          field("app", &FileSourceOptions::app, "Stands as the app of each line; the file's name if not given"),
          field("timezone", &FileSourceOptions::timezone, "Zone of the dates that name none, with `parse: syslog`")
              .is(time_zone()),
          field("poll_interval", &FileSourceOptions::poll_interval,
                "How often files are looked at where inotify says nothing")
              .between(10ms, 1h),
          field("fingerprint_size", &FileSourceOptions::fingerprint_size, "Bytes at a file's head by which it is recognised")
              .between(Bytes{16}, Bytes{64 << 10}),
          common_part(),
      }
          .check(check_paths);
  return schema;
}

}  // namespace

const config::Variants<SourceOptions>& source_forms() {
  static const auto forms =
      config::Variants<SourceOptions>()
          .add<SyslogSourceOptions>("syslog", "Syslog: RFC 5424 and RFC 3164, octet counting and LF, told apart by itself",
                                    syslog_schema())
          .add<GelfSourceOptions>("gelf", "GELF, as Docker's `gelf` log driver sends it", gelf_schema())
          .add<ForwardSourceOptions>("forward",
                                     "Fluentd Forward, as Docker's `fluentd` log driver sends it; acknowledged when on disk",
                                     forward_schema())
          .add<FileSourceOptions>("file", "Log files, followed through every kind of rotation", file_schema());
  return forms;
}

}  // namespace longshore::shipper
