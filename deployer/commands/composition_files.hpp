// Where compositions are: FOLDER/NAME.composition with its lock beside it, FOLDER/NAME.composition.lock, in the working tree
// or as of the git tag NAME. A candidate's git tag may be on the commit that was tested, which has the composition under its
// old name only: the tag's message then says it in a line "Composition: c_…".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/bytes.hpp"
#include "common/base/result.hpp"
#include "deployer/composition/composition.hpp"
#include "deployer/git/git.hpp"

namespace longshore::deployer {

inline constexpr std::string_view kCompositionSuffix = ".composition", kLockSuffix = ".composition.lock";

struct CompositionFile {
  Composition composition;
  std::string file;  // its path; "TAG:PATH" if it is as of a git tag
  std::string text;
  std::optional<Composition> lock;  // checked to be of this composition
  std::string lock_file;            // where it is, or would be

  const Composition& locked_or_plain() const { return lock ? *lock : composition; }
};

struct CompositionPath {
  std::string name, file, lock_file;
};
// Of a file: `what` is its path, or its lock's, or the name of one in `folder`. Whether it is there is not looked at.
// Code::invalid: neither.
base::Result<CompositionPath> locate_composition(const std::string& what, const std::string& folder);

// `what`: the path of a composition, or of a lock, which then stands for itself; or a name: of a file in `folder`, else of a
// git tag. Code::not_found: none of these; invalid: mistakes in it or in its lock.
base::Result<CompositionFile> find_composition(const std::string& what, const std::string& folder);
// As find_composition, for one that must be locked.
base::Result<Composition> find_locked(const std::string& what, const std::string& folder);
// The repository that the folder is in, or was when a tag was made.
Git repository_of(const std::string& folder);
// As of the git tag `name`, though files may be there.
base::Result<CompositionFile> tagged_composition(const std::string& name, const std::string& folder);

// Of the message of a candidate's git tag, the value of its line "Composition: …"; empty if it has none.
std::string tested_composition(std::string_view message);

// Names of all compositions in the folder, sorted; none if there is no such folder.
base::Result<std::vector<std::string>> composition_names(const std::string& folder);

// Code::not_found: not there; invalid: longer than `most`, or than 1 MiB, which suffices for all that people write.
base::Result<std::string> read_file_up_to(const std::string& path, base::Bytes most);
base::Result<std::string> read_file(const std::string& path);
// As a whole or not at all: written beside it, synced, and renamed.
base::Result<void> write_file(const std::string& path, std::string_view text);

}  // namespace longshore::deployer
