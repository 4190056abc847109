#include "rules/trial/backtest.hpp"

#include <algorithm>
#include <barrier>
#include <map>
#include <memory>
#include <thread>

#include "rules/lines/merged_lines.hpp"
#include "rules/trial/rule_trials.hpp"

namespace longshore::rules {
namespace {

constexpr std::size_t kPiece = 4096;  // lines

// Every `shares`th rule, with all that it may need.
RuleSet share_of(const RuleSet& set, unsigned share, unsigned shares) {
  RuleSet part;
  for (std::size_t i = share; i < set.rules.size(); i += shares) part.rules.push_back(set.rules[i]);
  part.mutes = set.mutes;
  part.lists = set.lists;
  part.zones = set.zones;
  return part;
}

struct Worker {
  std::unique_ptr<RuleTrials> now, before;  // before: may be null
};

std::vector<Worker> make_workers(const RuleSet& now, const std::optional<RuleSet>& before, unsigned threads) {
  std::vector<Worker> workers;
  for (unsigned i = 0; i < threads; ++i)
    workers.push_back({std::make_unique<RuleTrials>(share_of(now, i, threads)),
                       before ? std::make_unique<RuleTrials>(share_of(*before, i, threads)) : nullptr});
  return workers;
}

// Workers look at one piece while the next one is read.
void run(std::vector<Worker>& workers, MergedLines& lines, BacktestReport& report, const BacktestOptions& options) {
  LineBatch current, next;
  bool done = false;
  std::barrier turn(static_cast<std::ptrdiff_t>(workers.size()) + 1);
  std::vector<std::jthread> threads;
  for (Worker& worker : workers)
    threads.emplace_back([&] {
      for (;;) {
        turn.arrive_and_wait();  // a piece is there
        if (done) return;
        worker.now->show(current);
        if (worker.before) worker.before->show(current);
        turn.arrive_and_wait();  // all have seen it
      }
    });
  while (!done) {
    std::swap(current, next);
    next.clear();
    const std::size_t count = current.size();
    if (count > 0) {
      if (report.from.ns == 0) report.from = current[0].time;
      report.until = std::max(report.until, current[count - 1].time);
      if (options.progress) options.progress(lines.counters().lines, report.until);
    }
    turn.arrive_and_wait();
    const bool more = lines.read(kPiece, next);
    turn.arrive_and_wait();
    if (!more) {
      done = true;
      turn.arrive_and_wait();
    }
  }
}

}  // namespace

BacktestReport backtest(RuleSet now, std::optional<RuleSet> before, const BacktestOptions& options) {
  BacktestReport report;
  report.compares = before.has_value();
  MergedLines lines(options.files, options.format);
  std::vector<Worker> workers = make_workers(now, before, std::max(1U, options.threads));
  run(workers, lines, report, options);
  report.lines = lines.counters().lines;
  report.untimed = lines.counters().untimed;
  report.ahead = lines.counters().ahead;
  report.cut = lines.counters().cut;
  report.problems = lines.problems();

  std::map<std::string, BacktestReport::Row> rows;
  for (Worker& worker : workers) {
    for (RuleTrial& trial : worker.now->finish()) rows[trial.id].now = std::move(trial);
    report.late = std::max(report.late, worker.now->late());
    if (!worker.before) continue;
    for (RuleTrial& trial : worker.before->finish()) rows[trial.id].before = std::move(trial);
  }
  const auto opened = [](const BacktestReport::Row& row) {
    return std::max(row.now ? row.now->opened : 0, row.before ? row.before->opened : 0);
  };
  for (auto& [id, row] : rows) report.rows.push_back(std::move(row));
  std::stable_sort(report.rows.begin(), report.rows.end(),
                   [&](const auto& a, const auto& b) { return opened(a) > opened(b); });
  return report;
}

}  // namespace longshore::rules
