// The rotation of one log, in the steps between which a block runs its scripts. Each returns false if something failed,
// which it has told. A block takes each step for many logs before the next one, so that what one step has changed is made
// durable for all of them at once: the note before the logs are moved, the names before it is noted that they are.
//
// A run that is stopped (kill -9, power) at any point leaves each byte under one name; the next one goes on: names that were
// shifted stay so, a log that was moved gets its successor, its scripts, its compression. Errors leave the log where it is.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rotator/files/directory.hpp"
#include "rotator/policy/name_scheme.hpp"
#include "rotator/policy/policy.hpp"
#include "rotator/rotation/compression_batch.hpp"
#include "rotator/rotation/directory_pool.hpp"
#include "rotator/rotation/run.hpp"
#include "rotator/rotation/state_store.hpp"

namespace longshore::rotator {

class LogRotation {
 public:
  LogRotation(const Run& run, const Block& block, StateStore& state, DirectoryPool& pool, std::string path);

  bool examine();  // is it to be rotated? Then due()
  bool open(CompressionBatch&
                batch);  // what an earlier run left is completed; archives whose compression was put off join the batch
  bool prepare();        // the batch is finished. Older archives make room; the archive's name is settled
  bool note();           // in the journal, that it is going to be moved
  bool move();           // the journal is durable. The log's bytes are under the archive's name, a new log is there
  bool finish(CompressionBatch& batch);  // names are durable. The archive joins the batch
  bool close();                          // the batch is finished, names are durable. Sent, what is too much removed
  void give_up();  // instead of the last two, after a script that failed: the next rotation is a new one

  bool due() const { return due_; }
  const std::string& path() const { return path_; }
  std::string archive_path() const { return archives_path_ + "/" + archive_; }  // before it is compressed

 private:
  using DirectoryPointer = std::shared_ptr<const Directory>;

  std::string moved_name() const { return by_copy_ ? name_ + ".tmp" : archive_; }  // of the log, after the first step
  bool told(const base::Result<void>& result);                                     // errors; true: there was none
  base::Result<DirectoryPointer> folder() { return pool_.open(folder_path_); }
  base::Result<DirectoryPointer> archives() { return pool_.open(archives_path_); }

  void find_unfinished(const Directory& folder);
  base::Civil last_rotation();
  std::uint64_t size_now(const Directory& folder);

  bool complete_in_place(const Directory& folder, const Directory& archives);
  bool open_archives(const Directory& folder);
  base::Result<std::vector<Archive>> list_archives();
  void remove_temporaries(const Directory& archives);
  bool compress_leftovers(CompressionBatch& batch);
  bool take_compressed(const Directory& archives);
  bool remove_expired(const Directory& archives, const std::vector<Archive>& list);
  bool shift_numbers(const Directory& archives, std::vector<Archive>& list);
  bool choose_date(const Directory& archives);
  void choose_disposed(const std::vector<Archive>& list);
  bool name_is_taken(const Directory& archives, const std::string& name) const;

  base::Result<void> rename_log(const Directory& folder, const Directory& archives);
  base::Result<void> make_successor(const Directory& folder);
  base::Result<void> place_successor(const Directory& folder, const Directory& archives);
  base::Result<void> move_bytes(const Directory& folder, const Directory& archives);
  base::Result<void> finish_copy(const Directory& folder, const Directory& archives);
  bool dispose(const Directory& archives, const std::string& name);

  const Run& run_;
  const Block& block_;
  StateStore& state_;
  DirectoryPool& pool_;
  std::string path_, name_, folder_path_, archives_path_;
  NameScheme scheme_;
  FileFacts facts_;
  bool due_ = false;
  bool resumed_ = false;               // an earlier run has moved it, and was stopped
  bool by_copy_ = false;               // renamecopy, or an olddir on another device
  bool copied_ = false;                // by_copy_: the temporary name is gone
  bool compressed_ = false;            // on the way, already
  bool failed_before_ = false;         // with an old archive
  bool failed_to_compress_ = false;    // the new one
  std::vector<Archive> older_;         // archives that were there
  std::string archive_;                // its name, before it is compressed
  std::vector<std::string> disposed_;  // archives that are too many now
};

}  // namespace longshore::rotator
