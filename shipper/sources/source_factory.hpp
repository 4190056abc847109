// From options to a source that only has to be started: its sockets are open, its files are not yet read.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <memory>
#include <string>

#include "common/base/clock.hpp"
#include "common/base/result.hpp"
#include "shipper/config/source_options.hpp"
#include "shipper/pipeline/intake.hpp"
#include "shipper/sources/source.hpp"

namespace longshore::shipper {

struct SourceParts {
  boost::asio::any_io_executor loop;
  SourceId id = 0;  // as the intake gave it
  Intake& intake;
  const base::Clock& clock;
  const std::map<std::string, std::string>& checkpoints;  // as the spool recovered them; read while the source is made
};

// Code::exists: the address is in use; permission, not_found, invalid: as the message says.
base::Result<std::unique_ptr<Source>> make_source(const SourceOptions& options, const SourceParts& parts);

}  // namespace longshore::shipper
