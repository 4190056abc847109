#include "shipper/sinks/payload.hpp"

#include <utility>

namespace longshore::shipper {

std::pair<Payload, Payload> split(const Payload& payload) {
  const auto part = [&payload](std::size_t from, std::size_t to) {
    Payload half;
    half.partition = payload.partition;
    half.hour = payload.hour;
    const std::uint32_t begin = from == 0 ? 0 : payload.lines[from - 1].end;
    half.body = std::make_shared<std::string>(*payload.body, begin, payload.lines[to - 1].end - begin);
    half.first_seq = payload.seq(from);
    half.received = payload.received;
    half.lines.reserve(to - from);
    for (std::size_t i = from; i < to; ++i)
      half.lines.push_back({payload.lines[i].end - begin, static_cast<std::uint32_t>(payload.seq(i) - half.first_seq)});
    return half;
  };
  const std::size_t middle = payload.lines.size() / 2;
  return {part(0, middle), part(middle, payload.lines.size())};
}

}  // namespace longshore::shipper
