// The tables of shipper's options; config.cpp puts them together.
#pragma once

#include "common/config/schema.hpp"
#include "shipper/config/config.hpp"

namespace longshore::shipper {

const config::Variants<SourceOptions>& source_forms();
const config::Variants<SinkOptions>& sink_forms();
const config::Variants<TransformOptions>& transform_forms();
const config::Schema<SpoolOptions>& spool_schema();
const config::Schema<Config>& config_schema();

}  // namespace longshore::shipper
