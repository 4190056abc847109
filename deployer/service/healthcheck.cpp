// `healthcheck`. Docker asks for the first time one interval after the start, 30 s if nothing is said; while StartPeriod
// lasts it asks every StartInterval (API 1.44 and later; an older one leaves that out). A rollout waits for the answer on
// each host, so a check of the file that says neither gets a start period of a minute with a question each second.
#include <fmt/format.h>

#include "deployer/service/draft.hpp"

namespace longshore::deployer::compose {
namespace {

using config::Spot;
using namespace std::chrono_literals;

std::optional<std::vector<std::string>> read_test(const Spot& spot) {
  if (spot.node().kind == config::Node::Kind::scalar) return std::vector<std::string>{"CMD-SHELL", spot.node().scalar};
  auto words = read_texts(spot);
  if (!words) return std::nullopt;
  const std::string kind = words->empty() ? "" : words->front();
  const bool good = kind == "NONE"        ? words->size() == 1
                    : kind == "CMD-SHELL" ? words->size() == 2
                                          : kind == "CMD" && words->size() > 1;
  if (good) return words;
  spot.wrong("is a text, [CMD, program, argument, …], [CMD-SHELL, text] or [NONE]");
  return std::nullopt;
}

}  // namespace

void read_healthcheck(const Spot& spot, Draft& draft) {
  Json check;
  bool disabled = false;
  const std::size_t before = spot.problems();
  const auto duration = [&check](const char* field) {
    return [&check, field](const Spot& value) {
      const auto read = read_duration(value);
      if (!read) return;
      if (*read != 0s && *read < 1ms) return value.wrong("is at least 1ms, or 0s for Docker's default");
      check[field] = read->count();
    };
  };
  read_members(spot, {{"test",
                       [&](const Spot& value) {
                         if (const auto test = read_test(value))
                           check["Test"] = json_of(*test), disabled |= test->front() == "NONE";
                       }},
                      {"interval", duration("Interval")},
                      {"timeout", duration("Timeout")},
                      {"start_period", duration("StartPeriod")},
                      {"start_interval", duration("StartInterval")},
                      {"retries",
                       [&](const Spot& value) {
                         const auto retries = read_number(value);
                         if (retries && *retries < 0) return value.wrong("is not negative");
                         if (retries) check["Retries"] = *retries;
                       }},
                      {"disable", [&](const Spot& value) { disabled |= read_flag(value).value_or(false); }}});
  if (spot.problems() > before) return;
  if (disabled) {
    check = Json();
    check["Test"] = json_of({"NONE"});
  } else if (is_given(spot, "test") && !is_given(spot, "start_period") && !is_given(spot, "start_interval")) {
    check["StartPeriod"] = base::Duration(60s).count();
    check["StartInterval"] = base::Duration(1s).count();
  }
  if (check.is_null()) return;
  draft.service.has_healthcheck = !disabled;
  draft.service.wants_start_interval = !disabled && is_given(spot, "start_interval");
  draft.config()["Healthcheck"] = check;
  draft.part("healthcheck", check);
}

}  // namespace longshore::deployer::compose
