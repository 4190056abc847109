#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "deployer/commands/composition_commands.hpp"
#include "deployer/commands/composition_exit.hpp"
#include "deployer/commands/composition_files.hpp"
#include "deployer/composition/version.hpp"

namespace longshore::deployer {
namespace {

using base::Result;

struct Row {
  std::string components = "?", locked = "?";  // "?": not known, only that it is deployed
  std::vector<std::string> candidates;         // that it was promoted to
  std::vector<std::string> runs;               // "prod: 4 hosts"
};

// By stamp and name, so that a composition stands beside its candidate; names without a stamp first.
struct ByStamp {
  bool operator()(const std::string& a, const std::string& b) const {
    const auto key = [](const std::string& name) { return std::pair(read_version(name).stamp, std::string_view(name)); };
    return key(a) < key(b);
  }
};
using Rows = std::map<std::string, Row, ByStamp>;

void show(Row& row, const CompositionFile& found) {
  row.components = std::to_string(found.composition.components.size());
  row.locked = found.lock ? "yes" : "no";
}

Result<Rows> known_compositions(const std::string& folder) {
  Rows rows;
  TRY(names, composition_names(folder));
  for (const std::string& name : names) {
    TRY(found, find_composition(name, folder));
    show(rows[name], found);
  }
  const auto tags = repository_of(folder).tags();
  if (!tags) return rows;  // compositions without git are compositions
  for (const auto& [tag, message] : *tags) {
    const VersionKind kind = read_version(tag).kind;
    if (kind != VersionKind::composition && kind != VersionKind::candidate) continue;
    if (kind == VersionKind::candidate && !tested_composition(message).empty())
      rows[tested_composition(message)].candidates.push_back(tag);
    if (rows[tag].components != "?") continue;
    if (const auto found = tagged_composition(tag, folder)) show(rows[tag], *found);
  }
  return rows;
}

}  // namespace

int list(const ListOptions& options, const Surroundings& surroundings) {
  auto rows = known_compositions(options.common.folder);
  if (!rows) return complain(rows.error());
  int code = kExitDone;
  for (const std::string& file : options.common.environments) {
    const auto environment = surroundings.environment(file);
    if (!environment) return complain(environment.error());
    const auto deployed = surroundings.deployed(*environment);
    if (!deployed) {
      code = complain(deployed.error());
      continue;
    }
    for (const Deployed& one : *deployed)
      if (!one.where.empty()) (*rows)[one.composition].runs.push_back(fmt::format("{}: {}", environment->name, one.where));
  }
  std::size_t widest = 11;
  for (const auto& [name, row] : *rows) widest = std::max(widest, name.size());
  fmt::print("{:<{}}  {:>10}  {:<6}  {:<16}  {}\n", "COMPOSITION", widest, "COMPONENTS", "LOCKED", "PROMOTED TO", "RUNS IN");
  for (const auto& [name, row] : *rows)
    fmt::print("{:<{}}  {:>10}  {:<6}  {:<16}  {}\n", name, widest, row.components, row.locked,
               fmt::to_string(fmt::join(row.candidates, ", ")), fmt::join(row.runs, "; "));
  return code;
}

}  // namespace longshore::deployer
