// Events of a spool as lines: for people, as the JSON that sinks send, or as they were received. Pure. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>

#include "common/base/result.hpp"
#include "shipper/encode/encoder.hpp"
#include "shipper/spool/spool.hpp"

namespace longshore::shipper {

enum class SpoolLine {
  people,  // "SEQ TIME HOST [SOURCE] LINE"; control characters as \xNN, so that a line cannot play with a terminal
  json,    // with the source's tags
  raw,     // line breaks inside escaped
};

struct SpoolRange {
  std::uint64_t from = 0;
  std::uint64_t to = std::numeric_limits<std::uint64_t>::max();  // inclusive
  std::string source = {};                                       // is part of the source's name; empty: any
};

// The events of the range in their order. `write` gets whole lines, about 256 KiB at a time; its error ends the walk.
base::Result<void> write_lines(SpoolReader& reader, const SpoolRange& range, SpoolLine form,
                               const std::function<base::Result<void>(std::string_view)>& write);

}  // namespace longshore::shipper
