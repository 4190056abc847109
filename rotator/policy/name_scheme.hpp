// The names of a log's archives: LOG.1, LOG-20261127, with what `start`, `extension`, `addextension`, `dateformat` and a
// compressor make of them; and which names in a directory are archives of that log, in which order. Pure.
//
// Where a date is taken by an archive of the same day, a sequence number follows it: LOG-20261127.1, LOG-20261127.2 ….
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rotator/policy/moment.hpp"
#include "rotator/policy/policy.hpp"

namespace longshore::rotator {

// Extensions that compressors give, whichever of them a configuration names now.
inline constexpr std::array<std::string_view, 8> kCompressedExtensions = {".gz",  ".zst",  ".bz2", ".xz",
                                                                          ".lz4", ".lzma", ".Z",   ".zip"};

struct Archive {
  std::string name;
  bool compressed = false;
  unsigned number = 0;                 // of LOG.3; a higher one is older
  std::array<std::int64_t, 9> date{};  // of a dated one: a later one is younger
  unsigned sequence = 0;               // within one date
};

class NameScheme {
 public:
  // `log`: the name of the log in its directory.
  NameScheme(const Policy& policy, std::string_view log);

  const std::string& stem() const { return stem_; }  // with which the name of every archive begins
  // Without a compressor's extension.
  std::string numbered(unsigned number) const;
  std::string dated(const Moment& now, unsigned sequence = 0) const;
  // Those of `names` that are archives, compressed or not, the oldest first.
  std::vector<Archive> archives(const std::vector<std::string>& names) const;

 private:
  std::optional<Archive> recognise(const std::string& name) const;
  static bool recognise_number(std::string_view text, Archive& archive);
  bool recognise_date(std::string_view text, Archive& archive) const;

  bool by_date_ = false;
  NameDate name_date_ = NameDate::now;
  std::string format_;  // of dates
  std::string stem_;    // of the log, without what comes last
  std::string last_;    // what comes last, before a compressor's extension
  std::vector<std::string> compressed_;
};

}  // namespace longshore::rotator
