// The commands that keep compositions, their locks and their images. Each prints to standard output, says what is wrong on
// standard error, and returns the exit code of the process.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "deployer/commands/surroundings.hpp"

namespace longshore::deployer {

// What names compositions: files, or names in `folder`, or git tags (composition_files.hpp).
struct CompositionOptions {
  std::string folder = "compositions";
  std::vector<std::string> environments;  // files, for their registries
  std::vector<std::string> registries;    // "HOST[:PORT],plain_http,ca_file=…,username=…,password=env:…"
};

struct ResolveOptions {
  CompositionOptions common = {};
  std::string composition = {};
  bool update = false;  // a supplier's tag that moved is followed
};
int resolve(const ResolveOptions& options, const Surroundings& surroundings);

struct PromoteOptions {
  CompositionOptions common = {};
  std::string composition = {};         // "c_…"
  std::string to = {};                  // "rc_…"; empty: of the same stamp
  std::vector<std::string> junit = {};  // files; all must be green
};
int promote(const PromoteOptions& options, const Surroundings& surroundings);

struct DiffOptions {
  CompositionOptions common = {};
  std::string from = {}, to = {};
  bool json = false;
};
int diff(const DiffOptions& options);

struct RecreateOptions {
  CompositionOptions common = {};
  std::string composition = {};
  std::string build = {};  // a command with {name} {tag} {image} {repository}; empty: of FOLDER/rebuild.yaml
  bool run = false;        // what is missing is built here and now
};
int recreate(const RecreateOptions& options, const Surroundings& surroundings);

struct ListOptions {
  CompositionOptions common = {};
  bool json = false;
};
int list(const ListOptions& options, const Surroundings& surroundings);

struct PruneOptions {
  CompositionOptions common = {};
  std::size_t keep = 0;  // of each kind of version, in each repository
  bool yes = false;      // else it only says what it would do
};
int prune_registry(const PruneOptions& options, const Surroundings& surroundings);

}  // namespace longshore::deployer
