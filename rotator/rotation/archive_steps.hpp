// What is done with one archive: copied, sent, removed. Each leaves either what was there before or the
// finished result, also when it is killed: bytes go to a hidden temporary file, are synced and read back, get their name,
// and only then the source goes. Errors are returned with what, where and why; the caller tells them. Nothing is done in a
// dry run.
#pragma once

#include <string>

#include "common/base/result.hpp"
#include "common/base/unique_fd.hpp"
#include "rotator/archive/codec.hpp"
#include "rotator/files/directory.hpp"
#include "rotator/policy/policy.hpp"
#include "rotator/rotation/run.hpp"

namespace longshore::rotator {

// The codec and level with which we compress ourselves; Codec::none: the command is not gzip or zstd, or has options that
// only it knows.
Compression own_compression(const Policy& policy);

// A regular file with one name only, unless the policy allows more. `flags` as for Directory::open_file.
base::Result<base::UniqueFd> open_log(const Directory& directory, const std::string& name, const Policy& policy, int flags);

// The bytes of `name` into `to_name` in `to`, with the same access; holes stay holes.
base::Result<void> copy_file(const Directory& directory, const std::string& name, const Directory& to,
                             const std::string& to_name, const Policy& policy);
// Blocks of the file that hold only zeros become holes, as they were in a log with holes.
base::Result<void> dig_holes(int file);
// Do both have the same bytes? Code::corrupt if not.
base::Result<void> compare_files(int one, int other, const std::string& name);

// Sends the text to the block's address.
base::Result<void> mail_archive(const Run& run, const Block& block, const Directory& directory, const std::string& name,
                                const std::string& subject);

// Runs `preremove`, overwrites where `shred` says so, removes the name. No error if it is gone already.
base::Result<void> remove_archive(const Run& run, const Block& block, const Directory& directory, const std::string& name);

// "X-2026112705.backup", or with .1, .2 … behind it: where `name` goes that stands in the way.
base::Result<void> set_aside(const Run& run, const Directory& directory, const std::string& name);

}  // namespace longshore::rotator
