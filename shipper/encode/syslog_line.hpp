// An event as a syslog message, without framing: RFC 5424 §6 or RFC 3164 §4.1. Header fields are made printable ASCII of the
// allowed length, "-" or nothing stands for an absent one, and an absent priority becomes 13 (user.notice, RFC 3164 §4.3.3).
// The message goes out byte for byte, except that `escape_breaks` turns LF into "#012" and NUL into "#000", as rsyslog does.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "shipper/encode/line_part.hpp"
#include "shipper/encode/output.hpp"
#include "shipper/encode/time_text.hpp"
#include "shipper/event/batch.hpp"

namespace longshore::shipper {

class SyslogLine {
 public:
  enum class Form { rfc5424, rfc3164 };
  // What an SD-ELEMENT of the sink's own says of a source's events, e.g. Loggly's [TOKEN@41058 tag="x"]. RFC 5424 only.
  using Element = std::function<std::string(const SourceInfo&)>;
  SyslogLine(Form form, Element element, bool escape_breaks);  // `element` may be empty

  // Before events of `batch` are appended; it stays alive and unchanged meanwhile.
  void begin(const Batch& batch);
  void append(const Event& event, const LinePart& part, Output& out);
  // The text with its line breaks escaped, if they are to be.
  void append_text(std::string_view text, Output& out) const;
  // How much of `message` fits into `budget` bytes of a line.
  std::size_t prefix(std::string_view message, std::size_t budget) const;

 private:
  void append_rfc5424(const Event& event, const LinePart& part, Output& out);
  void append_rfc3164(const Event& event, Output& out);
  // Fields and shipper's marks as [fields@32473 key="value" truncated="true"]; nothing if there are none.
  void append_fields(const Event& event, const LinePart& part, Output& out) const;

  Form form_;
  Element element_;
  bool escape_breaks_;
  const Batch* batch_ = nullptr;
  std::vector<std::string> elements_;  // by Event::source
  TimeText time_;
};

// [TOKEN@41058 tag="x" tag="y"], as Loggly wants it in the header of every message.
std::string loggly_element(std::string_view token, const std::vector<std::string>& tags);

}  // namespace longshore::shipper
