// How a sink delivers one payload; everything else (reading, batching, retrying, splitting, the cursor) is the runner's.
#pragma once

#include <string>

#include "common/base/duration.hpp"
#include "common/io/task.hpp"
#include "shipper/sinks/payload.hpp"

namespace longshore::shipper {

enum class Verdict {
  delivered,  // the sink has taken responsibility
  retry,      // not now: again after `pause`, or after the runner's own growing one
  split,      // too large, or something in it is not accepted: by halves, down to one event
  hold,       // refused until a person does something: nothing is dropped, tried again slowly, alarm
};

struct Outcome {
  Verdict verdict = Verdict::delivered;
  std::string reason = {};    // for people; never holds a secret
  base::Duration pause = {};  // retry and hold: asked for by the sink; 0: none
};

class Sender {
 public:
  virtual ~Sender() = default;
  // Called again with an equal payload until it is delivered. As many at a time as the runner has in flight. May be
  // cancelled.
  virtual io::Task<Outcome> send(const Payload& payload) = 0;
  // The last payload was sent, or given up: connections may close.
  virtual void close() {}
};

}  // namespace longshore::shipper
