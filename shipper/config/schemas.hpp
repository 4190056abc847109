// The tables of shipper's options, for config.cpp and its tests.
#pragma once

#include "common/config/schema.hpp"
#include "shipper/config/config.hpp"

namespace longshore::shipper {

std::vector<config::Alternative<SourceOptions>> source_alternatives();
std::vector<config::Alternative<SinkOptions>> sink_alternatives();
std::vector<config::Alternative<TransformOptions>> transform_alternatives();
const config::Schema<Config>& config_schema();

}  // namespace longshore::shipper
