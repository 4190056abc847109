// From event to the bytes of one line or frame, as one sink wants them. Pure; one encoder a sink, one thread at a time.
//
// No event is refused: a line over `max_line` has its message cut between two characters, followed by kCutMarker and said to
// be truncated; only if that is not enough do structured data, fields and long header fields go as well.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "shipper/config/sink_options.hpp"
#include "shipper/encode/json_line.hpp"
#include "shipper/encode/output.hpp"
#include "shipper/encode/syslog_line.hpp"
#include "shipper/event/batch.hpp"

namespace longshore::shipper {

enum class LineFraming {
  lf,              // one line each: line breaks inside are escaped
  octet_counting,  // RFC 6587 §3.4.1: "LENGTH SP MESSAGE", byte for byte
  lf_verbatim,     // raw only: line breaks inside stay, for people's files and terminals
};

struct EncoderOptions {
  LineShape format = LineShape::json;  // raw: the frame as received
  LineFraming framing = LineFraming::lf;
  std::size_t max_line = SIZE_MAX;     // bytes without framing; at least kLeastMaxLine
  std::vector<std::string> tags = {};  // the sink's
  bool tags_in_json = false;
  SyslogLine::Element element = {};  // rfc5424: an SD-ELEMENT before the event's own
};
inline constexpr std::size_t kLeastMaxLine = 16 * 1024;  // room for a reduced line whatever its header fields are

class Encoder {
 public:
  explicit Encoder(EncoderOptions options);

  // Before events of `batch` are appended; it stays alive and unchanged meanwhile.
  void begin(const Batch& batch);
  // Returns true if the message had to be cut.
  bool append(const Event& event, Output& out);

 private:
  void append_line(const Event& event, const LinePart& part, Output& out);
  std::size_t prefix(std::string_view message, std::size_t budget) const;
  void append_cut(const Event& event, Output& out);

  EncoderOptions options_;
  JsonLine json_;
  SyslogLine syslog_;
  const Batch* batch_ = nullptr;
};

}  // namespace longshore::shipper
