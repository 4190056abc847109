// From a sink's options to the sink at work: which sender, which lines, which payloads.
#pragma once

#include <memory>

#include "common/base/file_system.hpp"
#include "shipper/config/sink_options.hpp"
#include "shipper/sinks/sink_runner.hpp"

namespace longshore::shipper {

// Code::invalid: an URL or endpoint that cannot be used. Blocks on nothing. The parts and the file system outlive the sink.
base::Result<std::unique_ptr<SinkRunner>> make_sink(const SinkOptions& options, RunnerParts parts,
                                                    base::FileSystem& file_system);

}  // namespace longshore::shipper
