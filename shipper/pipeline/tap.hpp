// Live looks at passing events, for `shipper tap`. Costs nothing while nobody looks; a slow looker misses lines, and is told
// how many. Loop thread only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <list>
#include <string>

#include "common/http/server.hpp"
#include "shipper/console/tap_filter.hpp"
#include "shipper/encode/encoder.hpp"
#include "shipper/event/batch.hpp"

namespace longshore::shipper {

class Tap {
 public:
  explicit Tap(boost::asio::any_io_executor loop) : loop_(loop) {}

  bool watched() const { return !lookers_.empty(); }
  void show(const Batch& batch, std::size_t first_event);
  // JSON lines of matching events until the client leaves or `limit` lines were shown; 0: no limit.
  io::Task<void> serve(http::ChunkWriter& out, TapFilter filter, std::uint64_t limit);
  // Ends all.
  void close();

 private:
  struct Looker {
    TapFilter filter;
    std::uint64_t left = 0;  // lines still to show
    Output pending;
    std::uint64_t missed = 0;
    boost::asio::steady_timer news;
    bool closed = false;
  };
  boost::asio::any_io_executor loop_;
  std::list<Looker> lookers_;
};

}  // namespace longshore::shipper
