// One in-place rotation at work; rotate_in_place.hpp is what others use. The order is always: archive, prove, journal,
// remove, finish the archive, give it its name, forget the journal. One thread; blocks.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "common/base/result.hpp"
#include "common/base/unique_fd.hpp"
#include "rotator/inplace/disk.hpp"
#include "rotator/inplace/journal.hpp"
#include "rotator/inplace/rotate_in_place.hpp"
#include "rotator/inplace/unfinished_archive.hpp"

namespace longshore::rotator {

class Rotation {
 public:
  Rotation(const InPlaceRequest& request, Disk& disk)
      : request_(request),
        disk_(disk),
        journal_(disk, request.archive_directory, request.live_name),
        source_(request.live) {}

  base::Result<InPlaceReport> run();
  // What an interrupted one left is completed or undone.
  base::Result<InPlaceReport> complete();

 private:
  using Phase = JournalRecord::Phase;
  using Clock = std::chrono::steady_clock;

  // rotation.cpp: what to do
  base::Result<InPlaceReport> rotate();
  base::Result<void> look();
  InPlaceMethod choose(InPlaceMode wish, bool with_lease);
  base::Result<std::uint64_t> where_to_end() const;
  base::Result<InPlaceReport> nothing_to_archive(std::uint64_t size);

  // rotation_archive.cpp: from the log into the archive
  base::Result<void> begin_archive(std::uint64_t begin);
  base::Result<void> copy(std::uint64_t end);
  base::Result<void> copy_and_prove(std::uint64_t end);
  base::Result<void> free_proven();
  base::Result<void> finish_archive();
  base::Result<void> name_archive();

  // rotation_removal.cpp: out of the log; all that was copied is proven before
  base::Result<void> remove();
  base::Result<void> remove_in_passes();
  base::Result<void> remove_under_lease();
  base::Result<void> remove_while_paused();
  base::Result<void> remove_by_truncating();
  void leave_time_for_readers() const;
  void wait_for_readers(std::uint64_t end, Clock::duration at_most) const;
  base::Result<void> punch(std::uint64_t from, std::uint64_t to);
  base::Result<void> collapse();
  base::Result<bool> collapse_hole(std::uint64_t cut);
  base::Result<void> exchange();
  base::Result<void> sync_twice(int fd);
  base::Result<void> drop_spare();
  template <class Call>
  auto timed(Call call);

  // rotation_journal.cpp: what is known on the disk, and what it leads to after a crash
  base::Result<void> commit(Phase phase, std::uint64_t head, bool durable = true);
  base::Result<void> forget();
  base::Result<void> complete_removal(bool same_log);
  base::Result<void> complete_exchange();
  base::Result<base::UniqueFd> proven_archive();
  base::Result<void> complete_archive(const base::UniqueFd& archive);
  base::Result<void> blank(std::uint64_t size);
  base::Result<void> unlink_if_there(int directory, const std::string& name);

  const InPlaceRequest& request_;
  Disk& disk_;
  Journal journal_;
  JournalRecord record_;
  InPlaceReport report_;
  int source_;  // the log, or the spare file that has got its content
  base::UniqueFd spare_;
  bool can_punch_ = false;
  Clock::time_point seen_at_;     // when all that is copied was in the log
  std::uint64_t removed_to_ = 0;  // of the log: hole or NULs
  std::uint64_t durable_to_ = 0;  // of the log, as far as we saw to it
  std::unique_ptr<UnfinishedArchive> archive_;
};

}  // namespace longshore::rotator
