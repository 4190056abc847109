// Writes the Prometheus text exposition format 0.0.4: what /metrics answers.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace longshore::telemetry {

class PrometheusText {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;
  enum class Kind { counter, gauge };

  // Begins a family; its samples follow. Names: longshore_<binary>_<noun>_<unit>[_total].
  void family(std::string_view name, Kind kind, std::string_view help);
  void sample(Labels labels, double value);
  void sample(Labels labels, std::uint64_t value);

  const std::string& text() const { return text_; }

 private:
  void begin_sample(Labels labels);
  std::string name_;
  std::string text_;
};

}  // namespace longshore::telemetry
