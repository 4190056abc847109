// The registries of a composition: one object each, made when it is first asked for.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "deployer/registry/registry.hpp"

namespace longshore::deployer {

class Registries {
 public:
  explicit Registries(std::vector<RegistryEntry> entries) : entries_(std::move(entries)) {}

  // By the domain of an image. One that no entry names is asked by https and without a login. Valid as long as this is.
  Registry& of(const std::string& domain);
  // Whether an entry names it: images elsewhere are suppliers'.
  bool is_ours(std::string_view domain) const { return entry(domain) != nullptr; }
  const std::vector<RegistryEntry>& entries() const { return entries_; }

 private:
  const RegistryEntry* entry(std::string_view domain) const;

  std::vector<RegistryEntry> entries_;
  std::map<std::string, Registry> made_;
};

}  // namespace longshore::deployer
