#include "shipper/config/config.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include "shipper/config/schemas.hpp"

namespace longshore::shipper {
namespace {

using base::Code;
using base::Result;
using config::Needed;
using config::Node;
using config::Place;
using config::Problems;
using config::Schema;

const Schema<SpoolOptions>& spool_schema() {
  static const Schema<SpoolOptions> schema =
      Schema<SpoolOptions>()
          .field("dir", &SpoolOptions::dir, "Folder of the spool; `spool` in data_dir if not given")
          .field("max_size", &SpoolOptions::max_size, "Bytes on disk; when they are used up, sources wait")
          .field("segment_size", &SpoolOptions::segment_size, "Bytes of one file of the spool")
          .choice(
              "durability", &SpoolOptions::durability,
              {{"batch", Durability::batch}, {"always", Durability::always}, {"none", Durability::none}},
              "What survives a power loss: all but the last group, everything acknowledged, or what the kernel had written")
          .field("group_interval", &SpoolOptions::group_interval, "A group of events is written after this time")
          .field("group_size", &SpoolOptions::group_size, "Bytes after which a group is written earlier")
          .choice("codec", &SpoolOptions::codec, {{"none", Codec::none}, {"zstd", Codec::zstd}}, "Compression on disk")
          .field("memory", &SpoolOptions::memory, "Bytes of recent events kept in memory for the sinks");
  return schema;
}
const Schema<RulesOptions>& rules_schema() {
  static const Schema<RulesOptions> schema =
      Schema<RulesOptions>().field("dir", &RulesOptions::dir, "Folder of the rule files");
  return schema;
}
const Schema<AlertOptions>& alert_schema() {
  static const Schema<AlertOptions> schema =
      Schema<AlertOptions>()
          .field("type", &AlertOptions::type, "`opsgenie`", Needed::yes)
          .field("url", &AlertOptions::url, "Base URL of the API", Needed::yes)
          .secret("api_key", &AlertOptions::api_key, "Key of the API integration", Needed::yes);
  return schema;
}

// What no single option can tell. `place` of item i of a list, for the message.
class Checker {
 public:
  Checker(const Node& root, Problems& problems) : root_(root), problems_(problems) {}

  void check(Config& config) {
    if (config.spool.dir.empty()) config.spool.dir = config.data_dir + "/spool";
    if (config.sources.empty()) problems_.add({1, 1}, "sources", "needs at least one source");
    if (config.sinks.empty()) problems_.add({1, 1}, "sinks", "needs at least one sink");
    for (std::size_t i = 0; i < config.sources.size(); ++i) check_source(config.sources[i], i);
    for (std::size_t i = 0; i < config.sinks.size(); ++i) check_sink(config.sinks[i], i);
    if (config.spool.segment_size.value < (1 << 20) || config.spool.segment_size.value > (1ULL << 30))
      problems_.add(place("spool", "segment_size"), "spool.segment_size", "must be between 1MiB and 1GiB");
    if (config.spool.max_size.value < 2 * config.spool.segment_size.value)
      problems_.add(place("spool", "max_size"), "spool.max_size", "must hold at least two segments (spool.segment_size)");
  }

 private:
  void check_source(SourceOptions& source, std::size_t i) {
    std::string made;
    std::visit(
        [&](auto& options) {
          using Options = std::decay_t<decltype(options)>;
          if constexpr (std::is_same_v<Options, FileSourceOptions>) {
            made = "file " + (options.paths.empty() ? "" : options.paths[0]) + (options.paths.size() > 1 ? " …" : "");
            for (const std::string& path : options.paths)
              if (!path.starts_with('/')) wrong("sources", i, "paths", fmt::format("\"{}\" is not an absolute path", path));
          } else {
            made = (std::is_same_v<Options, SyslogSourceOptions> ? "syslog "
                    : std::is_same_v<Options, GelfSourceOptions> ? "gelf "
                                                                 : "forward ") +
                   options.listen;
            check_listener(options, i);
          }
          if (options.name.empty()) options.name = made;
          if (!source_names_.insert(options.name).second)
            wrong("sources", i, "name", fmt::format("two sources are called \"{}\"", options.name));
        },
        source);
  }

