// The tailer on the event loop: woken by inotify, with polling beside it for what inotify does not see.
#pragma once

#include <memory>

#include "common/base/result.hpp"
#include "common/base/zone.hpp"
#include "shipper/config/source_options.hpp"
#include "shipper/sources/source_factory.hpp"

namespace longshore::shipper {

// Code::invalid: a bad multiline pattern.
base::Result<std::unique_ptr<Source>> make_file_source(const FileSourceOptions& options, const base::Zone& zone,
                                                       const SourceParts& parts);

}  // namespace longshore::shipper
