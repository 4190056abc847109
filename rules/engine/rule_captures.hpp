// What a rule's regular expressions with named groups find in an event: `cap.NAME`. Found when first asked for. Pure.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "rules/engine/program.hpp"

namespace longshore::rules {

class RuleCaptures final : public Captures {
 public:
  // Of another rule, or another event. `fields` is of the event; both outlive what is asked.
  void reset(const Program::Rule& rule, EventFields& fields);
  std::span<const std::string_view> capture(std::string_view name) override;

 private:
  void find();

  const Program::Rule* rule_ = nullptr;
  EventFields* fields_ = nullptr;
  bool found_ = false;
  std::vector<std::pair<std::string_view, std::string_view>> captures_;  // name and value
};

}  // namespace longshore::rules