  void check_listener(const ListenerCommon& options, std::size_t i) {
    if (options.listen.empty()) return;
    const bool tls = options.listen.starts_with("tls://");
    bool known = false;
    for (const std::string_view scheme : {"udp://", "tcp://", "tls://", "unix-stream:///", "unix-dgram:///"})
      known = known || options.listen.starts_with(scheme);
    if (!known)
      wrong(
          "sources", i, "listen",
          fmt::format("\"{}\" is not an address, e.g. \"tcp://0.0.0.0:601\" or \"unix-dgram:///run/log\"", options.listen));
    if (tls && (options.cert_file.empty() || options.key_file.empty()))
      wrong("sources", i, "listen", "tls:// needs cert_file and key_file");
    if (!tls && !(options.cert_file + options.key_file + options.client_ca_file).empty())
      wrong("sources", i, "listen", "certificates are given, but the address is not tls://");
    if (!listens_.insert(options.listen).second)
      wrong("sources", i, "listen", "another source listens on " + options.listen);
    if (options.max_message.value < 1024 || options.max_message.value > (64 << 20))
      wrong("sources", i, "max_message", "must be between 1KiB and 64MiB");
  }

  void check_sink(SinkOptions& sink, std::size_t i) {
    std::string type;
    if (const Node* list = root_.find("sinks"); list != nullptr && i < list->list.size())
      if (const Node* node = list->list[i].find("type"); node != nullptr) type = node->scalar;
    std::visit(
        [&](auto& options) {
          if (options.name.empty()) {
            options.name = type;
            for (int n = 2; sink_names_.contains(options.name); ++n) options.name = fmt::format("{}-{}", type, n);
          }
          if (!sink_names_.insert(options.name).second)
            wrong("sinks", i, "name", fmt::format("two sinks are called \"{}\"", options.name));
          if (options.retry_min.count() <= 0 || options.retry_max < options.retry_min)
            wrong("sinks", i, "retry_max", "retry_min must be over 0s and retry_max not below it");
          if constexpr (requires { options.batch_size; }) {
            if (!options.url.empty() && !options.url.starts_with("http://") && !options.url.starts_with("https://"))
              wrong("sinks", i, "url", fmt::format("\"{}\" must begin with http:// or https://", options.url));
            if (options.batch_size.value < 1000 || options.batch_size.value > 5'000'000)
              wrong("sinks", i, "batch_size", "must be between 1kB and 5MB (Loggly's limit)");
            if (options.max_in_flight < 1 || options.max_in_flight > 64)
              wrong("sinks", i, "max_in_flight", "must be between 1 and 64");
          } else if constexpr (requires { options.url; }) {
            if (!options.url.empty() && !options.url.starts_with("tcp://") && !options.url.starts_with("tls://"))
              wrong("sinks", i, "url", fmt::format("\"{}\" must begin with tcp:// or tls://", options.url));
          }
        },
        sink);
  }

  Place place(std::string_view section, std::string_view key) const {
    const Node* const map = root_.find(section);
    const Node* const node = map != nullptr ? map->find(key) : nullptr;
    return node != nullptr ? node->place : map != nullptr ? map->place : Place{1, 1};
  }
  void wrong(std::string_view list_name, std::size_t i, std::string_view key, std::string_view what) {
    Place where{1, 1};
    if (const Node* list = root_.find(list_name); list != nullptr && i < list->list.size()) {
      const Node* const node = list->list[i].find(key);
      where = node != nullptr ? node->place : list->list[i].place;
    }
    problems_.add(where, fmt::format("{}[{}].{}", list_name, i, key), what);
  }

