// Rules over a stream of events, and what they would have said: each as it is, and those that count something also with
// other thresholds. Pure. One thread at a time.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "rules/file/rule_file.hpp"
#include "rules/lines/line_batch.hpp"
#include "rules/trial/backtest_report.hpp"
#include "rules/trial/virtual_time.hpp"

namespace longshore::rules {

class RuleTrials {
 public:
  explicit RuleTrials(RuleSet set);

  void show(const LineBatch& events);
  // After the last event. In the order of the set's rules. What would open later, because no more lines come, does not
  // count.
  std::vector<RuleTrial> finish();
  std::uint64_t late() const { return late_; }

 private:
  struct OpenAlert {
    std::size_t index;  // in result.alerts, or past its end
    base::Timestamp since;
  };
  struct Trial {
    RuleTrial result;
    std::unordered_map<std::string, OpenAlert> open = {};  // by alias
    std::unordered_map<std::string, GroupCount> groups = {};
  };
  struct Variant {
    std::size_t trial;
    std::size_t threshold;  // in its result; kItself: the rule as it is
  };
  static constexpr std::size_t kItself = SIZE_MAX;

  void add_variants(RuleSet& set);
  void begin(base::Timestamp start);
  void take(const AlertChange& change);
  void matched(const RuleMatch& match);
  GroupCount* group(Trial& trial, std::string name);
  static void close(Trial& trial, const std::string& alias, base::Timestamp at, bool still_open);

  std::vector<Trial> trials_;
  std::unordered_map<std::string, Variant> variants_;  // by the id under which the engine knows it
  std::shared_ptr<const Program> program_;
  std::unique_ptr<VirtualTime> time_;
  bool over_ = false;
  std::uint64_t late_ = 0;
};

// Values of a group as one text.
std::string group_text(std::span<const std::string> values);

}  // namespace longshore::rules
