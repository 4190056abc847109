// What commands about compositions ask of the world beside registries and git: environments, and what runs in them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "deployer/environment/environment.hpp"

namespace longshore::deployer {

// A composition that an environment's hosts know: one that runs there, or one that their release records name.
struct Deployed {
  std::string composition;
  std::string where;                 // of one that runs, for people: "4 hosts", "3 of 4 hosts"; empty: only recorded
  std::vector<std::string> digests;  // of its images
};

struct Surroundings {
  std::function<base::Result<Environment>(const std::string& file)> environment;
  // Asks every host; one that does not answer is an error, for its images must not be deleted.
  std::function<base::Result<std::vector<Deployed>>(const Environment& environment)> deployed;
};

}  // namespace longshore::deployer
