// All that a block of configuration can say about the files that it names: logrotate's directives and ours beside them.
// Plain values, without a decision in them; who reads a configuration of any form makes one of these.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/duration.hpp"

namespace longshore::rotator {

// When a file is due. The last criterion that a block names is the one that counts.
enum class Criterion { size, interval, hourly, daily, weekly, monthly, yearly };

// How bytes leave a file that its writer keeps open (`inplace`, and what the word `copytruncate` means). `automatic` probes
// the file system and takes the first of these that loses nothing there.
enum class InPlaceMode { automatic, exchange, collapse, punch, pause, truncate };

// Which date an archive's name has: of the rotation, or of what is in it.
enum class NameDate { now, yesterday, hour_ago };

// Mode and owner for a file or directory that is made; what is not said is taken from the log, or from its directory.
struct Ownership {
  std::optional<std::uint32_t> mode;  // permission bits, 07777 at most
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
};

struct UserAndGroup {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};

// A program with its arguments, started without a shell.
struct Command {
  std::string program;  // a path, or a name that is looked for in PATH
  std::vector<std::string> arguments = {};
};

// Text of a shell script (`/bin/sh -c`); nothing: there is none. "" is a script that does nothing.
using Script = std::optional<std::string>;

// Which container is told that its log has moved: one by name or id, or all that have a label ("key" or "key=value").
struct ContainerSignal {
  std::string container;  // "label:KEY" or "label:KEY=VALUE" for a group
  std::string signal;     // "HUP", "USR1"
};

// An HTTP request that tells a writer to open its log anew.
struct HttpCall {
  std::string url;
  std::string method = "POST";
};

struct Policy {
  // --- when ---
  Criterion criterion = Criterion::size;
  std::uint64_t size = 1 << 20;           // bytes; for Criterion::size: due when at least as large
  base::Duration interval{0};             // for Criterion::interval (`seconds`, `minutes`)
  unsigned weekday = 0;                   // for weekly: 0 Sunday … 6 Saturday; 7: every seven days, whichever day it is
  unsigned month_day = 0;                 // for monthly: 1..31 where said; 0: the first run in a month
  std::optional<std::uint64_t> min_size;  // bytes; not before it is so large, even if it is time
  std::optional<std::uint64_t> max_size;  // bytes; at once when larger, even if it is not time
  int min_age_days = 0;                   // the log's last change is at least so many days ago
  bool if_empty = true;
  bool missing_ok = false;
  bool ignore_duplicates = false;  // a file that another block has is left to it, silently

  // --- which archives stay ---
  int rotate = 0;                                // archives that are kept; 0: none; -1: all
  int max_age_days = 0;                          // archives that are older go; 0: no limit
  std::optional<std::uint64_t> max_total_size;   // bytes of all logs of the block with their archives
  std::optional<std::uint64_t> keep_free_bytes;  // of the file system; below it the oldest archives go …
  std::optional<double> keep_free_percent;
  int keep_min = 1;  // … but so many of each log stay whatever else fills the disk

  // --- how ---
  bool copy = false;                              // the log stays as it is, its copy is the archive
  bool copytruncate = false;                      // the log's bytes are moved to the archive, the file stays open
  bool renamecopy = false;                        // rename, postrotate, copy: for an olddir elsewhere
  InPlaceMode in_place = InPlaceMode::automatic;  // for copytruncate
  std::optional<Ownership> create;                // a new, empty log after the rename
  std::optional<UserAndGroup> su;                 // who does all the work but the scripts
  bool su_owner = false;                          // it is whoever owns the log
  bool allow_hard_links = false;
  bool shred = false;    // overwrite what is removed
  int shred_cycles = 0;  // 0: shred's own number

  // --- names ---
  unsigned start = 1;         // the number of the youngest archive
  std::string old_directory;  // empty: beside the log; relative: to the log's directory
  std::optional<Ownership> create_old_directory;
  std::string extension;      // is kept at the end: app.1.log of app.log
  std::string add_extension;  // is put at the end
  bool date_extension = false;
  std::string date_format;  // empty: "-%Y%m%d", for hourly "-%Y%m%d%H"
  NameDate name_date = NameDate::now;

  // --- compression ---
  bool compress = false;
  bool delay_compress = false;  // the youngest archive stays as it is until the next rotation
  Command compress_command{"/bin/gzip"};
  std::optional<std::vector<std::string>> compress_options;  // nothing said: those of the command
  Command uncompress_command{"/bin/gunzip"};
  std::string compress_extension = ".gz";

  // --- what is run, and who is told ---
  Script first_action, pre_rotate, post_rotate, last_action, pre_remove;
  bool shared_scripts = false;  // pre_rotate and post_rotate once for the block, not for each file
  std::string mail;             // an address; empty: none
  bool mail_first = false;      // the archive just made, not the one about to go
  std::vector<ContainerSignal> signals;
  std::vector<HttpCall> calls;
};

// One block: a policy, and the files that it holds for.
struct Block {
  Policy policy;
  std::string pattern;             // the patterns as written, blanks included: what shared scripts get as $1
  std::vector<std::string> globs;  // the same, unquoted, each by itself
  std::vector<std::string> files;  // what they matched when the configuration was read, and names without a match
  std::string source;              // the configuration file
  unsigned line = 0;               // where in it the block begins
};

}  // namespace longshore::rotator
