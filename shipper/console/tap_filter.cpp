#include "shipper/console/tap_filter.hpp"

#include <algorithm>
#include <string>

#include "shipper/encode/severity.hpp"

namespace longshore::shipper {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// `pattern` with '*' for any run of characters; iterative, so that no pattern costs more than size × size.
bool wildcard(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool contains_folded(std::string_view text, std::string_view lower_needle) {
  return std::search(text.begin(), text.end(), lower_needle.begin(), lower_needle.end(),
                     [](char a, char b) { return lower(a) == b; }) != text.end();
}

bool numbered(std::string_view pattern, std::string_view name, unsigned value) {
  return wildcard(pattern, name) || pattern == std::to_string(value);
}

}  // namespace

std::string_view severity_name(unsigned severity) {
  return severity < kSeverityNames.size() ? kSeverityNames[severity] : "";
}
std::string_view facility_name(unsigned facility) {
  return facility < kFacilityNames.size() ? kFacilityNames[facility] : "";
}

base::Result<TapFilter> TapFilter::parse(std::string_view query) {
  TapFilter filter;
  std::size_t at = 0;
  while (true) {
    while (at < query.size() && query[at] == ' ') ++at;
    if (at == query.size()) return filter;
    const std::size_t start = at;
    Term term;
    if (query[at] == '-') {
      term.negated = true;
      ++at;
    }
    std::string text;
    for (bool in_quotes = false; at < query.size() && (in_quotes || query[at] != ' '); ++at) {
      if (query[at] == '"') {
        in_quotes = !in_quotes;
        if (in_quotes && query.find('"', at + 1) == std::string_view::npos)
          return base::fail(base::Code::invalid,
                            "tap query: the quote at column " + std::to_string(at + 1) + " is not closed");
      } else if (query[at] == ':' && !in_quotes && term.field.empty() && !text.empty()) {
        term.field.swap(text);
      } else {
        text += query[at];
      }
    }
    if (text.empty())
      return base::fail(base::Code::invalid, "tap query: the term at column " + std::to_string(start + 1) + " has no text");
    if (term.field.empty()) std::transform(text.begin(), text.end(), text.begin(), lower);
    term.value = std::move(text);
    filter.terms_.push_back(std::move(term));
  }
}

bool TapFilter::matches(const Batch& batch, const Event& event) const {
  return std::all_of(terms_.begin(), terms_.end(),
                     [&](const Term& term) { return holds(term, batch, event) != term.negated; });
}

bool TapFilter::holds(const Term& term, const Batch& batch, const Event& event) {
  const std::string_view field = term.field, value = term.value;
  if (field.empty()) return contains_folded(batch.text(event.message), value);
  if (field == "message") return wildcard(value, batch.text(event.message));
  if (field == "host") return wildcard(value, batch.text(event.host()));
  if (field == "app") return wildcard(value, batch.text(event.app()));
  if (field == "pid") return wildcard(value, batch.text(event.procid()));
  if (field == "msgid") return wildcard(value, batch.text(event.msgid()));
  if (field == "severity")
    return event.priority != kNoPriority && numbered(value, severity_name(event.priority % 8U), event.priority % 8U);
  if (field == "facility")
    return event.priority != kNoPriority && numbered(value, facility_name(event.priority / 8U), event.priority / 8U);
  const SourceInfo& source = batch.sources[event.source];
  if (field == "source") return wildcard(value, source.name);
  if (field == "tag")
    return std::any_of(source.tags.begin(), source.tags.end(), [&](const std::string& tag) { return wildcard(value, tag); });
  bool found = false;
  FieldReader reader(batch.text(event.fields));
  for (Field attribute; reader.next(attribute);)
    if (attribute.key == field) found = wildcard(value, attribute.value);
  return found;
}

}  // namespace longshore::shipper
