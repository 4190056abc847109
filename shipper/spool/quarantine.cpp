#include "shipper/spool/quarantine.hpp"

#include <algorithm>
#include <array>

#include "shipper/spool/file_names.hpp"

namespace longshore::shipper {

Quarantine::Quarantine(base::FileSystem& file_system, const std::string& spool_directory)
    : file_system_(file_system), directory_(spool_directory + "/" + std::string(kQuarantineFolder)) {}

void Quarantine::keep(const std::string& path, std::uint32_t segment, std::uint64_t begin, std::uint64_t end) {
  constexpr std::uint64_t kChunk = 256 << 10;
  const std::lock_guard lock(mutex_);
  if (!file_system_.make_directories(directory_) || used() + (end - begin) > kQuarantineLimit.value) return;
  const auto from = file_system_.open(path, base::OpenMode::read);
  const std::string copy = directory_ + "/" + quarantine_file_name(segment, begin);
  const auto to = from ? file_system_.open(copy, base::OpenMode::create_new) : base::fail(base::Code::io, "");
  if (!to) return;
  std::string chunk;
  for (std::uint64_t at = begin; at < end;) {
    chunk.resize(std::min(kChunk, end - at));
    const auto count = (*from)->read(at, chunk);
    const std::array<std::string_view, 1> pieces{std::string_view(chunk).substr(0, count.value_or(0))};
    if (pieces[0].empty()) return;
    if (!(*to)->write(at - begin, pieces)) {  // half a copy on a full disk helps nobody
      (void)file_system_.unlink(copy);
      return;
    }
    at += pieces[0].size();
  }
}

std::uint64_t Quarantine::used() const {
  std::uint64_t total = 0;
  const auto names = file_system_.list(directory_);
  if (!names) return kQuarantineLimit.value;
  for (const std::string& name : *names)
    if (const auto info = file_system_.stat(directory_ + "/" + name)) total += info->size;
  return total;
}

}  // namespace longshore::shipper
