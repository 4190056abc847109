// Lines of Docker's json-file log, {"log":"…\n","stream":"stdout","time":"…"}, as the events they stand for. A line of the
// container that Docker had to cut comes as several; they are joined. Pure; one object a file.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "common/base/duration.hpp"
#include "common/base/timestamp.hpp"
#include "shipper/event/batch.hpp"
#include "shipper/event/held_event.hpp"
#include "shipper/json/json_object.hpp"

namespace longshore::shipper {

struct DockerJsonOptions {
  base::Duration timeout =
      std::chrono::seconds(5);        // since the first piece; then the pieces so far come out, marked kPartial
  std::size_t max_message = 1 << 20;  // bytes of a joined message; what is over it is cut and marked kTruncated
};

class DockerJson {
 public:
  explicit DockerJson(DockerJsonOptions options = {}) : options_(options) {}

  // events[first …] are whole lines of the file as the tail source appended them (frame = message = the line). Each becomes
  // what it says; pieces leave the batch until the line is complete. A line that is not Docker's stays as it is.
  void apply(Batch& batch, std::size_t first, base::Timestamp now);
  // Pieces whose time is over come out; Timestamp max takes all (the file is gone).
  void expire(Batch& batch, base::Timestamp now);
  base::Timestamp next_deadline() const;

  // How many of the bytes that were given, counted from the end and with a line feed for each line, may not be checkpointed
  // yet: the file's durable offset is at most the end of the last line given, minus this.
  std::size_t held_bytes() const;

 private:
  struct Stream {  // stdout and stderr are cut independently of each other
    HeldEvent held;
    std::size_t bytes_since = 0;  // of the file, since the first held piece
    base::Timestamp deadline;
  };
  // Which stream the event belongs to; null if it is not Docker's.
  Stream* decode(Batch& batch, Event& event, bool& complete);
  void add_attributes(Batch& batch, Event& event, std::string_view attributes);
  void join(Stream& stream, std::string_view text);

  DockerJsonOptions options_;
  JsonObject json_, attributes_json_;
  std::string attributes_text_;  // the last line's, and what it became
  Arena attributes_;
  Slice tag_;  // its value in attributes_: the log option `tag`, which stands as the app
  Slice last_fields_;
  std::array<Stream, 2> streams_;
};

}  // namespace longshore::shipper
