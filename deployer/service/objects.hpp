// What a Compose file declares beside its services: networks, volumes, secrets and configs. Pure.
#pragma once

#include "common/config/spot.hpp"
#include "deployer/service/draft.hpp"

namespace longshore::deployer::compose {

// Fills in file.networks (with `default`, which is there in any case), volumes, secrets and configs. `root`: a map.
void read_objects(const config::Spot& root, File& file);

}  // namespace longshore::deployer::compose
