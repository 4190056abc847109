// Plain lines with times, for CI logs: nothing is redrawn, and something is written at least every ten seconds while the
// rollout waits, so that Jenkins and whoever looks at it see that it lives, and for what it waits.
//
//   13:04:05 web1 web      draining  answers 404 to the balancers
//   13:04:16 web1 web      draining  waits for lb1 to say that web1 is out: 11s so far, gives up in 19s
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "deployer/report/event.hpp"

namespace longshore::deployer {

using TextSink = std::function<void(std::string_view)>;  // takes whole lines

struct NameWidths {  // columns of the longest host and component
  std::size_t host = 0, component = 0;
};
NameWidths name_widths(const std::vector<NodePlan>& nodes);

// "13:04:05 web1 web      draining  text\n", then what more lines the text has, and the detail, indented. Pure.
std::string render_line(const Event& event, NameWidths widths);

// The lines before the first event: what is done where. Pure.
std::string render_heading(const Heading& heading, const std::vector<NodePlan>& nodes);

class Lines final : public Reporter {
 public:
  explicit Lines(TextSink out) : out_(std::move(out)) {}

  void begin(const Heading& heading, const std::vector<NodePlan>& nodes) override;
  void on(const Event& event) override;
  void tick(base::Timestamp now) override;
  void finish(const Summary& summary) override;

 private:
  struct Wait {
    Event event;
    base::Timestamp told;
  };
  TextSink out_;
  NameWidths widths_;
  std::vector<Wait> waits_;  // one a node at most
};

}  // namespace longshore::deployer
