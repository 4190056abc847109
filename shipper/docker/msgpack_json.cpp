#include "shipper/docker/msgpack_json.hpp"

#include <charconv>
#include <cmath>

#include "shipper/encode/json_text.hpp"

namespace longshore::shipper {
namespace {

template <class Number>
void append_number(Output& out, Number number) {
  constexpr std::size_t kRoom = 40;
  char* const to = out.room(kRoom);
  out.advance(std::to_chars(to, to + kRoom, number).ptr);
}

bool append_key(Output& out, MsgpackReader& reader, std::size_t depth) {
  MsgpackReader ahead = reader;
  MsgpackValue key;
  out.append('"');
  if (ahead.next(key) && key.is_text()) {
    reader = ahead;
    append_json_text(out, key.bytes);
  } else {
    Output json;
    if (!append_msgpack_json(json, reader, depth)) return false;
    append_json_text(out, json.view());
  }
  out.append("\":");
  return true;
}

}  // namespace

bool append_msgpack_json(Output& out, MsgpackReader& reader, std::size_t depth) {
  MsgpackValue value;
  if (depth > kMsgpackDepth || !reader.next(value)) return false;
  switch (value.type) {
    case MsgpackType::boolean:
      out.append(value.number != 0 ? "true" : "false");
      return true;
    case MsgpackType::integer:
      if (value.negative)
        append_number(out, static_cast<std::int64_t>(value.number));
      else
        append_number(out, value.number);
      return true;
    case MsgpackType::real:
      if (!std::isfinite(value.real)) break;
      append_number(out, value.real);
      return true;
    case MsgpackType::text:
    case MsgpackType::binary:
      out.append('"');
      append_json_text(out, value.bytes);
      out.append('"');
      return true;
    case MsgpackType::array:
    case MsgpackType::map: {
      const bool is_map = value.type == MsgpackType::map;
      out.append(is_map ? '{' : '[');
      for (std::uint32_t i = 0; i < value.size; ++i) {
        if (i > 0) out.append(',');
        if ((is_map && !append_key(out, reader, depth + 1)) || !append_msgpack_json(out, reader, depth + 1)) return false;
      }
      out.append(is_map ? '}' : ']');
      return true;
    }
    case MsgpackType::nil:
    case MsgpackType::extension:
    case MsgpackType::invalid:
      break;
  }
  out.append("null");
  return true;
}

}  // namespace longshore::shipper
