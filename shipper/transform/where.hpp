// Which events a transform is for: conditions that must all hold.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "shipper/config/transform_options.hpp"
#include "shipper/event/batch.hpp"
#include "shipper/transform/pattern.hpp"

namespace longshore::shipper {

class Where {
 public:
  static base::Result<Where> make(const TransformWhere& conditions);
  bool holds(const Batch& batch, const Event& event) const;

 private:
  enum class Part { message, host, app, pid, msgid, severity, source, field };
  struct Condition {
    Part part = Part::field;
    TransformCondition options;
    std::optional<Pattern> pattern;
    std::string_view text(const Batch& batch, const Event& event) const;
    bool holds(std::string_view text) const;
  };
  std::vector<Condition> conditions_;
};

}  // namespace longshore::shipper
