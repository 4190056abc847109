// Bytes as Docker's drivers send them, and what came out, as text. Test code only.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shipper/event/batch.hpp"

namespace longshore::shipper {

// MessagePack, written the short way.
class MsgpackWriter {
 public:
  MsgpackWriter& raw(std::string_view bytes) {
    bytes_.append(bytes);
    return *this;
  }
  MsgpackWriter& array(std::uint32_t size) { return head(0x90, 15, 0xDC, size); }
  MsgpackWriter& map(std::uint32_t size) { return head(0x80, 15, 0xDE, size); }
  MsgpackWriter& text(std::string_view text) {
    if (text.size() < 32)
      bytes_ += static_cast<char>(0xA0 | text.size());
    else
      big_endian(0xDB, text.size(), 4);
    return raw(text);
  }
  MsgpackWriter& binary(std::string_view content) { return big_endian(0xC6, content.size(), 4).raw(content); }
  MsgpackWriter& integer(std::uint64_t number) { return big_endian(0xCF, number, 8); }
  MsgpackWriter& event_time(std::uint32_t seconds, std::uint32_t nanoseconds) {
    raw(std::string_view("\xD7\x00", 2));
    return big_endian(-1, seconds, 4).big_endian(-1, nanoseconds, 4);
  }
  MsgpackWriter& record(const std::vector<std::pair<std::string, std::string>>& members) {
    map(static_cast<std::uint32_t>(members.size()));
    for (const auto& [key, value] : members) text(key).text(value);
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  MsgpackWriter& head(unsigned small, unsigned most, int large, std::uint32_t size) {
    if (size > most) return big_endian(large + 1, size, 4);
    bytes_ += static_cast<char>(small | size);
    return *this;
  }
  MsgpackWriter& big_endian(int lead, std::uint64_t number, int size) {
    if (lead >= 0) bytes_ += static_cast<char>(lead);
    for (int i = size - 1; i >= 0; --i) bytes_ += static_cast<char>(number >> 8 * i & 0xFF);
    return *this;
  }
  std::string bytes_;
};

// window_bits: 15 for zlib, 31 for gzip.
inline std::string deflated(std::string_view text, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

inline std::map<std::string, std::string> fields_of(const Batch& batch, const Event& event) {
  std::map<std::string, std::string> all;
  FieldReader reader(batch.text(event.fields));
  for (Field field; reader.next(field);) all[std::string(field.key)] = field.value;
  return all;
}

inline std::vector<std::string> messages_of(const Batch& batch) {
  std::vector<std::string> all;
  for (const Event& event : batch.events) all.emplace_back(batch.text(event.message));
  return all;
}

}  // namespace longshore::shipper
