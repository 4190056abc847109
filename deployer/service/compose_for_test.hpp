// Reads a Compose file of a test, with files and variables that are there only in the test.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "deployer/service/compose_file.hpp"

namespace longshore::deployer::compose {

struct Pretend {
  std::map<std::string, std::string> files = {}, variables = {};

  Outside outside() const {
    return {[this](const std::string& path) -> base::Result<std::string> {
              const auto found = files.find(path);
              if (found == files.end()) return base::fail(base::Code::not_found, "read " + path + ": not there");
              return found->second;
            },
            [this](const std::string& name) {
              const auto found = variables.find(name);
              return found == variables.end() ? std::nullopt : std::optional(found->second);
            }};
  }
  base::Result<std::map<std::string, Service>> read(const std::string& yaml) const {
    return read_compose(yaml, "deploy/c.yaml", "shop", outside());
  }
  // The service `web`, which has `keys`, each on a line of its own; `rest`: what else stands in the file.
  Service web(const std::string& keys, const std::string& rest = "") const {
    const auto services = read(file(keys, rest));
    EXPECT_TRUE(services) << keys << "\n" << (services ? "" : services.error().message);
    return services ? services->at("web") : Service();
  }
  // What is wrong with it; empty if nothing is.
  std::string problem(const std::string& keys, const std::string& rest = "") const {
    const auto services = read(file(keys, rest));
    return services ? "" : services.error().message;
  }

 private:
  static std::string file(const std::string& keys, const std::string& rest) {
    std::string text = "services:\n  web:\n    ";
    for (const char c : keys) text += c == '\n' ? std::string("\n    ") : std::string(1, c);
    return text + "\n" + rest;
  }
};

}  // namespace longshore::deployer::compose
