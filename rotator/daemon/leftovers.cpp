#include "rotator/daemon/leftovers.hpp"

#include <algorithm>

#include "rotator/daemon/renaming.hpp"
#include "rotator/daemon/writer_pause.hpp"
#include "rotator/files/directory.hpp"
#include "rotator/inplace/journal.hpp"
#include "rotator/retention/archive_name.hpp"

namespace longshore::rotator {

std::optional<std::string> log_of_leftover(std::string_view name) {
  if (!name.starts_with('.')) return std::nullopt;
  std::string log(name.substr(1, name.rfind('.') - 1));
  if (log.empty()) return std::nullopt;
  for (const std::string& left : {journal_name(log), unfinished_name(log), paused_name(log), renaming_name(log)})
    if (name == left) return log;
  return std::nullopt;
}

std::vector<std::string> temporaries_of(const std::vector<std::string>& names, const std::string& log,
                                        const std::string& keep_extension) {
  std::vector<std::string> found;
  const bool keeps = !keep_extension.empty() && log.ends_with(keep_extension);
  const std::string stem = "." + (keeps ? log.substr(0, log.size() - keep_extension.size()) : log);
  for (auto next = std::ranges::lower_bound(names, stem); next != names.end() && next->starts_with(stem); ++next) {
    const auto archive = Directory::name_of_temporary(*next);
    if (archive && parse_archive_name(*archive, log, keep_extension)) found.push_back(*next);
  }
  return found;
}

bool is_being_renamed(const std::vector<std::string>& names, const std::string& log) {
  return std::ranges::binary_search(names, renaming_name(log)) ||
         std::ranges::binary_search(names, Directory::temporary_name(log));
}

bool has_leftovers(const std::vector<std::string>& names, const std::string& log, const std::string& keep_extension) {
  for (const std::string& left : {journal_name(log), unfinished_name(log), paused_name(log)})
    if (std::ranges::binary_search(names, left)) return true;
  return !temporaries_of(names, log, keep_extension).empty();
}

}  // namespace longshore::rotator
