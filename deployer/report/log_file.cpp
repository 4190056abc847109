#include "deployer/report/log_file.hpp"

#include <fmt/format.h>

#include "deployer/report/ending.hpp"
#include "deployer/report/text.hpp"

namespace longshore::deployer {

std::string log_lines(const Event& event) {
  std::string who = event.host;
  if (!event.component.empty()) who += '/' + event.component;
  std::string out = fmt::format("{} {} {} {}", base::format_rfc3339(event.at, 3), event.call ? "call" : to_text(event.level),
                                who.empty() ? "-" : who, event.step);
  if (!event.host.empty()) out += fmt::format(" {}", to_text(event.phase));
  out += fmt::format(": {}", one_line(event.text));
  if (!event.waits_for.empty()) out += fmt::format(" (waits for {})", one_line(event.waits_for));
  return out + "\n" + indent(printable(event.detail), "  | ");
}

void LogFile::finish(const Summary& summary) {
  out_(base::format_rfc3339(summary.ended, 3) + " end\n" + render_ending(summary));
}

}  // namespace longshore::deployer
