// The whole of a running shipper: sources → batcher (transforms, rules) → spool → sinks, and rules → alerts, put together
// from a configuration. Start reading at Pipeline::make and Pipeline::run.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.hpp"
#include "common/base/file_system.hpp"
#include "common/http/server.hpp"
#include "common/io/blocking_pool.hpp"
#include "common/io/task_group.hpp"
#include "shipper/config/config.hpp"
#include "shipper/console/annotations.hpp"
#include "shipper/console/status.hpp"
#include "shipper/pipeline/alerting.hpp"
#include "shipper/pipeline/batcher.hpp"
#include "shipper/pipeline/pace.hpp"
#include "shipper/pipeline/spool_writer.hpp"
#include "shipper/pipeline/tap.hpp"
#include "shipper/sinks/dead_letters.hpp"
#include "shipper/sinks/sink_runner.hpp"
#include "shipper/sources/source.hpp"
#include "shipper/spool/spool.hpp"

namespace longshore::shipper {

class Pipeline {
 public:
  // Everything that can fail at start fails here: the spool is locked and open, every socket is bound, the admin address
  // too. Code::exists: an address is in use (exit 69); others as their message says (exit 78).
  static base::Result<std::unique_ptr<Pipeline>> make(boost::asio::io_context& loop, Config config);
  ~Pipeline();

  void start();
  // Takes a new configuration: sources and sinks that did not change go on untouched, with their connections and cursors.
  // What cannot be opened is reported and left out; the spool's and the admin's settings need a restart, and say so.
  io::Task<void> reload(Config config);
  // Sources stop, what was read is written, sinks deliver for at most `drain_limit`; the rest waits in the spool.
  io::Task<void> stop(base::Duration drain_limit);

  Status status() const;

 private:
  struct RunningSource {
    SourceOptions options;
    SourceId id = 0;
    std::unique_ptr<Source> source;
  };
  struct RunningSink {
    SinkOptions options;
    std::unique_ptr<SinkRunner> runner;
  };

  Pipeline(boost::asio::io_context& loop, Config config, std::unique_ptr<Spool> spool);
  base::Result<void> add_source(const SourceOptions& options);
  base::Result<void> add_sink(const SinkOptions& options);
  void keep(std::shared_ptr<Batch> batch);
  base::Result<void> open_alerting();
  base::Result<void> open_admin();
  io::Task<void> tick();
  io::Task<http::ServerResponse> answer(const http::ServerRequest& request);
  http::ServerResponse annotate(const http::ServerRequest& request);
  void keep_annotation(const Annotation& annotation, std::string_view phase);
  bool sinks_behind();
  bool ready() const { return running_ && stalled_.empty(); }

  boost::asio::io_context& loop_;
  Config config_;
  base::SystemClock clock_;
  base::PosixFileSystem file_system_;
  const base::Timestamp started_;
  bool running_ = false;
  bool draining_ = false;
  std::uint64_t spooled_ = 0;
  std::string stalled_;

  std::unique_ptr<Spool> spool_;
  DeadLetters dead_letters_;
  io::RealTimers timers_;
  io::BlockingPool pool_;
  std::map<std::string, std::string> checkpoints_;
  Batcher batcher_;
  Pace pace_;
  std::unique_ptr<SpoolWriter> writer_;
  std::unique_ptr<Alerting> alerting_;
  Tap tap_;
  Annotations annotations_;
  std::optional<SourceId> annotations_source_;  // from the first one on
  std::vector<RunningSource> sources_;
  std::vector<RunningSink> sinks_;
  std::unique_ptr<http::Server> admin_;
  io::TaskGroup tasks_;  // last: its tasks use all the rest
};

}  // namespace longshore::shipper
