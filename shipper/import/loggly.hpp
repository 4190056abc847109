// Which of syslog-ng's destinations are Loggly, and what they say: the loggly() of its library, a network driver with a
// hand-written template, or http().
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shipper/import/load.hpp"
#include "shipper/import/tree.hpp"

namespace longshore::shipper {

// A named one: its text, and where that stands.
struct Template {
  std::string text;
  Place place;
};

struct LogglyTarget {
  std::string host;               // "logs-01.loggly.com"
  std::string token;              // empty if it was not found
  Place from_template;            // where it stands if not in the driver; otherwise without a file
  std::vector<std::string> tags;  // in the characters that Loggly allows
  bool json = false;              // it was sent JSON; otherwise RFC 5424
  std::string ca_file;
  std::vector<std::string> untranslated;  // sentences
};

// `driver`: a destination's, e.g. tcp("logs-01.loggly.com" port(6514) template(t)). `named_template` gives null if there is
// none. Nothing if this is not Loggly.
std::optional<LogglyTarget> loggly_target(const Item& driver,
                                          const std::function<const Template*(std::string_view)>& named_template);

}  // namespace longshore::shipper
