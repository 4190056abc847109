#include "shipper/pipeline/alerting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "common/io/sleep.hpp"
#include "common/telemetry/log.hpp"
#include "rules/file/rule_file.hpp"
#include "shipper/sources/own_host.hpp"

namespace longshore::shipper {
namespace {

using base::Result;
using rules::AlertChange;

constexpr auto kLook = std::chrono::seconds(1);
constexpr std::size_t kShownClosed = 20;
constexpr std::size_t kMostWatched = 10'000, kDeepest = 16;

rules::EngineOptions engine_options(const RulesOptions& options) {
  rules::EngineOptions engine{.host = own_host(), .memory = options.memory.value};
  for (const auto& [name, value] : options.host) engine.host_fields.emplace_back("host." + name, value);
  return engine;
}

AlertStatus alert_status(const AlertChange& alert, bool open) {
  static constexpr const char* kPriorities[] = {"", "P1", "P2", "P3", "P4", "P5"};
  return {.rule = alert.rule,
          .alias = alert.alias,
          .priority = kPriorities[static_cast<int>(alert.priority)],
          .open = open,
          .at = base::format_rfc3339(alert.at, 0),
          .count = alert.count,
          .message = alert.message,
          .note = open ? "" : alert.note};
}

}  // namespace

Result<std::unique_ptr<Alerting>> Alerting::make(const Config& config, AlertingParts parts) {
  std::unique_ptr<Alerting> alerting(new Alerting(config, parts));
  TRY_VOID(alerting->open_delivery(config));
  return alerting;
}

Alerting::Alerting(const Config& config, AlertingParts parts)
    : parts_(parts),
      options_(config.rules),
      sinks_(config.alerts),
      data_dir_(config.data_dir),
      loaded_(load(options_.dir, parts.file_system)),
      tasks_(parts.loop) {
  engine_ =
      std::make_unique<rules::Engine>(loaded_.program ? loaded_.program : rules::compile_rules({}), engine_options(options_),
                                      [this](AlertChange change) { tell(std::move(change)); });
}

Alerting::~Alerting() = default;

// Without a sink of its own, what the rules say is not lost: it goes to a file.
Result<void> Alerting::open_delivery(const Config& config) {
  rules::DeliveryOptions options{.directory = data_dir_ + "/alerts", .sinks = rules::alert_sinks(config.alerts)};
  if (options.sinks.empty())
    options.sinks.push_back({.type = rules::AlertSinkType::file, .name = "file", .path = data_dir_ + "/alerts.jsonl"});
  const auto log = [](telemetry::Level level, std::string_view sink, const std::string& text) {
    telemetry::log(level, text, {{"alerts", sink}});
  };
  // Delivery may be in the middle of something when it raises the alarm.
  const auto alarm = [this](const std::string& what) {
    boost::asio::post(parts_.loop, [this, what] { this->alarm(what); });
  };
  TRY(delivery, rules::Delivery::open(std::move(options), {.loop = parts_.loop,
                                                           .pool = parts_.pool,
                                                           .timers = parts_.timers,
                                                           .file_system = parts_.file_system,
                                                           .log = log,
                                                           .alarm = alarm}));
  delivery_ = std::move(delivery);
  return {};
}

void Alerting::start() {
  before_ = delivery_->open_alerts();
  delivery_->start();
  use(std::exchange(loaded_, {}));
  tasks_.spawn("rules", watch());
}

void Alerting::use(Loaded loaded) {
  loaded_ = std::move(loaded);
  const base::Timestamp now = parts_.clock.now();
  if (!loaded_.program) {
    telemetry::log_error("the rules are not used, those before stay at work", {{"why", loaded_.problems}});
    engine_->raise("rules", rules::Priority::p2, "rules in " + options_.dir + " cannot be loaded", loaded_.problems, now);
    return;
  }
  if (loaded_.program.get() != &engine_->program()) engine_->replace(loaded_.program, now);
  // What was open when the process ended goes on under its own name; only with rules in order can it be known what is gone.
  if (!std::exchange(restored_, true)) engine_->restore(std::exchange(before_, {}), now);
  engine_->settle("rules", "they are loaded", now);
  if (!options_.dir.empty())
    telemetry::log_info("rules are at work", {{"dir", options_.dir}, {"rules", loaded_.program->rules.size()}});
}

Alerting::Loaded Alerting::load(const std::string& dir, base::FileSystem& files) {
  if (dir.empty()) return {.fingerprint = {}, .program = rules::compile_rules({}), .problems = {}};
  Loaded loaded{.fingerprint = fingerprint(dir, files), .program = nullptr, .problems = {}};
  rules::RuleSet set = rules::load_rules(dir, files);
  loaded.problems = set.problems;
  if (set.problems.empty()) loaded.program = rules::compile_rules(std::move(set));
  return loaded;
}

std::string Alerting::fingerprint(const std::string& dir, base::FileSystem& files) {
  std::string all;
  std::vector<std::pair<std::string, std::size_t>> folders = {{dir, 0}};
  for (std::size_t i = 0; i < folders.size() && i < kMostWatched; ++i) {
    const auto [folder, depth] = folders[i];
    auto names = files.list(folder);
    if (!names) continue;
    std::sort(names->begin(), names->end());
    for (const std::string& name : *names) {
      const std::string path = folder + "/" + name;
      const auto info = name.starts_with('.') ? base::fail(base::Code::not_found, "") : files.stat(path);
      if (!info) continue;
      if (info->is_directory && depth < kDeepest) folders.emplace_back(path, depth + 1);
      all += fmt::format("{} {} {}\n", path, info->size, info->modified.ns);
    }
  }
  return all;
}

io::Task<void> Alerting::load_anew() {
  auto job = [dir = options_.dir, &files = parts_.file_system] { return load(dir, files); };
  Loaded loaded = co_await io::run_blocking(parts_.pool, std::move(job));
  use(std::move(loaded));
}

io::Task<void> Alerting::watch() {
  for (;;) {
    const bool due = co_await io::sleep_for(kLook);
    if (!due) co_return;
    if (!delivery_trouble_.empty()) {
      const rules::DeliveryStatus status = delivery_->status();
      if (std::all_of(status.sinks.begin(), status.sinks.end(), [](const auto& s) { return s.state == "ok"; })) {
        engine_->settle("delivery", "every sink takes alerts again", parts_.clock.now());
        delivery_trouble_.clear();
      }
    }
    if (options_.dir.empty()) continue;
    auto job = [dir = options_.dir, &files = parts_.file_system] { return fingerprint(dir, files); };
    const std::string now = co_await io::run_blocking(parts_.pool, std::move(job));
    if (now != loaded_.fingerprint) co_await load_anew();
  }
}

void Alerting::when_saved(std::function<void()> then) {
  if (!saving_ && delivery_->all_saved()) return then();
  unsaved_.push_back(std::move(then));
  if (!std::exchange(saving_, true)) tasks_.spawn("alerts to disk", save());
}

io::Task<void> Alerting::save() {
  while (!unsaved_.empty()) {
    const std::size_t covered = unsaved_.size();
    co_await delivery_->saved();
    for (std::size_t i = 0; i < covered; ++i) {
      unsaved_.front()();
      unsaved_.pop_front();
    }
  }
  saving_ = false;
}

io::Task<void> Alerting::saved() {
  while (saving_) co_await io::sleep_for(std::chrono::milliseconds(1));
}

io::Task<void> Alerting::reload(const Config& config) {
  if (config.rules.host != options_.host || config.rules.memory.value != options_.memory.value)
    telemetry::log_warn("changes of rules.host and rules.memory take effect at the next start");
  options_.dir = config.rules.dir;
  co_await load_anew();
  if (config.alerts == sinks_) co_return;
  // What waits for a sink that stays is on disk.
  co_await delivery_->stop(std::chrono::seconds(5));
  co_await saved();
  const Result<void> opened = open_delivery(config);
  if (opened) {
    sinks_ = config.alerts;
  } else {
    telemetry::log_error("the new sinks of alerts are not used, the old ones stay", {{"why", opened.error().message}});
  }
  delivery_->start();
}

io::Task<void> Alerting::stop(base::Duration drain_limit) {
  co_await saved();
  tasks_.cancel();
  co_await tasks_.join();
  co_await delivery_->stop(drain_limit);
}

void Alerting::set_deploy(bool active, const std::string& version) {
  engine_->set_deploy(active, version, parts_.clock.now());
  telemetry::log_info(active ? "a deploy begins" : "a deploy is over", {{"version", version}});
}

void Alerting::tell(AlertChange change) {
  static constexpr const char* kKinds[] = {"opens", "goes on", "note", "closes"};
  telemetry::log_info("alert " + std::string(kKinds[static_cast<int>(change.kind)]),
                      {{"alias", change.alias}, {"count", change.count}, {"message", change.message}});
  if (change.kind == AlertChange::Kind::close) {
    closed_.push_front(change);
    if (closed_.size() > kShownClosed) closed_.pop_back();
  }
  delivery_->submit(std::move(change));
}

void Alerting::alarm(const std::string& what) {
  telemetry::log_error(what);
  delivery_trouble_ = what;
  engine_->raise("delivery", rules::Priority::p2, "alerts are not delivered", what, parts_.clock.now());
}

void Alerting::fill(Status& status) const {
  for (const AlertChange& alert : engine_->open_alerts())
    status.alerts.insert(status.alerts.begin(), alert_status(alert, true));
  for (const AlertChange& alert : closed_) status.alerts.push_back(alert_status(alert, false));
  const rules::Engine::Counters& counters = engine_->counters();
  status.rules.loaded = engine_->program().rules.size();
  status.rules.problems = loaded_.problems;
  status.rules.events = counters.events;
  status.rules.late = counters.late;
  status.rules.matched = counters.matched;
  status.rules.bytes = engine_->bytes();
  for (const auto& rule : engine_->status()) {
    status.rules.evicted += rule.counters.evicted + rule.counters.turned_away;
    status.rules.held += rule.counters.held;
    status.rules.rolled_up += rule.counters.rolled_up;
  }
  const rules::DeliveryStatus delivery = delivery_->status();
  for (const rules::AlertSinkStatus& sink : delivery.sinks) {
    AlertSinkLine& line = status.alert_sinks.emplace_back();
    line.name = sink.name;
    line.state = sink.state;
    line.waiting = sink.waiting;
    line.delivered = sink.delivered;
    line.refused = sink.refused;
    line.last_error = sink.last_error;
  }
}

std::vector<RuleStateLine> Alerting::rule_states() const {
  std::vector<RuleStateLine> lines;
  for (const rules::Engine::RuleStatus& rule : engine_->status())
    lines.push_back({rule.rule->id, rule.counters.matches, rule.groups, rule.open, rule.counters.held, rule.muted,
                     rule.last_match.ns == 0 ? "" : base::format_rfc3339(rule.last_match, 0)});
  return lines;
}

}  // namespace longshore::shipper
