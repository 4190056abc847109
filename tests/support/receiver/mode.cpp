#include "tests/support/receiver/mode.hpp"

#include <charconv>
#include <utility>

namespace longshore::receiver {
namespace {

template <class Number>
bool read(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::optional<Mode> parse_mode(std::string_view text) {
  using Kind = Mode::Kind;
  Mode mode;
  if (const std::size_t star = text.rfind('*'); star != std::string_view::npos) {
    if (!read(text.substr(star + 1), mode.left)) return std::nullopt;
    text = text.substr(0, star);
  }
  const std::size_t colon = text.find(':');
  const bool has_argument = colon != std::string_view::npos;
  std::string_view name = text.substr(0, colon);
  const std::string_view argument = has_argument ? text.substr(colon + 1) : std::string_view{};
  if (name.starts_with("http")) name.remove_prefix(4);  // "http500" is how people say it

  constexpr std::pair<std::string_view, Kind> kPlain[] = {{"ok", Kind::ok},       {"html200", Kind::html200},
                                                          {"reset", Kind::reset}, {"half", Kind::half},
                                                          {"never", Kind::never}, {"stall", Kind::stall}};
  for (const auto& [plain, kind] : kPlain)
    if (name == plain && !has_argument) {
      mode.kind = kind;
      return mode;
    }
  if (name == "slow") {
    int ms = 0;
    if (!read(argument, ms)) return std::nullopt;
    mode.kind = Kind::slow;
    mode.delay = std::chrono::milliseconds(ms);
    return mode;
  }
  if (name == "poison" && !argument.empty()) {
    mode.kind = Kind::poison;
    mode.needle = argument;
    return mode;
  }
  if (name == "over" && read(argument, mode.limit)) {
    mode.kind = Kind::over;
    return mode;
  }
  if (!read(name, mode.status) || mode.status < 100 || mode.status > 599) return std::nullopt;
  if (has_argument && !read(argument, mode.retry_after)) return std::nullopt;
  mode.kind = Kind::status;
  return mode;
}

}  // namespace longshore::receiver
