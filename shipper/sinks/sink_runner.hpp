// One sink at work: reads the spool from the sink's cursor, builds payloads, keeps up to `max_in_flight` of them under way,
// and moves the cursor over what is delivered. Knows no protocol: a Sender does the delivering.
//
// Memory: max_in_flight payloads, the open ones (one payload's size in all) and one batch. A sink that does not deliver
// stops reading; what it has not delivered waits in the spool. At least once: after a crash, what was in flight and what was
// delivered since the cursor was last saved (kCursorInterval) goes out again.
//
// Loop thread; encoding, reading and fsync run on the pool. The owner calls open() for every sink before it starts one, and
// awaits stop() before destroying it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/io/blocking_pool.hpp"
#include "common/io/gate.hpp"
#include "common/io/task_group.hpp"
#include "common/io/timers.hpp"
#include "shipper/console/status.hpp"
#include "shipper/sinks/dead_letters.hpp"
#include "shipper/sinks/payload_builder.hpp"
#include "shipper/sinks/sender.hpp"
#include "shipper/sinks/sink_log.hpp"
#include "shipper/spool/spool.hpp"

namespace longshore::shipper {

struct RunnerOptions {
  std::string name, type;
  PayloadRules rules = {};
  std::uint32_t max_in_flight = 4;
  base::Duration retry_min = std::chrono::seconds(1);
  base::Duration retry_max = std::chrono::seconds(60);
  base::Duration retention = {};  // how long the sink's owner keeps events; a warning at 80 % of backlog age; 0: no matter
};

// What every runner works with; all outlive it.
struct RunnerParts {
  boost::asio::any_io_executor loop;
  io::BlockingPool& pool;
  io::Timers& timers;
  Spool& spool;
  DeadLetters& dead_letters;
  SinkLog log;
  std::size_t most_unread;  // bytes that became durable and may wait for a sink's linger before it reads them
};

class SinkRunner {
 public:
  static constexpr base::Duration kCursorInterval = std::chrono::milliseconds(200);
  static constexpr base::Duration kHoldPause = std::chrono::seconds(60);
  // Single events refused in a row, without one that is accepted, before it is taken for a fault of the sink's set-up.
  static constexpr unsigned kMostRefusedInRow = 16;

  SinkRunner(RunnerParts parts, RunnerOptions options, std::unique_ptr<Sender> sender);

  base::Result<void> open();  // registers the cursor; blocks
  void start();
  void notify(std::size_t bytes);  // there are new durable events of about this size
  // Delivers what is under way, gathered, or came last, for at most `drain_limit`; if the sink is in trouble, does not try.
  // Saves the cursor. The rest stays in the spool.
  io::Task<void> stop(base::Duration drain_limit);

  SinkStatus status() const;
  // The first event that is neither delivered nor under way; nothing while the sink is in trouble.
  std::optional<std::uint64_t> gathered() const;

 private:
  struct Fill {  // what a job on the pool brings back
    std::optional<Payload> full = {};
    std::optional<base::Error> error = {};
    bool idle = false;  // the spool has nothing more
  };
  io::Task<void> pump();
  io::Task<Fill> gather();
  Fill fill(base::Duration since);
  base::Duration due() const;
  void dispatch(Payload payload);
  io::Task<void> drain();
  io::Task<void> deliver(std::list<Payload>::iterator place);
  // True when the piece is settled, or cut into `rest`; false when it is left to the next start.
  io::Task<bool> deliver_piece(const Payload& piece, std::vector<Payload>& rest);
  io::Task<void> bury(const Payload& piece, const std::string& reason);
  io::Task<void> save_cursor();
  io::Task<bool> save_cursor_once();
  void settle(const Payload& piece);
  void note(io::Gate::State before, const std::string& reason);
  void watch_age();
  std::uint64_t frontier() const;
  // Bytes of news for which the spool is read at once: a payload's worth, as each reading costs two threads a wake-up.
  std::size_t worth_reading() const {
    return std::max<std::size_t>(1, std::min(options_.rules.max_bytes, parts_.most_unread));
  }
  bool has_room() const { return in_flight_.size() < options_.max_in_flight; }
  void say(SinkLogLevel level, const std::string& text) const { parts_.log(level, options_.name, text); }

  RunnerParts parts_;
  RunnerOptions options_;
  std::unique_ptr<Sender> sender_;
  PayloadBuilder builder_;               // the pump's, or its job's while one runs
  std::unique_ptr<SpoolReader> reader_;  // likewise
  std::shared_ptr<const Batch> batch_;   // likewise
  std::size_t next_event_ = 0;           // likewise: index into batch_
  std::uint64_t next_seq_ = 0;           // likewise: the first event not yet encoded
  std::uint64_t gathered_ = 0;           // the lowest event that is not in in_flight_ and not delivered
  std::list<Payload> in_flight_;
  std::vector<std::shared_ptr<std::string>> spare_bodies_;
  io::Gate gate_;
  io::Signal changed_;           // room, news, a gate that opened, stopping
  io::Signal delivered_;         // the cursor may move
  std::size_t news_ = 0;         // bytes, about, that became durable since the spool was last read
  base::Duration news_since_{};  // and when the first of them did
  bool stopping_ = false;
  bool pumping_ = false;
  unsigned delivering_ = 0;
  std::uint64_t saved_ = 0;
  std::uint64_t delivered_events_ = 0, delivered_bytes_ = 0, retries_ = 0, dead_lettered_ = 0;
  unsigned refused_in_row_ = 0;
  base::Duration quiet_until_{};  // no warning about age before
  std::string last_error_;
  io::TaskGroup tasks_;  // last: its tasks use all of the above
};

}  // namespace longshore::shipper
