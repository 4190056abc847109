// `parse_json`: a message that is a JSON object becomes fields. Well-known members become the event's own: time, severity
// and message. What is no object stays as it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "shipper/json/json_object.hpp"
#include "shipper/transform/transform.hpp"
#include "shipper/transform/where.hpp"

namespace longshore::shipper {

class ParseJson final : public Transform {
 public:
  static base::Result<ParseJson> make(const ParseJsonOptions& options);
  void apply(Batch& batch, std::size_t first, base::Timestamp now, DropCounter& dropped) override;

 private:
  explicit ParseJson(Where where) : where_(std::move(where)) {}
  void parse(Batch& batch, Event& event);

  Where where_;
  JsonObject json_;
};

// The RFC 5424 severity that loggers mean by a name ("WARN", "fatal") or a number (0 to 7 as syslog, 10 to 60 as bunyan).
std::optional<std::uint8_t> severity_from_text(std::string_view text);

}  // namespace longshore::shipper
