#include "shipper/transform/pattern.hpp"

#include <re2/re2.h>

namespace longshore::shipper {

Pattern::Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

base::Result<Pattern> Pattern::make(const std::string& regex) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(2 << 20);
  Pattern pattern;
  pattern.regex_ = std::make_unique<re2::RE2>(regex, options);
  if (pattern.regex_->ok()) return pattern;
  return base::fail(base::Code::invalid, "the pattern '" + regex + "' is not valid RE2: " + pattern.regex_->error());
}

bool Pattern::matches(std::string_view text) const { return re2::RE2::PartialMatch({text.data(), text.size()}, *regex_); }

}  // namespace longshore::shipper
