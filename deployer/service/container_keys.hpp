// The keys of a service, each with what reads it. Pure.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "deployer/service/draft.hpp"

namespace longshore::deployer::compose {

struct Key {
  std::string name;
  std::function<void(const config::Spot& value, Draft& draft)> read;
};

const std::vector<Key>& service_keys();    // all that a service may have
const std::vector<Key>& container_keys();  // those of them that are one field of what Docker is asked to create

}  // namespace longshore::deployer::compose
