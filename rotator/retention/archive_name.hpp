// The names of archives. Ours cannot collide: LOG-20261127-054905 (UTC), with .1, .2 … when that second has one already, and
// the extension of the codec. Read are also logrotate's numbers (LOG.3.gz) and dates (LOG-20261127.gz, any digits and
// dashes), with any known extension, so that a change of compressor or of tool leaves nothing behind for ever. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/timestamp.hpp"

namespace longshore::rotator {

struct ArchiveName {
  std::optional<base::Timestamp> made;  // as the name tells, to its precision; nothing: a number, or digits that are no date
  bool exact = false;                   // made is to the second
  std::uint64_t number = 0;             // of LOG.3.gz; a higher one is older
  std::uint64_t sequence = 0;           // within a second
  std::string_view extension;           // of the compressor, e.g. ".gz", from the name; empty: not compressed
};

// The extensions of compressors whose archives are known as such: .gz, .zst, .bz2, .xz, .Z …
bool is_compressed_name(std::string_view name);

// `log`: the name of the live file within its folder; `keep_extension`: what of it comes last (logrotate's `extension`), so
// that app.log becomes app-20261127-054905.log; empty: nothing. Both as `name` is.
std::string make_archive_name(std::string_view log, std::string_view keep_extension, base::Timestamp made,
                              std::uint64_t sequence, std::string_view compressor_extension);

// The log's name, if this one has our form, with any compressor's extension; nothing if not. So an archive is known as such
// also when its log is gone.
std::optional<std::string> log_of_archive_name(std::string_view name, std::string_view keep_extension);

// Nothing if `name` is no finished archive of `log`.
std::optional<ArchiveName> parse_archive_name(std::string_view name, std::string_view log, std::string_view keep_extension);

}  // namespace longshore::rotator