  const Node& root_;
  Problems& problems_;
  std::set<std::string> source_names_, sink_names_, listens_;
};

}  // namespace

const Schema<Config>& config_schema() {
  static const Schema<Config> schema =
      Schema<Config>()
          .field("data_dir", &Config::data_dir, "Folder for everything that shipper keeps", Needed::yes)
          .field("admin", &Config::admin, "Address of /healthz, /readyz, /metrics, /status; loopback unless you know better")
          .variants("sources", &Config::sources, source_alternatives(), "Where events come from", Needed::yes)
          .variants("transforms", &Config::transforms, transform_alternatives(),
                    "What is done to every event, after its source's own")
          .nested("rules", &Config::rules, rules_schema(), "The alert rules")
          .nested("spool", &Config::spool, spool_schema(), "Where every event waits until all sinks have it")
          .variants("sinks", &Config::sinks, sink_alternatives(), "Where events go", Needed::yes)
          .list("alerts", &Config::alerts, alert_schema(), "Where alerts go");
  return schema;
}

Result<Config> parse_config(std::string_view text, const std::string& file) {
  TRY(root, config::parse_yaml(text, file));
  Problems problems(file);
  Config config;
  config_schema().read(root, "", config, problems);
  if (problems.empty()) Checker(root, problems).check(config);
  if (!problems.empty()) return base::fail(Code::invalid, problems.text());
  return config;
}

Result<Config> load_config(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return base::fail_errno(errno, "read configuration " + path);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) return base::fail_errno(errno, "read configuration " + path);
  return parse_config(text, path);
}

std::string default_config(std::string_view data_dir) {
  std::string out = fmt::format(R"(# What shipper runs when no configuration is given: loopback only, no account needed.
data_dir: "{0}"
admin: 127.0.0.1:8514
sources:
  - {{type: syslog, listen: "udp://127.0.0.1:5514"}}
  - {{type: syslog, listen: "tcp://127.0.0.1:5514"}}
  - {{type: syslog, listen: "unix-dgram://{0}/log.sock"}}
  - {{type: gelf, listen: "udp://127.0.0.1:12201"}}
  - {{type: gelf, listen: "tcp://127.0.0.1:12201"}}
  - {{type: forward, listen: "tcp://127.0.0.1:24224"}}
  - {{type: file, paths: ["/var/log/**/*.log"], start: end}}
sinks:
  - {{type: archive, dir: "{0}/archive"}}
)",
                                data_dir);
  if (const char* token = std::getenv("LOGGLY_TOKEN"); token != nullptr && *token != '\0')
    out += "  - {type: loggly, url: \"https://logs-01.loggly.com\", token: \"env:LOGGLY_TOKEN\", tags: [longshore]}\n";
  if (const char* key = std::getenv("OPSGENIE_API_KEY"); key != nullptr && *key != '\0')
    out += "alerts:\n  - {type: opsgenie, url: \"https://api.opsgenie.com\", api_key: \"env:OPSGENIE_API_KEY\"}\n";
  return out;
}

std::string print_config(const Config& config) { return config_schema().print(config); }
std::string config_reference() {
  return "# shipper.yaml\n\nMade by `shipper reference`. Sizes and durations carry units (`64MiB`, `30s`).\n\n" +
         config_schema().document();
}

const SourceCommon& common(const SourceOptions& source) {
  return std::visit([](const auto& options) -> const SourceCommon& { return options; }, source);
}
const SinkCommon& common(const SinkOptions& sink) {
  return std::visit([](const auto& options) -> const SinkCommon& { return options; }, sink);
}
const ListenerCommon* listener(const SourceOptions& source) {
  return std::visit(
      [](const auto& options) -> const ListenerCommon* {
        if constexpr (std::is_base_of_v<ListenerCommon, std::decay_t<decltype(options)>>)
          return &options;
        else
          return nullptr;
      },
      source);
}

}  // namespace longshore::shipper
