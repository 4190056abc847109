// The live table as text: a row a node, and the last important lines below it. Pure: state, time and size in, lines out.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "deployer/report/event.hpp"

namespace longshore::deployer {

struct ScreenSize {
  std::size_t columns = 80, rows = 24;
};

class LiveView {
 public:
  void begin(const Heading& heading, const std::vector<NodePlan>& nodes);
  void on(const Event& event);

  // At most `size.rows` lines of at most `size.columns` columns each, without line feeds, with ANSI colours if `colour`.
  // Where not all nodes fit, the failed ones come first, then those at work; the rest is counted.
  // Before begin: what is done at the moment.
  std::vector<std::string> render(base::Timestamp now, ScreenSize size, bool colour) const;

 private:
  struct Row {
    NodePlan plan;  // its change shortened
    Phase phase = Phase::waiting;
    base::Timestamp since;  // in this phase
    std::string doing;      // its last event
    std::string waits_for;
    base::Timestamp deadline;
  };
  std::string counts() const;
  std::string overall(base::Timestamp now) const;
  std::vector<const Row*> shown(std::size_t room) const;

  Heading heading_;
  std::vector<Row> rows_;        // those that need something
  std::size_t unchanged_ = 0;    // those that do not
  Event overall_;                // what the whole rollout does
  std::deque<Event> important_;  // the last few, oldest first
};

}  // namespace longshore::deployer
