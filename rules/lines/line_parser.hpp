// From a line of text to the event that shipper would make of it, with shipper's own parsers: what `rules` says of a line is
// what shipper does with it. Total: every line is one event. Pure.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "rules/lines/input_format.hpp"
#include "rules/lines/line_batch.hpp"

namespace longshore::rules {

inline constexpr std::size_t kLongestLine = 1 << 20;  // bytes; what is longer is to be cut before

class LineParser {
 public:
  // `source`: the name of the events' source. `near`: a time from which dates without a year are not far (RFC 3164).
  LineParser(InputFormat format, std::string source, base::Timestamp near);
  ~LineParser();
  LineParser(LineParser&&) noexcept;
  LineParser& operator=(LineParser&&) noexcept;

  // Adds the event that `line` is, without its line end. False: it carries no time; the event's is `otherwise` then.
  bool parse(std::string_view line, base::Timestamp otherwise, LineBatch& to);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longshore::rules
