#include "health/decision/answer.hpp"

#include <fmt/format.h>

#include "common/base/json.hpp"

namespace longshore::health {
namespace {

constexpr std::size_t kLongestReason = 120;  // bytes; it is shown in a column of HAProxy's statistics

// The first check that is sick, else the first that has not passed yet; null if all are well.
const CheckView* worst(std::span<const CheckView> checks) {
  const CheckView* found = nullptr;
  for (const CheckView& check : checks) {
    if (check.verdict == Verdict::sick) return &check;
    if (check.verdict == Verdict::unknown && found == nullptr) found = &check;
  }
  return found;
}

std::string trouble(const CheckView& check) {
  if (check.verdict == Verdict::sick) return fmt::format("{}: {}", check.name, check.why);
  return check.why.empty() ? fmt::format("{} has not passed yet", check.name)
                           : fmt::format("{} has not passed yet: {}", check.name, check.why);
}

}  // namespace

std::string_view name_of(State state) {
  constexpr std::string_view kNames[] = {"in", "drained", "ending", "starting", "sick"};
  return kNames[static_cast<int>(state)];
}

Answer decide(const Wish& wish, bool ending, std::span<const CheckView> checks) {
  const CheckView* const bad = worst(checks);
  Answer answer{.well = bad == nullptr};
  const std::string besides = bad == nullptr ? "" : "; " + trouble(*bad);
  if (ending || wish.out) {
    answer.state = ending ? State::ending : State::drained;
    answer.status = 404;
    answer.why = (ending ? std::string("health was told to stop")
                         : fmt::format("since {} by {}", base::format_rfc3339(wish.since, 0), wish.by)) +
                 besides;
  } else if (bad != nullptr) {
    answer.state = bad->verdict == Verdict::sick ? State::sick : State::starting;
    answer.why = trouble(*bad);
  } else {
    answer.state = State::in;
    answer.status = 200;
    answer.why = checks.empty() ? "there are no checks" : fmt::format("{} of {} checks pass", checks.size(), checks.size());
  }
  return answer;
}

std::string agent_line(const Answer& answer) {
  const bool out = answer.status == 404;
  std::string line = fmt::format("{} {}", out ? "drain" : "ready", answer.well ? "up" : "down #");
  if (!answer.well)
    for (const char c : answer.why.substr(0, kLongestReason)) line += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  return line + "\n";
}

std::string text_body(const Answer& answer) { return fmt::format("{}: {}\n", name_of(answer.state), answer.why); }

std::string json_body(const Answer& answer) {
  return fmt::format("{{\"state\":\"{}\",\"status\":{},\"why\":{}}}\n", name_of(answer.state), answer.status,
                     base::json_text(answer.why));
}

}  // namespace longshore::health
