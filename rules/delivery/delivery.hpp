// Alerts on their way: what is submitted is on disk before anything is sent, waits there until every sink has settled it,
// and goes out in order for each alias, the most urgent first. A crash at any moment neither loses a change nor, at a sink
// that knows alerts by their alias, opens or closes one twice.
//
// Loop thread; the disk's work runs on the pool. The owner awaits stop() before destroying it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/bytes.hpp"
#include "common/base/file_system.hpp"
#include "common/io/blocking_pool.hpp"
#include "common/io/task.hpp"
#include "common/io/timers.hpp"
#include "rules/alert/alert_change.hpp"
#include "rules/delivery/alert_sink_options.hpp"
#include "rules/delivery/carrier.hpp"
#include "rules/delivery/delivery_log.hpp"

namespace longshore::rules {

struct DeliveryOptions {
  std::string directory;  // for the journal, and dead letters in "dead-letters"
  std::vector<AlertSinkOptions> sinks = {};
  base::Bytes limit = {64 << 20};         // of what waits
  base::Bytes dead_letters = {16 << 20};  // of each sink's file and the one before it
  base::Duration retry_min = std::chrono::seconds(1), retry_max = std::chrono::seconds(30);
  base::Duration alarm_after = std::chrono::minutes(5);  // a sink that takes nothing for so long raises the alarm
};

// All outlive the delivery.
struct DeliveryParts {
  boost::asio::any_io_executor loop;
  io::BlockingPool& pool;
  io::Timers& timers;
  base::FileSystem& file_system;
  DeliveryLog log;
  // A person is needed, and the pager may be what is broken: one sentence. Not again before the matter has been over.
  std::function<void(const std::string& what)> alarm;
  // Makes what carries the requests of a sink; empty: as its type needs it.
  std::function<std::unique_ptr<Carrier>(const AlertSinkOptions& options)> make_carrier = {};
};

struct AlertSinkStatus {
  std::string name, type;
  std::string state;                                      // ok, retrying, held: a person is needed
  std::uint64_t waiting = 0;                              // changes that it does not have yet
  std::uint64_t in_flight = 0;                            // requests
  std::uint64_t delivered = 0, retried = 0, refused = 0;  // since the start
  std::string last_error;
  base::Timestamp last_success{};  // 0: none since the start
};

struct DeliveryStatus {
  std::vector<AlertSinkStatus> sinks;
  std::uint64_t unsaved = 0;  // changes that are not on disk yet
  std::uint64_t no_room = 0;  // changes that were not taken: the limit. Opens and closes are in dead-letters/no-room.jsonl
  std::uint64_t damaged = 0;  // stretches of the journal that could not be read at the start
};

class Delivery {
 public:
  // Reads what waits, and blocks on the disk. Code::invalid: two sinks of one name, or one that lacks what its type needs.
  static base::Result<std::unique_ptr<Delivery>> open(DeliveryOptions options, DeliveryParts parts);
  ~Delivery();

  // Alerts that had been opened and not closed when the process ended: for each its open. The engine goes on with
  // them. Of before start().
  std::vector<AlertChange> open_alerts() const;

  void start();
  // Takes it at once; nothing is sent of it before it is on disk. If the disk fails, it is sent all the same, and the alarm
  // is raised.
  void submit(AlertChange change);
  // Until all that was submitted before is on disk: from here on a crash does not lose it. If the disk fails, until that has
  // raised the alarm.
  io::Task<void> saved();
  bool all_saved() const;
  // Sends what can be sent for at most `drain_limit`; a sink in trouble is not waited for. The rest stays on disk.
  io::Task<void> stop(base::Duration drain_limit);
  DeliveryStatus status() const;

 private:
  class Impl;
  explicit Delivery(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace longshore::rules
