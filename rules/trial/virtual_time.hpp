// The engine at work in the time of the lines themselves: between two lines the clock stops at each moment at which
// something is due, so that alerts open and close when they would have. Pure. One thread at a time.
#pragma once

#include <memory>

#include "rules/engine/engine.hpp"

namespace longshore::rules {

class VirtualTime {
 public:
  // It begins at `start`.
  VirtualTime(std::shared_ptr<const Program> program, EngineOptions options, base::Timestamp start, Engine::Tell tell);

  // Time goes on to that of the event, unless it is there already.
  void show(const EventView& event);
  void run_until(base::Timestamp time);
  // Until every alert that closes by itself has closed.
  void finish();

  base::Timestamp now() const { return now_; }
  Engine& engine() { return engine_; }

 private:
  Engine engine_;
  base::Timestamp now_;
};

// How long after the last match a rule may still have something to say.
base::Duration longest_echo(const RuleSpec& rule);

}  // namespace longshore::rules
