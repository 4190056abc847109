#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "deployer/commands/composition_commands.hpp"
#include "deployer/commands/composition_exit.hpp"
#include "deployer/commands/composition_files.hpp"
#include "deployer/composition/difference.hpp"

namespace longshore::deployer {

int diff(const DiffOptions& options) {
  const auto from = find_composition(options.from, options.common.folder);
  if (!from) return complain(from.error());
  const auto to = find_composition(options.to, options.common.folder);
  if (!to) return complain(to.error());
  const auto changes = difference(from->locked_or_plain(), to->locked_or_plain());
  if (options.json) {
    fmt::print("{}", difference_json(from->composition, to->composition, changes));
  } else {
    std::size_t widest = 0;
    for (const VersionChange& change : changes) widest = std::max(widest, change.component.size());
    for (const VersionChange& change : changes) fmt::print("{}\n", describe(change, widest));
  }
  return changes.empty() ? kExitDone : kExitNo;
}

}  // namespace longshore::deployer
