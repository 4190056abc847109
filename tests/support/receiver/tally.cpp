#include "tests/support/receiver/tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>

namespace longshore::receiver {
namespace {

constexpr std::string_view kMark = "seq=";

bool mark_at(std::string_view line, std::size_t at) {
  return at + kMark.size() <= line.size() && std::memcmp(line.data() + at, kMark.data(), kMark.size()) == 0;
}

template <class Map>
std::string object(const Map& map) {
  std::string out;
  for (const auto& [key, value] : map)
    fmt::format_to(std::back_inserter(out), "{}\"{}\":{}", out.empty() ? "" : ",", key, value);
  return out;
}

}  // namespace

std::uint64_t Tally::add_lines(std::string_view body) {
  const std::uint64_t before = events;
  if (count_only && keep_file == nullptr) {
    events += static_cast<std::uint64_t>(std::count(body.begin(), body.end(), '\n'));
    if (!body.empty() && body.back() != '\n') ++events;
    return events - before;
  }
  while (!body.empty()) {
    const std::size_t end = body.find('\n');
    add_line(body.substr(0, end));
    if (end == std::string_view::npos) break;
    body.remove_prefix(end + 1);
  }
  return events - before;
}

void Tally::add_line(std::string_view line) {
  ++events;
  largest_event = std::max(largest_event, line.size());
  if (line.size() > kMaxEvent) ++events_over_limit;
  if (lines.size() < keep_lines) lines.emplace_back(line);
  if (keep_file != nullptr) {
    std::fwrite(line.data(), 1, line.size(), keep_file);
    std::fputc('\n', keep_file);
  }
  if (count_only) return;
  if (!mark_at(line, number_at_)) {
    const std::size_t at = line.find(kMark);
    if (at == std::string_view::npos) {
      ++unnumbered;
      return;
    }
    number_at_ = at;
  }
  std::uint64_t number = 0;
  for (std::size_t i = number_at_ + kMark.size(); i < line.size(); ++i) {
    const unsigned digit = static_cast<unsigned char>(line[i]) - '0';
    if (digit > 9) break;
    number = number * 10 + digit;
  }
  if (!numbers.insert(number)) ++duplicates;
}

std::string Tally::json(std::uint64_t first) const {
  std::string ranges;
  for (const auto& [from, to] : numbers.missing(first, 20))
    fmt::format_to(std::back_inserter(ranges), "{}[{},{}]", ranges.empty() ? "" : ",", from, to);
  return fmt::format(R"({{"requests":{},"events":{},"unique":{},"duplicates":{},"unnumbered":{},"end":{},"missing":[{}],)"
                     R"("bytes":{},"wire_bytes":{},"connections":{},"largest_body":{},"largest_event":{},)"
                     R"("bodies_over_limit":{},"events_over_limit":{},"statuses":{{{}}},"tags":{{{}}},"tokens":{{{}}}}})",
                     requests, events, numbers.unique(), duplicates, unnumbered, numbers.end(), ranges, bytes, wire_bytes,
                     connections, largest_body, largest_event, bodies_over_limit, events_over_limit, object(statuses),
                     object(tags), object(tokens));
}

}  // namespace longshore::receiver
