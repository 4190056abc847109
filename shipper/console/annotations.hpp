// What others tell shipper about its host: that a deploy begins or is over (POST /annotations). A deploy that nobody ends is
// over by itself when its time to live has passed: whoever began it may have died. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/duration.hpp"
#include "common/base/result.hpp"
#include "common/base/timestamp.hpp"
#include "shipper/console/status.hpp"

namespace longshore::shipper {

struct Annotation {
  bool begins = true;  // otherwise it is over
  std::string environment = {}, composition = {}, rollout = {};
  base::Duration ttl = std::chrono::minutes(10);
  std::string by = {}, build_url = {}, outcome = {};  // for people; may be empty
};

inline constexpr std::size_t kAnnotationLimit = 4096;  // bytes of a body

// {"kind":"deploy","phase":"begin","environment":"prod","composition":"c_20150619_1504","rollout":"r7f3a","ttl":"10m"}
// Code::invalid: the member that is wrong, unknown or missing, and what it should be.
base::Result<Annotation> parse_annotation(std::string_view json);

// The message of its log line: JSON again, so that each member is found by name. `phase` may also be "expired".
std::string to_json(const Annotation& annotation, std::string_view phase);

// The deploys under way on this host, told apart by environment and rollout.
class Annotations {
 public:
  // False if nothing is new: a second begin of the same rollout only gives it more time.
  bool apply(const Annotation& annotation, base::Timestamp now);
  // Takes out those whose time has passed, and returns them.
  std::vector<Annotation> expire(base::Timestamp now);

  bool empty() const { return under_way_.empty(); }
  std::vector<AnnotationStatus> status() const;

 private:
  struct UnderWay {
    Annotation annotation;
    base::Timestamp since, until;
  };
  std::vector<UnderWay> under_way_;  // in the order in which they began
};

}  // namespace longshore::shipper
