// What a configuration refers to outside its own text: environment variables and files. Handed in, so that loading is a
// function of its arguments, and tests and the fuzz target can stand in for the machine.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/base/result.hpp"
#include "common/base/secret.hpp"

namespace longshore::config {

struct Outside {
  std::function<std::optional<std::string>(const std::string& name)> environment;
  std::function<base::Result<base::Secret>(const std::string& path)> secret_file;
  std::function<base::Result<void>(const std::string& path)> readable;  // a file that can be opened for reading
};

// The real ones. Safe from any thread as long as nobody changes the environment.
const Outside& real_outside();

}  // namespace longshore::config
