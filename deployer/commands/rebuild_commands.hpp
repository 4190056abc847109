// How an image is built again from its sources: a command for each component, or one for all. FOLDER/rebuild.yaml:
//
//   default: "git -C src/{name} archive {tag} | docker build -t {image} - && docker push {image}"
//   web: "make -C src/web image TAG={tag}"
//
// {name} of the component, {tag}, {repository}, and {image}, which is {repository}:{tag}. None of them can hold a character
// that means something to a shell: the grammars of components and images do not let it.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "deployer/composition/composition.hpp"

namespace longshore::deployer {

class RebuildCommands {
 public:
  RebuildCommands() = default;
  explicit RebuildCommands(std::string for_all) { templates_.emplace(kDefault, std::move(for_all)); }

  // Code::invalid: every mistake, as FILE:LINE:COLUMN.
  static base::Result<RebuildCommands> read(const std::string& yaml, const std::string& file);

  // The command for a component. Code::not_found: there is none for it; invalid: it has a placeholder that does not exist.
  base::Result<std::string> of(const Component& component) const;

 private:
  static constexpr std::string_view kDefault = "default";
  std::map<std::string, std::string, std::less<>> templates_;  // by component
};

}  // namespace longshore::deployer
