// The system, as a reader of configuration asks it.
#pragma once

#include "rotator/logrotate/outside.hpp"

namespace longshore::rotator {

class SystemOutside final : public Outside {
 public:
  base::Result<ConfigSource> read(const std::string& path) override;
  GlobMatches glob(const std::string& pattern) override;
  std::optional<std::uint32_t> user(const std::string& name) override;
  std::optional<std::uint32_t> group(const std::string& name) override;
  bool matches(const std::string& pattern, const std::string& name) override;
  base::Result<std::string> expand_home(const std::string& path) override;
};

}  // namespace longshore::rotator
