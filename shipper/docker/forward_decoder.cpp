#include "shipper/docker/forward_decoder.hpp"

#include <utility>

#include "shipper/parse/text_check.hpp"

namespace longshore::shipper {
namespace {

// Memory of one huge message is not kept.
constexpr std::size_t kKeep = 1 << 20;

std::string_view between(const char* begin, const char* end) { return {begin, static_cast<std::size_t>(end - begin)}; }

// {"ack": chunk} as MessagePack.
std::string ack_bytes(std::string_view chunk) {
  std::string bytes =
      "\x81\xa3"
      "ack";
  if (chunk.size() < 32) {
    bytes += static_cast<char>(0xA0 | chunk.size());
  } else {
    bytes += '\xDB';
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(chunk.size() >> shift & 0xFF);
  }
  return bytes.append(chunk);
}

}  // namespace

// A message's last element, if there is one; what it does not understand it ignores.
ForwardDecoder::Options ForwardDecoder::read_options(MsgpackReader reader) {
  Options options;
  MsgpackValue map, key, value;
  if (!reader.next(map) || map.type != MsgpackType::map) return options;
  for (std::uint32_t i = 0; i < map.size; ++i) {
    if (!reader.next(key) || !reader.skip_inside(key) || !reader.next(value) || !reader.skip_inside(value)) break;
    if (!key.is_text() || !value.is_text()) continue;
    if (key.bytes == "chunk") options.chunk = value.bytes;
    if (key.bytes == "compressed") options.compressed = value.bytes == "gzip";
  }
  return options;
}

bool ForwardDecoder::feed(Batch& batch, Slice bytes, base::Timestamp now) {
  buffer_.append(batch.text(bytes));
  batch.arena.truncate(bytes.offset);
  std::string_view rest = buffer_;
  while (problem_.empty() && !rest.empty()) {
    const MsgpackScanner::Outcome outcome = scanner_.scan(rest, options_.max_message);
    if (outcome == MsgpackScanner::Outcome::more) break;
    if (outcome == MsgpackScanner::Outcome::too_large)
      return fail("a message is larger than " + std::to_string(options_.max_message) +
                  " bytes; lower the sender's chunk size");
    if (outcome == MsgpackScanner::Outcome::broken)
      return fail("not MessagePack, or nested too deep; is the peer a Forward sender?");
    if (!decode(batch, rest.substr(0, scanner_.size()), now)) return false;
    rest.remove_prefix(scanner_.size());
  }
  buffer_.erase(0, buffer_.size() - rest.size());
  if (buffer_.empty() && buffer_.capacity() > kKeep) std::string().swap(buffer_);
  return problem_.empty();
}

bool ForwardDecoder::decode(Batch& batch, std::string_view message, base::Timestamp now) {
  MsgpackReader reader(message);
  MsgpackValue head, tag, second;
  reader.next(head);
  if (head.type == MsgpackType::nil) return true;  // a heartbeat
  if (head.type != MsgpackType::array) return fail("a message is not an array; is the peer a Forward sender?");
  if (head.size < 2 || !reader.next(tag) || !tag.is_text()) {
    keep_raw(batch, message, now);
    return true;
  }
  if (tag.bytes == "PING" && head.size == 6)
    return fail(
        "the peer wants to authenticate with a shared key, which is not supported; use TLS with client certificates");

  // Where things are; the options say how to read them but come last.
  const char* const time = reader.position();
  reader.next(second);
  const char* const entries = reader.position();
  reader.skip_inside(second);
  const char* const entries_end = reader.position();
  const bool one_event = second.type != MsgpackType::array && !second.is_text();
  if (one_event && (head.size < 3 || !reader.skip())) {
    keep_raw(batch, message, now);
    return true;
  }
  const char* const event_end = reader.position();
  const Options options = read_options(reader);
  const bool acknowledged = !options.chunk.empty();

  if (one_event) {
    MsgpackReader event(between(time, event_end));
    if (!record_.decode(batch, event, tag.bytes, acknowledged, *joiner_, now)) keep_raw(batch, message, now);
  } else if (second.type == MsgpackType::array) {
    decode_entries(batch, tag.bytes, between(entries, entries_end), acknowledged, now);
  } else if (!decode_packed(batch, tag.bytes, second.bytes, options, now)) {
    return false;
  }
  if (acknowledged) acknowledge(batch, options.chunk);
  return true;
}

bool ForwardDecoder::decode_packed(Batch& batch, std::string_view tag, std::string_view packed, const Options& options,
                                   base::Timestamp now) {
  if (options.compressed || Inflater::is_gzip(packed)) {
    inflated_.clear();
    switch (inflater_.inflate(packed, options_.max_inflated, inflated_)) {
      case Inflater::Outcome::whole:
        packed = inflated_.view();
        break;
      case Inflater::Outcome::cut:
        return fail("a compressed message is larger than " + std::to_string(options_.max_inflated) +
                    " bytes; lower the sender's chunk size");
      case Inflater::Outcome::broken:
        return fail("a compressed message is damaged");
    }
  }
  decode_entries(batch, tag, packed, !options.chunk.empty(), now);
  if (inflated_.capacity() > kKeep) inflated_ = Arena();
  return true;
}

void ForwardDecoder::decode_entries(Batch& batch, std::string_view tag, std::string_view entries, bool acknowledged,
                                    base::Timestamp now) {
  const char* const end = entries.data() + entries.size();
  for (MsgpackReader reader(entries); !reader.at_end();) {
    const char* const start = reader.position();
    MsgpackReader entry = reader;
    MsgpackValue pair;
    if (!reader.skip()) return keep_raw(batch, between(start, end), now);
    if (!entry.next(pair) || pair.type != MsgpackType::array || pair.size < 2 ||
        !record_.decode(batch, entry, tag, acknowledged, *joiner_, now))
      keep_raw(batch, between(start, reader.position()), now);
  }
}

bool ForwardDecoder::fail(std::string problem) {
  problem_ = std::move(problem);
  std::string().swap(buffer_);
  return false;
}

void ForwardDecoder::keep_raw(Batch& batch, std::string_view bytes, base::Timestamp now) {
  ++malformed_;
  Event event;
  event.time_ns = now.ns;
  event.frame = event.message = batch.arena.append(bytes);
  if (!is_utf8(bytes)) event.flags |= flag::kNotUtf8;
  batch.events.push_back(event);
}

void ForwardDecoder::acknowledge(Batch& batch, std::string_view chunk) {
  if (answer_) batch.on_durable.push_back([answer = answer_, bytes = ack_bytes(chunk)] { answer(bytes); });
}

}  // namespace longshore::shipper
