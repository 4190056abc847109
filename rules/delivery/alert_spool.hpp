// Changes of alerts on disk until every sink has settled them: a journal that survives kill -9 and a power cut at any point.
// The bytes: docs/formats/alert-spool.md. Knows a change as one line of text. Every call blocks; one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/bytes.hpp"
#include "common/base/file_system.hpp"
#include "rules/alert/alert_change.hpp"

namespace longshore::rules {

class AlertSpool {
 public:
  static constexpr std::size_t kLongestLine = 1 << 20;  // bytes
  struct Line {
    AlertChange::Kind kind = AlertChange::Kind::open;
    std::string text;
  };
  struct Settled {
    std::string sink;
    std::uint64_t number = 0;
  };
  struct Entry {
    std::string line;
    std::set<std::string> pending;  // sinks that have not settled it
  };
  struct Counts {
    std::uint64_t damaged = 0;  // stretches without a valid record, skipped at the start
    std::uint64_t cut = 0;      // bytes of a torn tail
    std::uint64_t no_room = 0;  // lines that were not taken: the limit, or over kLongestLine
  };

  // `sinks`: names; a change waits until each of them has settled it. Makes the folder.
  static base::Result<AlertSpool> open(base::FileSystem& file_system, std::string directory, std::set<std::string> sinks,
                                       base::Bytes limit = {64 << 20});

  // All of it durable when it returns, at the cost of one sync. The numbers of the lines; 0: not taken. Repeats may fill
  // half of the limit, notes three quarters, opens and closes all of it. After an error none of it counts: the lines may be
  // there all the same, and what was settled may go out again. Settled numbers that do not wait are no matter.
  base::Result<std::vector<std::uint64_t>> save(std::span<const Line> lines, std::span<const Settled> settled);

  const std::map<std::uint64_t, Entry>& waiting() const { return waiting_; }  // by number, which is their order
  const Counts& counts() const { return counts_; }

 private:
  AlertSpool(base::FileSystem& file_system, std::string directory, std::set<std::string> sinks, base::Bytes limit);
  void recover(std::string_view bytes);
  void apply(std::string_view payload);
  bool has_room(const Line& line, std::uint64_t live) const;
  void forget(const std::string& sink, std::uint64_t number);
  base::Result<void> write(std::string_view records);
  base::Result<void> rewrite();
  std::string path() const { return directory_ + "/alerts.journal"; }

  base::FileSystem* file_system_;
  std::string directory_;
  std::set<std::string> sinks_;
  std::uint64_t limit_;
  std::unique_ptr<base::File> file_;
  std::map<std::uint64_t, Entry> waiting_;
  std::uint64_t live_ = 0;  // bytes of the lines that wait
  std::uint64_t end_ = 0;   // of the file's valid bytes
  std::uint64_t next_ = 1;
  bool suspect_ = false;  // a write or sync has failed: the file must not be appended to
  Counts counts_;
};

}  // namespace longshore::rules
