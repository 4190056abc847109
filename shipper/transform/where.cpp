#include "shipper/transform/where.hpp"

#include <algorithm>
#include <array>

#include "shipper/encode/severity.hpp"

namespace longshore::shipper {

base::Result<Where> Where::make(const TransformWhere& conditions) {
  // In the order of Part.
  constexpr std::array<std::string_view, 7> kParts = {"message", "host", "app", "pid", "msgid", "severity", "source"};
  Where where;
  for (const TransformCondition& options : conditions) {
    if (options.field.empty()) return base::fail(base::Code::invalid, "a condition of `where` names no field");
    Condition condition{.options = options, .pattern = {}};
    condition.part = static_cast<Part>(std::ranges::find(kParts, options.field) - kParts.begin());
    if (condition.part == Part::severity && options.is == TransformCondition::Is::equals &&
        std::ranges::find(kSeverityNames, options.value) == kSeverityNames.end())
      return base::fail(base::Code::invalid, "no event has the severity '" + options.value +
                                                 "'; it is one of emerg, alert, crit, err, warning, notice, info, debug");
    if (options.is == TransformCondition::Is::matches) {
      TRY(pattern, Pattern::make(options.value));
      condition.pattern = std::move(pattern);
    }
    where.conditions_.push_back(std::move(condition));
  }
  return where;
}

bool Where::holds(const Batch& batch, const Event& event) const {
  return std::ranges::all_of(conditions_,
                             [&](const Condition& condition) { return condition.holds(condition.text(batch, event)); });
}

bool Where::Condition::holds(std::string_view text) const {
  bool result = false;
  switch (options.is) {
    case TransformCondition::Is::equals:
      result = text == options.value;
      break;
    case TransformCondition::Is::contains:
      result = text.find(options.value) != std::string_view::npos;
      break;
    case TransformCondition::Is::matches:
      result = pattern->matches(text);
      break;
  }
  return result != options.negate;
}

std::string_view Where::Condition::text(const Batch& batch, const Event& event) const {
  switch (part) {
    case Part::message:
      return batch.text(event.message);
    case Part::host:
      return batch.text(event.host());
    case Part::app:
      return batch.text(event.app());
    case Part::pid:
      return batch.text(event.procid());
    case Part::msgid:
      return batch.text(event.msgid());
    case Part::severity:
      return event.priority == kNoPriority ? std::string_view{} : kSeverityNames[event.priority % 8];
    case Part::source:
      return event.source < batch.sources.size() ? std::string_view(batch.sources[event.source].name) : std::string_view{};
    case Part::field:
      break;
  }
  std::string_view value;
  FieldReader reader(batch.text(event.fields));
  for (Field field; reader.next(field);)
    if (field.key == options.field) value = field.value;  // later wins
  return value;
}

}  // namespace longshore::shipper
