#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "common/base/clock.hpp"
#include "rules/commands/commands.hpp"
#include "rules/commands/explanation.hpp"
#include "rules/commands/live_state.hpp"
#include "rules/commands/terminal.hpp"
#include "rules/lines/line_file.hpp"
#include "rules/lines/line_parser.hpp"
#include "rules/report/words.hpp"
#include "rules/trial/examiner.hpp"
#include "rules/trial/virtual_time.hpp"

namespace longshore::rules {
namespace {

constexpr std::size_t kMostLines = 100'000, kMostNear = 3;

// Lines are explained one by one; what the rules have counted and opened by then is said at the end.
class Explanations {
 public:
  Explanations(std::shared_ptr<const Program> program, const ExplainOptions& options)
      : program_(std::move(program)), options_(options), examiner_(*program_), colours_(shows_colours()) {
    shown_.resize(program_->rules.size());
    for (std::size_t i = 0; i < program_->rules.size(); ++i) shown_[i] = is_asked_for(*program_->rules[i].spec);
  }

  bool knows_rules() const {
    return options_.rules.empty() || std::any_of(shown_.begin(), shown_.end(), [](bool shown) { return shown; });
  }

  void show(const EventView& event) {
    fmt::print("{}\n", paint(printable(event.message), Colour::bold, colours_));
    if (time_ == nullptr) begin(event.time);
    time_->show(event);
    examiner_.look_at(event);
    if (!options_.rules.empty()) {
      for (std::size_t i = 0; i < shown_.size(); ++i)
        if (shown_[i]) show(program_->rules[i]);
      return;
    }
    std::vector<std::pair<double, std::size_t>> near;
    for (std::size_t i = 0; i < program_->rules.size(); ++i)
      near.emplace_back(nearness(examiner_.explain(program_->rules[i], program_->rules[i].spec->match)), i);
    std::stable_sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    const auto end = std::find_if(near.begin(), near.end(), [](const auto& each) { return each.first < 1; });
    std::size_t count = static_cast<std::size_t>(end - near.begin());
    if (count == 0) {
      fmt::print("no rule matches{}\n", near.empty() || near[0].first == 0 ? "" : "; the nearest are:");
      while (count < std::min(kMostNear, near.size()) && near[count].first > 0) ++count;
    }
    for (std::size_t i = 0; i < count; ++i) {
      shown_[near[i].second] = true;
      show(program_->rules[near[i].second]);
    }
  }

  void finish() const {
    if (time_ == nullptr) return;
    const std::vector<AlertChange> open = time_->engine().open_alerts();
    const auto all = time_->engine().status();
    fmt::print("{}\n", paint("after these lines, at " + base::format_rfc3339(time_->now(), 0), Colour::bold, colours_));
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!shown_[i]) continue;
      const auto& status = all[i];
      fmt::print("{}: matched {}, remembers {}, {} open{}\n", status.rule->id, plural(status.counters.matches, "time"),
                 plural(status.groups, "group"), status.open,
                 status.counters.held > 0 ? fmt::format(", {} held", status.counters.held) : "");
      if (!status.muted.empty()) fmt::print("  {} {}\n", paint("muted:", Colour::yellow, colours_), printable(status.muted));
      for (const AlertChange& alert : open)
        if (alert.rule == status.rule->id)
          fmt::print("  open since {}: {} (matched {}; {})\n", base::format_rfc3339(alert.at, 0), printable(alert.message),
                     plural(alert.count, "time"), printable(alert.alias));
    }
  }

