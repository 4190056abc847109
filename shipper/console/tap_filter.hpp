// Which events `shipper tap` shows. A small part of the search syntax that Loggly users know: terms that must all hold.
//   error                     the message contains it, upper and lower case alike
//   "connection refused"      a phrase
//   app:nginx  host:web-*     a field equals it; * stands for anything
//   severity:err              by name or number; also facility, pid, msgid, source, tag, and any attribute's name
//   -debug  -app:cron         must not hold
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "shipper/event/batch.hpp"

namespace longshore::shipper {

class TapFilter {
 public:
  // An empty query shows everything. Code::invalid: an open quote, or a term without text.
  static base::Result<TapFilter> parse(std::string_view query);

  bool matches(const Batch& batch, const Event& event) const;

 private:
  struct Term {
    bool negated = false;
    std::string field;  // empty: the message contains `value`
    std::string value;  // lower case where the field is empty
  };
  static bool holds(const Term& term, const Batch& batch, const Event& event);
  std::vector<Term> terms_;
};

// RFC 5424 §6.2.1 names, in syslog.conf's short form: "emerg" … "debug", "kern" … "local7". Empty if out of range.
std::string_view severity_name(unsigned severity);
std::string_view facility_name(unsigned facility);

}  // namespace longshore::shipper
