// Files of variables (`env_file`, `.env`), as Compose reads them: NAME=VALUE a line, `export` before it or not; 'literal'
// and "with \n and $VARIABLES" over several lines; # comments; NAME alone takes the variable of that name from here. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.hpp"
#include "deployer/service/interpolate.hpp"

namespace longshore::deployer::compose {

using Variables = std::vector<std::pair<std::string, std::string>>;  // in the file's order, a name may stand twice

enum class DotenvFormat {
  compose,  // as above
  raw,      // NAME=VALUE, the value as it stands
};

// `file`: for errors. Code::invalid with every mistake, a line each, as FILE:LINE:COLUMN; they repeat no value. A variable
// is looked up among those that stand above it, then with `variable`.
base::Result<Variables> read_dotenv(std::string_view text, const std::string& file, const Lookup& variable,
                                    DotenvFormat format = DotenvFormat::compose);

}  // namespace longshore::deployer::compose
