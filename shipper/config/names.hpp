// Names of sources and sinks, and what may stand only once in a configuration.
#pragma once

#include "common/config/spot.hpp"
#include "shipper/config/config.hpp"

namespace longshore::shipper {

// Gives names where none were given: a source's is made of type and address ("syslog udp://127.0.0.1:514"), a sink's is its
// type. Wrong is: a name, an address or an archive's folder twice, and two sinks of one type without names, because a sink's
// place in the spool is kept by name, and their order in the file must not matter. `root`: the file. Sources and sinks that
// have problems of their own are looked over.
void name_all(Config& config, const config::Spot& root);

}  // namespace longshore::shipper
