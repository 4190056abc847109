// The rules at work in shipper: their files, watched for changes; the engine, which sees every event before it is spooled;
// and the delivery of what it says. New rules that are wrong leave the old ones at work and raise an alert of their own.
// Loop thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.hpp"
#include "common/base/file_system.hpp"
#include "common/io/blocking_pool.hpp"
#include "common/io/task_group.hpp"
#include "common/io/timers.hpp"
#include "rules/delivery/delivery.hpp"
#include "rules/engine/engine.hpp"
#include "shipper/config/config.hpp"
#include "shipper/console/status.hpp"

namespace longshore::shipper {

// All outlive the alerting.
struct AlertingParts {
  boost::asio::any_io_executor loop;
  io::BlockingPool& pool;
  io::Timers& timers;
  base::FileSystem& file_system;
  const base::Clock& clock;
};

class Alerting {
 public:
  // Reads the rules; ones that are wrong are no error here: lines are shipped all the same.
  static base::Result<std::unique_ptr<Alerting>> make(const Config& config, AlertingParts parts);
  ~Alerting();

  rules::Evaluator& evaluator() { return *engine_; }
  void start();
  // Runs `then` when all that the rules have said until now is on disk, at once if it is; one after the other. So a line
  // never counts as kept before its alert does.
  void when_saved(std::function<void()> then);
  io::Task<void> saved();  // until all of those have run
  // A new configuration: other rules, other sinks of alerts.
  io::Task<void> reload(const Config& config);
  // After the last event: what is said until now is on disk, and sent as far as `drain_limit` allows.
  io::Task<void> stop(base::Duration drain_limit);
  void set_deploy(bool active, const std::string& version);
  void fill(Status& status) const;
  std::vector<RuleStateLine> rule_states() const;

 private:
  // What the files of a folder looked like, to see that one has changed; and what was made of them.
  struct Loaded {
    std::string fingerprint;
    std::shared_ptr<const rules::Program> program;  // null: there are problems
    std::string problems;
  };

  Alerting(const Config& config, AlertingParts parts);
  base::Result<void> open_delivery(const Config& config);
  static Loaded load(const std::string& dir, base::FileSystem& files);
  static std::string fingerprint(const std::string& dir, base::FileSystem& files);
  void use(Loaded loaded);
  io::Task<void> load_anew();
  io::Task<void> watch();
  io::Task<void> save();
  void tell(rules::AlertChange change);
  void alarm(const std::string& what);

  AlertingParts parts_;
  RulesOptions options_;
  std::vector<rules::AlertSinkForms> sinks_;
  std::string data_dir_;
  Loaded loaded_;
  std::vector<rules::AlertChange> before_;  // open when the process ended; the engine does not know them yet
  bool restored_ = false;
  std::unique_ptr<rules::Delivery> delivery_;
  std::unique_ptr<rules::Engine> engine_;
  std::deque<rules::AlertChange> closed_;  // the last ones, newest first
  std::string delivery_trouble_;
  std::deque<std::function<void()>> unsaved_;  // what waits for the disk
  bool saving_ = false;
  io::TaskGroup tasks_;
};

}  // namespace longshore::shipper
