// MessagePack values as JSON text (RFC 8259), for members of a record that are not plain text.
#pragma once

#include "shipper/docker/msgpack.hpp"
#include "shipper/encode/output.hpp"

namespace longshore::shipper {

// Appends the reader's next value. What JSON cannot say is said nearest: binary as text, not-a-number and infinity as null,
// an extension as null, a map's key that is no text as the text of its JSON. False: it is not there in whole, or nested
// deeper than kMsgpackDepth; `out` then holds a piece.
bool append_msgpack_json(Output& out, MsgpackReader& reader, std::size_t depth = 0);

}  // namespace longshore::shipper
