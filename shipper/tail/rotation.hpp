// What became of a file whose name or content changed: looks through its folder for it, or for the copy that copytruncate
// left. Blocks on the disk.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "shipper/tail/file_walk.hpp"
#include "shipper/tail/fingerprint.hpp"

namespace longshore::shipper {

std::string_view folder_of(std::string_view path);
std::string_view name_of(std::string_view path);

// "app.log.1", "app.log-20261123" of "app.log".
bool is_rotated_name(std::string_view name, std::string_view original);

// The first `size` bytes, less if there are less; empty if it cannot be read.
std::string read_head(const std::string& path, std::size_t size);

// The same inode under another name in the folder of `path`.
std::optional<FoundFile> find_renamed(const std::string& path, const FileId& id);

// The copy of a file that was truncated: in its folder, with its name and a suffix, not compressed, with the beginning that
// the file had, and not shorter than what had been read of it. The newest of them.
std::optional<FoundFile> find_copy(const std::string& path, const FilePosition& before, std::size_t fingerprint_size);

}  // namespace longshore::shipper
