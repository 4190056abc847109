// What the daemon does to files and writers, as an interface: the keeper decides, hands do. Calls block and may come from
// several threads, never two at a time for the same log.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/base/result.hpp"
#include "rotator/daemon/survey.hpp"

namespace longshore::rotator {

struct LogOrder {
  std::shared_ptr<const Rules> rules;
  std::size_t rule = 0;
  std::string folder, archive_folder;
  std::string name;  // of the log
  base::Timestamp now;

  const NamedBlock& block() const { return rules->blocks[rule]; }
  std::string path() const { return folder + "/" + name; }
};

struct RotationOutcome {
  std::string archive;                // its name; empty: there was nothing to archive
  std::uint64_t archived = 0;         // bytes
  std::uint64_t at_risk = 0;          // bytes that may be lost, at most
  std::string how;                    // "rename", "punch" …
  std::chrono::microseconds stall{};  // the longest time that the writer can have waited
  std::string problem;                // the rotation is done, but e.g. nobody could be told; empty: all is well
};

struct CompressionOutcome {
  std::uint64_t before = 0, after = 0;  // bytes on the disk
};

class Hands {
 public:
  virtual ~Hands() = default;
  virtual base::Result<RotationOutcome> rotate(const LogOrder& order) = 0;
  // What an earlier process left of the log's rotation or of its archives when it was killed is completed or undone; its
  // writers go on. With the archive that it was about, or without one. The log itself may be gone.
  virtual base::Result<RotationOutcome> complete(const LogOrder& order) = 0;
  // Bytes of a log that is rotated in place which are in no archive yet. Quick; on the loop.
  virtual base::Result<std::uint64_t> unarchived(const LogOrder& order) = 0;
  // `archive`: a name in the archive folder. Code::unavailable: somebody still writes to it; later.
  virtual base::Result<CompressionOutcome> compress(const LogOrder& order, const std::string& archive) = 0;
  virtual base::Result<void> remove(const LogOrder& order, const std::string& archive) = 0;
};

enum class Lane { rotation, compression };

// Work off the loop. What `work` returns is called back on the loop; in tests both are at once.
class Runner {
 public:
  using Done = std::function<void()>;
  virtual ~Runner() = default;
  virtual void start(Lane lane, std::function<Done()> work) = 0;
};

}  // namespace longshore::rotator
