#include "shipper/tail/rotation.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "common/base/unique_fd.hpp"

namespace longshore::shipper {

std::string_view folder_of(std::string_view path) { return path.substr(0, std::max<std::size_t>(path.rfind('/'), 1)); }
std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool is_rotated_name(std::string_view name, std::string_view original) {
  return name.size() > original.size() + 1 && name.starts_with(original) &&
         std::string_view(".-_").contains(name[original.size()]);
}

std::string read_head(const std::string& path, std::size_t size) {
  const base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  std::string bytes(size, '\0');
  const ssize_t count = fd ? ::pread(fd.get(), bytes.data(), size, 0) : -1;
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return bytes;
}

std::optional<FoundFile> find_renamed(const std::string& path, const FileId& id) {
  const auto not_compressed = [](std::string_view name) { return !is_compressed_name(name); };
  for (FoundFile& found : files_in(std::string(folder_of(path)), not_compressed))
    if (found.id == id) return std::move(found);
  return std::nullopt;
}

std::optional<FoundFile> find_copy(const std::string& path, const FilePosition& before, std::size_t fingerprint_size) {
  if (before.fingerprint.size == 0) return std::nullopt;
  const auto is_candidate = [original = name_of(path)](std::string_view name) {
    return is_rotated_name(name, original) && !is_compressed_name(name);
  };
  std::optional<FoundFile> newest;
  for (FoundFile& found : files_in(std::string(folder_of(path)), is_candidate)) {
    if (found.size < before.offset || (newest && found.modified_ns <= newest->modified_ns)) continue;
    if (before.fingerprint.matches(read_head(found.path, fingerprint_size))) newest = std::move(found);
  }
  return newest;
}

}  // namespace longshore::shipper
