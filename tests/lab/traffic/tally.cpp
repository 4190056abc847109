#include "tests/lab/traffic/tally.hpp"

#include <algorithm>
#include <array>

namespace longshore::lab {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const unsigned char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c < 0x20 || c > 0x7E ? '?' : static_cast<char>(c);
  }
  return out + "\"";
}

std::string number(double value) {
  std::array<char, 40> text;
  return {text.data(), static_cast<std::size_t>(std::snprintf(text.data(), text.size(), "%.4f", value))};
}

}  // namespace

void Tally::Count::add(const Outcome& outcome) {
  ++requests;
  if (outcome.failure.empty()) {
    longest = std::max(longest, outcome.took);
  } else {
    ++failures;
  }
}

void Tally::add(const Outcome& outcome) {
  const std::lock_guard lock(mutex_);
  all_.add(outcome);
  kinds_[outcome.kind].add(outcome);
  targets_[outcome.target].add(outcome);
  if (!outcome.version.empty()) {
    auto& span = served_[{outcome.server, outcome.version}];
    if (span.requests++ == 0) span.first = outcome.sent;
    span.first = std::min(span.first, outcome.sent);
    span.last = std::max(span.last, outcome.sent + outcome.took);
  }
  if (!outcome.failure.empty()) {
    std::fprintf(log_,
                 "{\"time\":%.4f,\"kind\":%s,\"target\":%s,\"server\":%s,\"version\":%s,\"reason\":%s,\"took\":%.4f}\n",
                 outcome.sent, quoted(outcome.kind).c_str(), quoted(outcome.target).c_str(), quoted(outcome.server).c_str(),
                 quoted(outcome.version).c_str(), quoted(outcome.failure).c_str(), outcome.took);
    std::fflush(log_);
  }
}

std::string Tally::summary() const {
  const std::lock_guard lock(mutex_);
  const auto count = [](const Count& of) {
    return "\"requests\":" + std::to_string(of.requests) + ",\"failures\":" + std::to_string(of.failures) +
           ",\"longest\":" + number(of.longest);
  };
  const auto table = [&](const std::map<std::string, Count>& of) {
    std::string out;
    for (const auto& [name, counted] : of) out += (out.empty() ? "" : ",") + quoted(name) + ":{" + count(counted) + "}";
    return "{" + out + "}";
  };
  std::string served;
  for (const auto& [key, span] : served_) {
    served += (served.empty() ? "" : ",") + std::string("{\"server\":") + quoted(key.first) +
              ",\"version\":" + quoted(key.second) + ",\"requests\":" + std::to_string(span.requests) +
              ",\"first\":" + number(span.first) + ",\"last\":" + number(span.last) + "}";
  }
  return "{" + count(all_) + ",\"kinds\":" + table(kinds_) + ",\"targets\":" + table(targets_) + ",\"served\":[" + served +
         "]}";
}

}  // namespace longshore::lab
