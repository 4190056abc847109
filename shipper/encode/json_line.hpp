// An event as one JSON object, the shape that docs/sinks.md fixes:
//   {"timestamp":…,"host":…,"app":…,"pid":…,"msgid":…,"severity":…,"facility":…,"message":…,"source":…,FIELDS,"sd":{…},MARKS}
// Members that an event does not have are left out; timestamp, message and source always stand. A field that is called like
// one of ours gets a trailing underscore. No line feed is inside. Allocates only until its buffers have grown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shipper/encode/line_part.hpp"
#include "shipper/encode/output.hpp"
#include "shipper/encode/time_text.hpp"
#include "shipper/event/batch.hpp"

namespace longshore::shipper {

class JsonLine {
 public:
  // `with_tags`: the line carries "tags":[…], the sink's and then the source's, each once.
  JsonLine(std::vector<std::string> sink_tags, bool with_tags);

  // Before events of `batch` are appended; it stays alive and unchanged meanwhile.
  void begin(const Batch& batch);
  void append(const Event& event, const LinePart& part, Output& out);
  // How much of `message` fits into `budget` bytes of a line.
  static std::size_t prefix(std::string_view message, std::size_t budget);

 private:
  void append_header(const Event& event, const LinePart& part, Output& out);
  void append_reduced_source(const Event& event, Output& out);
  void append_fields(Slice packed, Output& out);
  void encode_fields(std::string_view packed, Output& out);

  std::vector<std::string> sink_tags_;
  bool with_tags_;
  TimeText time_;
  const Batch* batch_ = nullptr;
  const char* readable_end_ = nullptr;
  std::vector<Output> sources_;  // by Event::source: ,"source":"…" and the tags
  std::vector<Field> fields_;    // of the event at hand
  Slice last_fields_;            // events of one file or container share their fields: the second one finds them encoded
  std::string encoded_fields_;   // empty: not encoded yet
};

}  // namespace longshore::shipper
