// The place of the rules in the pipeline: every event is shown to an Evaluator before it is spooled. Pure: time is handed
// in, nothing is read from a clock. Called on the loop thread; must not block.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "common/base/timestamp.hpp"

namespace longshore::rules {

// What a rule can see of an event. Views are valid during the call only.
struct EventView {
  base::Timestamp time;
  std::uint8_t priority = 255;  // facility × 8 + severity, or 255
  std::string_view message, raw, host, app, procid, msgid, structured_data;
  std::string_view fields;  // packed attributes (common/base/packed_fields.hpp)
  std::string_view source;
  std::span<const std::string> tags;
};

class Evaluator {
 public:
  virtual ~Evaluator() = default;
  virtual void evaluate(std::span<const EventView> events, base::Timestamp now) = 0;
  // Lets windows close when no event arrives; called at least once a second.
  virtual void tick(base::Timestamp now) = 0;
};

}  // namespace longshore::rules
