// The hands that work on real files: renaming, moving bytes in place, compressing, removing, and telling writers.
#pragma once

#include "common/docker/engine.hpp"
#include "rotator/daemon/hands.hpp"
#include "rotator/daemon/renaming.hpp"
#include "rotator/files/directory.hpp"

namespace longshore::rotator {

class FileHands final : public Hands {
 public:
  // `time_for_readers`: see InPlaceRequest.
  explicit FileHands(docker::Engine engine, std::chrono::milliseconds time_for_readers = std::chrono::seconds(1))
      : engine_(std::move(engine)), time_for_readers_(time_for_readers) {}

  base::Result<RotationOutcome> rotate(const LogOrder& order) override;
  base::Result<RotationOutcome> complete(const LogOrder& order) override;
  base::Result<std::uint64_t> unarchived(const LogOrder& order) override;
  base::Result<CompressionOutcome> compress(const LogOrder& order, const std::string& archive) override;
  base::Result<void> remove(const LogOrder& order, const std::string& archive) override;

 private:
  base::Result<RotationOutcome> rename(const LogOrder& order, const Directory& folder, const Directory& archives);
  base::Result<RotationOutcome> copy(const LogOrder& order, const Directory& folder, const Directory& archives);
  base::Result<RotationOutcome> in_place(const LogOrder& order, const Directory& folder, const Directory& archives);
  RotationOutcome renamed(const LogOrder& order, Renaming& renaming, const std::string& archive, std::uint64_t size);
  // Without an archive: no earlier process had moved the log.
  base::Result<RotationOutcome> complete_renaming(const LogOrder& order, const Directory& folder, const Directory& archives);
  docker::Engine engine_;
  std::chrono::milliseconds time_for_readers_;
};

}  // namespace longshore::rotator
