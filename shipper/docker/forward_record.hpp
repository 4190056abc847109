// One record of the Forward protocol (a MessagePack map) as an event: the line, where it came from, and all other members as
// fields. Pure; keeps memory between calls; one object a connection.
#pragma once

#include <string>
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
  // Reads one entry's time and record. Appends the event to the batch, or, if it is a piece of a longer line, gives it to
  // `joiner`. False if it is not an entry.
  bool decode(Batch& batch, MsgpackReader& entry, std::string_view tag, bool acknowledged, PartialJoiner& joiner,
              base::Timestamp now);

 private:
  struct Member {
    std::string_view key;
    MsgpackValue value;
    std::string_view packed;  // the value as MessagePack
  };
  Slice pack_fields(Batch& batch, std::string_view tag);

  std::vector<Member> fields_;
  Output json_;
  std::string last_fields_;  // the last event's, packed: a container's are the same for every line
  std::string packed_;
};

}  // namespace longshore::shipper
