#include <fmt/format.h>

#include "rotator/inplace/rotate_in_place.hpp"

namespace longshore::rotator {

std::string_view name_of(InPlaceMethod method) {
  switch (method) {
    case InPlaceMethod::lease:
      return "lease";
    case InPlaceMethod::exchange:
      return "exchange";
    case InPlaceMethod::collapse:
      return "collapse";
    case InPlaceMethod::punch:
      return "punch";
    case InPlaceMethod::pause:
      return "pause";
    case InPlaceMethod::truncate:
      return "truncate";
  }
  return "";
}

std::string describe(const InPlaceReport& report) {
  const bool lossy = report.method == InPlaceMethod::truncate;
  // Rounded up: a stall is never told shorter than it was.
  const auto stall = std::chrono::ceil<std::chrono::milliseconds>(report.stall).count();
  std::string text = fmt::format("archived={} {}{} mode={} stall={}ms", report.archived,
                                 lossy ? "lost<=" : "lost=", report.at_risk, name_of(report.method), stall);
  if (report.frame_by_frame) text += " disk=full";
  return text;
}

}  // namespace longshore::rotator
