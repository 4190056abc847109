// One record of the Forward protocol (a MessagePack map) as an event: the line, where it came from, and all other members as
// fields. Pure; keeps memory between calls; one object a connection.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "common/base/timestamp.hpp"
#include "shipper/docker/msgpack.hpp"
#include "shipper/docker/partial_joiner.hpp"
#include "shipper/encode/output.hpp"
#include "shipper/event/batch.hpp"

namespace longshore::shipper {

class ForwardRecord {
 public:
  // Reads a time and a record, the next two values of `reader`. Appends the event to the batch or, if it is a piece of a
  // longer line, gives it to `joiner`. False if they are no time and no record; nothing was appended then.
  bool decode(Batch& batch, MsgpackReader& reader, std::string_view tag, bool acknowledged, PartialJoiner& joiner,
              base::Timestamp now);

 private:
  struct Member {
    std::string_view key;
    MsgpackValue value;
    MsgpackReader at;  // before the value
  };
  struct Known {  // members with a meaning of their own
    const Member* message = nullptr;
    std::string_view stream, partial_id, partial_ordinal, partial_last;
  };
  bool read_members(MsgpackReader& reader, Known& known);
  bool append_fields(Batch& batch, Event& event, std::string_view tag, const Known& known);
  bool append_message(Batch& batch, Event& event, const Known& known, MsgpackReader record);

  std::vector<Member> members_;
  Output json_;
  Slice last_fields_;
};

}  // namespace longshore::shipper
