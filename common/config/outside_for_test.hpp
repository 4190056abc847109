// An outside in which everything is there: every variable and secret file holds "open sesame", every file can be read. The
// names that a test puts into `missing` are not.
#pragma once

#include <set>
#include <string>

#include "common/config/outside.hpp"

namespace longshore::config {

inline Outside outside_for_test(std::set<std::string> missing = {}) {
  return {[missing](const std::string& name) {
            return missing.contains(name) ? std::nullopt : std::optional<std::string>("open sesame");
          },
          [missing](const std::string& path) -> base::Result<base::Secret> {
            if (missing.contains(path)) return base::fail(base::Code::not_found, "read secret " + path + ": not there");
            return base::Secret("open sesame");
          },
          [missing](const std::string& path) -> base::Result<void> {
            if (missing.contains(path)) return base::fail(base::Code::not_found, "read " + path + ": not there");
            return {};
          }};
}

}  // namespace longshore::config
