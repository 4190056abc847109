// What is known on the disk of a rotation that is under way, so that after a crash at any point the next one completes or
// undoes it: one small file beside the archive, `.NAME.rotation`. Its bytes: docs/formats/rotation-journal.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "common/base/unique_fd.hpp"
#include "rotator/archive/codec.hpp"
#include "rotator/inplace/disk.hpp"
#include "rotator/inplace/head.hpp"

namespace longshore::rotator {

struct JournalRecord {
  enum class Phase : std::uint8_t {
    idle = 1,        // nothing is under way; `head` of the log is in archives
    removing = 2,    // `head` of the log is in archives, the unfinished one included: its bytes may be gone, and have to go
    collapsing = 3,  // likewise; its hole, the first `cut` bytes, is being taken out
    exchanging = 4,  // the log's content, or soon, is in the spare file; of that, `head` is in earlier archives
    exchanged = 5,   // all of the spare file is in the unfinished archive: it has to go
  };
  Phase phase = Phase::idle;
  Codec codec = Codec::none;
  int level = 0;
  FileIdentity log = {};
  Head head = {};
  std::uint64_t cut = 0;
  std::uint64_t archive_bytes = 0;  // so much of the unfinished archive is durable and compared
  std::string archive_name = {};    // its name when it is finished; at most 255 bytes
  bool operator==(const JournalRecord&) const = default;
};

// A slot of the file: less than a sector, so that a power loss leaves the old or the new one, or one whose checksum is
// wrong.
std::string encode_record(const JournalRecord& record, std::uint64_t generation);
// The newer of both slots; nullopt: none is whole. Any bytes are safe.
struct NumberedRecord {
  JournalRecord record;
  std::uint64_t generation = 0;
};
std::optional<NumberedRecord> decode_journal(std::string_view file);

std::string journal_name(const std::string& live_name);     // ".app.log.rotation"
std::string unfinished_name(const std::string& live_name);  // ".app.log.unfinished": the archive until it has its own name
std::string spare_name(const std::string& live_name);       // "app.log.rotating", beside the log

// Looks only: also for those who want to know about a log, not to rotate it.
base::Result<std::optional<NumberedRecord>> read_journal(int directory, const std::string& live_name);

class Journal {
 public:
  Journal(Disk& disk, int directory, const std::string& live_name)
      : disk_(disk), directory_(directory), name_(journal_name(live_name)) {}

  // What the file says; nullopt: there is none.
  base::Result<std::optional<JournalRecord>> open(const std::string& live_name);
  // The record takes the place of the last one. It survives our death when it returns; with `durable` also the machine's.
  // Makes the file where there is none.
  base::Result<void> put(const JournalRecord& record, bool durable);
  // Nothing is under way or to be remembered.
  base::Result<void> remove();

 private:
  Disk& disk_;
  int directory_;
  std::string name_;
  base::UniqueFd fd_;
  std::uint64_t generation_ = 0;
  bool name_is_durable_ = false;
};

}  // namespace longshore::rotator
