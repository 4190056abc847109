#include "health/decision/check_state.hpp"

namespace longshore::health {

bool CheckState::saw(const Outcome& outcome) {
  const bool passed = outcome.found == Found::passed;
  if (!passed) why_ = outcome.why;
  if (outcome.found == Found::unknown) return false;
  ++(passed ? passes_ : failures_);
  in_a_row_ = passed == last_passed_ ? in_a_row_ + 1 : 1;
  last_passed_ = passed;
  const Verdict wanted = passed ? Verdict::well : Verdict::sick;
  if (verdict_ == wanted || in_a_row_ < (passed ? damping_.rise : damping_.fall)) return false;
  verdict_ = wanted;
  return true;
}

}  // namespace longshore::health
