// What carries a request to its sink and brings the answer: over HTTP, or to a descriptor or file. Loop thread.
#pragma once

#include "common/io/task.hpp"
#include "rules/delivery/alert_sink.hpp"

namespace longshore::rules {

class Carrier {
 public:
  virtual ~Carrier() = default;
  // Never fails: what went wrong is an answer with status 0. As many at a time as the sink has in flight. May be cancelled.
  virtual io::Task<AlertAnswer> carry(AlertRequest request) = 0;
};

}  // namespace longshore::rules
