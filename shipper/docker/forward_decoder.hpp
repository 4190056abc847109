// One connection of the Fluentd Forward protocol (specification v1; docs/formats/forward.md): bytes in, events out, and
// acknowledgements that are given when what they acknowledge is durable. Docker's `fluentd` log driver, Fluent Bit and
// Fluentd speak it. HELO/PING/PONG (shared keys) is not supported; problem() tells such a peer's owner. Pure; loop thread.
//
// The functions have the shape of StreamProtocol (shipper/sources/stream_protocol.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "common/base/timestamp.hpp"
#include "shipper/docker/forward_record.hpp"
#include "shipper/docker/inflate.hpp"
#include "shipper/docker/msgpack.hpp"
#include "shipper/docker/partial_joiner.hpp"
#include "shipper/event/batch.hpp"

namespace longshore::shipper {

struct ForwardOptions {
  std::size_t max_message = 16 << 20;   // bytes of one message of the protocol; above it the connection is closed
  std::size_t max_inflated = 64 << 20;  // bytes of one compressed message once inflated; above it the connection is closed
};

class ForwardDecoder {
 public:
  // `joiner`: one for all connections of a source (a sender continues on a new connection after a failure); outlives this.
  ForwardDecoder(ForwardOptions options, PartialJoiner& joiner) : options_(options), joiner_(&joiner) {}

  // Acknowledgements are given to `answer` by Batch::on_durable, as bytes for the peer; perhaps when this object is gone, so
  // it must cope with a connection that no longer exists.
  void set_answer(std::function<void(std::string)> answer) { answer_ = std::move(answer); }

  // `bytes` are the arena's end and are taken out of it. Complete messages become events; an incomplete rest is kept here.
  // False: the peer broke the protocol beyond repair; close the connection, problem() says why. Nothing of the message that
  // did it is acknowledged, so that its sender knows.
  bool feed(Batch& batch, Slice bytes, base::Timestamp now);

  std::size_t held() const { return buffer_.size(); }  // bytes of an incomplete message
  std::string_view problem() const { return problem_; }
  std::uint64_t malformed() const { return malformed_; }  // messages or entries kept as raw events because they fit no mode

 private:
  struct Options {  // of a message
    std::string_view chunk;
    bool compressed = false;
  };
  static Options read_options(MsgpackReader reader);
  bool decode(Batch& batch, std::string_view message, base::Timestamp now);
  bool decode_packed(Batch& batch, std::string_view tag, std::string_view packed, const Options& options,
                     base::Timestamp now);
  void decode_entries(Batch& batch, std::string_view tag, std::string_view entries, bool acknowledged, base::Timestamp now);
  bool fail(std::string problem);
  void keep_raw(Batch& batch, std::string_view bytes, base::Timestamp now);
  void acknowledge(Batch& batch, std::string_view chunk);

  ForwardOptions options_;
  PartialJoiner* joiner_;
  std::function<void(std::string)> answer_;
  std::string buffer_;  // an incomplete message
  MsgpackScanner scanner_;
  ForwardRecord record_;
  Inflater inflater_;
  Arena inflated_;
  std::string problem_;
  std::uint64_t malformed_ = 0;
};

}  // namespace longshore::shipper
