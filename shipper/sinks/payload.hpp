// What one request or write of a sink carries: encoded lines of one partition, and which events they are, so that it can be
// split in two and a single event found again in the spool.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/base/timestamp.hpp"

namespace longshore::shipper {

struct Payload {
  struct Line {
    std::uint32_t end = 0;        // offset into body, one past the line
    std::uint32_t seq_delta = 0;  // its event's sequence number less first_seq
  };

  std::string partition;              // what its lines share, as the sink's rules say (tags, or a source's name)
  std::int64_t hour = 0;              // since 1970, of receipt; 0 unless the sink partitions by hour
  std::shared_ptr<std::string> body;  // not empty; not changed any more
  std::vector<Line> lines;            // not empty
  std::uint64_t first_seq = 0;
  base::Timestamp received;  // of its oldest event

  std::uint64_t seq(std::size_t line) const { return first_seq + lines[line].seq_delta; }
  std::size_t events() const { return lines.size(); }
  std::size_t bytes() const { return body->size(); }
};

// The two halves of a payload of at least two lines, in order.
std::pair<Payload, Payload> split(const Payload& payload);

}  // namespace longshore::shipper
