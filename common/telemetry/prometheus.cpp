#include "common/telemetry/prometheus.hpp"

#include <fmt/format.h>

#include "common/base/utf8.hpp"

namespace longshore::telemetry {

void PrometheusText::family(std::string_view name, Kind kind, std::string_view help) {
  name_ = name;
  text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, kind == Kind::counter ? "counter" : "gauge");
}

void PrometheusText::begin_sample(Labels labels) {
  text_ += name_;
  char separator = '{';
  for (const auto& [name, value] : labels) {
    text_ += separator;
    separator = ',';
    text_.append(name).append("=\"");
    for (const char c : base::as_utf8(value)) {  // one label that is none, and nothing of the page is read
      if (c == '\\' || c == '"') text_ += '\\';
      if (c == '\n')
        text_ += "\\n";
      else
        text_ += c;
    }
    text_ += '"';
  }
  text_ += labels.size() > 0 ? "} " : " ";
}

void PrometheusText::sample(Labels labels, double value) {
  begin_sample(labels);
  text_ += fmt::format("{:.6g}\n", value);
}

void PrometheusText::sample(Labels labels, std::uint64_t value) {
  begin_sample(labels);
  text_ += fmt::format("{}\n", value);
}

}  // namespace longshore::telemetry
