// One thing that must be well for the node to be: what its checks have found, and after how many in a row that counts. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace longshore::health {

// What one look found. `unknown`: it could not be seen (the Docker daemon does not answer): that says nothing of the thing.
enum class Found { passed, failed, unknown };
struct Outcome {
  Found found = Found::failed;
  std::string why = {};  // one line, unless it passed
};

enum class Verdict { unknown, well, sick };

struct Damping {  // in a row, before the verdict changes
  unsigned rise = 1;
  unsigned fall = 2;
};

class CheckState {
 public:
  explicit CheckState(Damping damping, Verdict verdict = Verdict::unknown) : damping_(damping), verdict_(verdict) {}

  // True if the verdict is another one now.
  bool saw(const Outcome& outcome);

  Verdict verdict() const { return verdict_; }
  const std::string& why() const { return why_; }  // of the last look that did not pass
  std::uint64_t passes() const { return passes_; }
  std::uint64_t failures() const { return failures_; }

 private:
  Damping damping_;
  Verdict verdict_;
  std::string why_;
  unsigned in_a_row_ = 0;  // looks that found the same as the last
  bool last_passed_ = false;
  std::uint64_t passes_ = 0, failures_ = 0;
};

}  // namespace longshore::health
