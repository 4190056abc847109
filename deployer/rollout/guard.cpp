#include "deployer/rollout/guard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace longshore::deployer {
namespace {

struct Count {
  std::uint64_t all = 0, others_in = 0;
  bool mine_in = false;
};

}  // namespace

std::string why_not_leave(const std::vector<ServerState>& fleet, const LeaveRequest& request, const Policy& policy) {
  if (policy.allow_downtime) return {};
  std::map<std::pair<std::string, std::string>, Count> counts;  // by balancer and backend
  const auto is_mine = [&](const Seat& seat) {
    return std::find(request.seats.begin(), request.seats.end(), seat) != request.seats.end();
  };
  for (const ServerState& server : fleet) {
    const Seat seat{server.backend, server.server};
    const bool concerned =
        std::any_of(request.seats.begin(), request.seats.end(), [&](const Seat& s) { return s.backend == seat.backend; });
    if (!concerned || request.given_up.contains(seat)) continue;
    Count& count = counts[{server.balancer, server.backend}];
    ++count.all;
    if (is_mine(seat))
      count.mine_in = count.mine_in || server.rotation == Rotation::in || server.rotation == Rotation::checking;
    else if (server.rotation == Rotation::in && !request.on_the_way.contains(seat))
      ++count.others_in;
  }
  for (const auto& [where, count] : counts) {
    const std::uint64_t all_but_wave = count.all - std::min(count.all, request.wave);
    const std::uint64_t least = std::max(policy.floor, all_but_wave);
    if (count.mine_in && count.others_in < least)
      return fmt::format("{}: {} would be left with {} of {} servers in rotation; at least {} must be", where.first,
                         where.second, count.others_in, count.all, least);
  }
  return {};
}

std::size_t lowest_serving(const std::vector<ServerState>& fleet, const std::vector<Seat>& seats) {
  std::map<std::pair<std::string, std::string>, std::size_t> serving;
  for (const ServerState& server : fleet)
    if (std::any_of(seats.begin(), seats.end(), [&](const Seat& s) { return s.backend == server.backend; }))
      serving[{server.balancer, server.backend}] += server.rotation == Rotation::in ? 1 : 0;
  std::size_t lowest = serving.empty() ? 0 : SIZE_MAX;
  for (const auto& [where, count] : serving) lowest = std::min(lowest, count);
  return lowest;
}

}  // namespace longshore::deployer