  void show(const LiveState& live, const std::string& where) const {
    fmt::print("{}\n", paint("in the shipper at " + where, Colour::bold, colours_));
    if (!live.problems.empty())
      fmt::print("  {} {}\n", paint("it has older rules, as the new ones are wrong:", Colour::red, colours_),
                 printable(live.problems));
    for (std::size_t i = 0; i < shown_.size(); ++i) {
      if (!shown_[i]) continue;
      const std::string& id = program_->rules[i].spec->id;
      const auto rule =
          std::find_if(live.rules.begin(), live.rules.end(), [&](const auto& each) { return each.rule == id; });
      if (rule == live.rules.end()) {
        fmt::print("{}: it has no such rule\n", id);
        continue;
      }
      fmt::print("{}: matched {}{}, remembers {}, {} open\n", id, plural(rule->matches, "time"),
                 rule->last_match.empty() ? "" : ", the last time at " + rule->last_match, plural(rule->groups, "group"),
                 rule->open);
      if (!rule->muted.empty()) fmt::print("  {} {}\n", paint("muted:", Colour::yellow, colours_), printable(rule->muted));
      for (const LiveState::Alert& alert : live.alerts)
        if (alert.rule == id)
          fmt::print("  {} {}: {} (matched {}; {}{})\n", alert.open ? "open, told at" : "closed at", printable(alert.at),
                     printable(alert.message), plural(alert.count, "time"), printable(alert.alias),
                     alert.note.empty() ? "" : "; " + printable(alert.note));
    }
    for (const LiveState::Sink& sink : live.sinks)
      fmt::print("alerts to {}: {}, {} waiting{}\n", printable(sink.name),
                 paint(sink.state, sink.state == "ok" ? Colour::green : Colour::red, colours_),
                 plural(sink.waiting, "change"), sink.last_error.empty() ? "" : "; " + printable(sink.last_error));
  }

 private:
  bool is_asked_for(const RuleSpec& rule) const {
    return std::find(options_.rules.begin(), options_.rules.end(), rule.id) != options_.rules.end();
  }
  void begin(base::Timestamp start) {
    time_ = std::make_unique<VirtualTime>(program_, EngineOptions{.host = "explain"}, start, [](AlertChange) {});
  }
  void show(const Program::Rule& rule) {
    const RuleSpec& spec = *rule.spec;
    fmt::print("{}  {}\n", paint(spec.id, Colour::bold, colours_),
               paint(fmt::format("{}:{}", spec.file, spec.place.line), Colour::dim, colours_));
    for (const auto& [where, query] : queries_of(spec)) {
      const Explained explained = examiner_.explain(rule, *query);
      fmt::print("  {}:\n{}", where, explanation(explained, query->text, "    ", colours_));
    }
    for (const auto& [name, value] : examiner_.captures(rule)) fmt::print("  cap.{} = \"{}\"\n", name, printable(value));
  }

  std::shared_ptr<const Program> program_;
  const ExplainOptions& options_;
  Examiner examiner_;
  bool colours_;
  std::vector<bool> shown_;
  std::unique_ptr<VirtualTime> time_;
};

}  // namespace

int explain(const ExplainOptions& options) {
  std::shared_ptr<const Program> program = load_program(options.dir);
  if (program == nullptr) return kConfiguration;
  Explanations explanations(std::move(program), options);
  if (!explanations.knows_rules()) {
    fmt::print(stderr, "{}: there is no such rule\n", options.dir);
    return kUsage;
  }
  const base::Timestamp now = base::SystemClock().now();
  LineParser parser(options.format, "explain", now);
  LineBatch batch;
  const auto show = [&](std::string_view line) {
    batch.clear();
    parser.parse(line, now, batch);
    explanations.show(batch[0]);
  };
  if (options.line != "-") {
    show(std::string_view(options.line).substr(0, kLongestLine));
  } else {
    auto file = LineFile::open("-");
    std::string_view line;
    while (file && file->number() < kMostLines) {
      const auto more = file->next(line);
      if (!more || !*more) break;
      show(line);
    }
  }
  explanations.finish();
  if (options.live.empty()) return kOk;
  const base::Result<LiveState> live = ask_shipper(options.live);
  if (!live) {
    fmt::print(stderr, "--live {}: {}\n", options.live, live.error().message);
    return kUnavailable;
  }
  explanations.show(*live, options.live);
  return kOk;
}

}  // namespace longshore::rules
