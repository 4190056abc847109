// What the pipeline knows of a running source. Loop thread only.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "common/base/timestamp.hpp"
#include "common/io/task.hpp"

namespace longshore::shipper {

class Source {
 public:
  virtual ~Source() = default;
  virtual void start() = 0;
  // A few times a second: what has waited long enough for its rest comes out, losses are counted.
  virtual void expire(base::Timestamp now) { (void)now; }
  // What is held becomes events. Afterwards nothing touches the intake; called once, before the source is destroyed.
  virtual io::Task<void> stop() = 0;
  // What there is to know beside the counters, e.g. {"connections", 3}.
  virtual std::map<std::string, std::int64_t> gauges() const { return {}; }
};

}  // namespace longshore::shipper
