#include "rules/commands/sink_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "common/base/utf8.hpp"
#include "common/config/yaml.hpp"
#include "rules/config/alert_forms.hpp"

namespace longshore::rules {
namespace {

using base::Result;

struct Alerts {
  std::vector<AlertSinkForms> alerts;
};

Result<std::vector<AlertSinkOptions>> read_sinks(const std::string& text, const std::string& file) {
  static const config::Schema<Alerts> schema{config::variants("alerts", &Alerts::alerts, alert_forms(), "Where alerts go")};
  config::Problems problems(file);
  Alerts alerts;
  if (auto root = config::parse_yaml(text, problems)) {
    std::erase_if(root->map, [](const auto& member) { return member.key.scalar != "alerts"; });
    const config::Spot spot(*root, "", problems, config::real_outside());
    schema.read(spot, alerts);
    name_alert_sinks(alerts.alerts, spot.option("alerts"));
  }
  if (problems.count() > 0) return base::fail(base::Code::invalid, problems.text());
  return alert_sinks(alerts.alerts);
}

Result<std::string> read_file(const std::string& path) {
  constexpr std::size_t kEnough = (1 << 20) + 1;  // parse_yaml refuses more than 1 MiB
  std::ifstream in(path, std::ios::binary);
  if (!in) return base::fail_errno(errno, "read " + path);
  std::string text(kEnough, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

// As a configuration would say it.
std::string described(const SendTestOptions& options) {
  std::string text = "alerts:\n- type: ";
  base::append_json(text, options.type);
  for (const auto& [name, value] : options.more) {
    text += "\n  " + name + ": ";
    base::append_json(text, value);
  }
  return text + "\n";
}

}  // namespace

Result<AlertSinkOptions> choose_sink(const SendTestOptions& options) {
  if (options.config.empty()) {
    TRY(sinks, read_sinks(described(options), "command line"));
    return sinks.at(0);
  }
  TRY(text, read_file(options.config));
  TRY(sinks, read_sinks(text, options.config));
  std::string names;
  for (const AlertSinkOptions& sink : sinks) {
    if (sink.name == options.name || (options.name.empty() && sinks.size() == 1)) return sink;
    names += (names.empty() ? "" : ", ") + sink.name;
  }
  if (sinks.empty()) return base::fail(base::Code::invalid, options.config + ": there are no sinks under \"alerts:\"");
  return base::fail(base::Code::invalid, fmt::format("{}: say with --name which sink: {}", options.config, names));
}

}  // namespace longshore::rules
