// What the listeners speak: syslog, GELF over TCP, Fluentd Forward. Each joins a framer or decoder to StreamProtocol. Pure.
#pragma once

#include <memory>
#include <string_view>

#include "common/base/zone.hpp"
#include "shipper/docker/partial_joiner.hpp"
#include "shipper/sources/datagram_source.hpp"
#include "shipper/sources/stream_protocol.hpp"

namespace longshore::shipper {

std::unique_ptr<StreamProtocol> make_syslog_protocol(std::size_t max_message, const base::Zone& zone, std::string_view peer);
std::unique_ptr<StreamProtocol> make_gelf_protocol(std::size_t max_message);
// `joiner` is shared by all connections of a source and outlives them.
std::unique_ptr<StreamProtocol> make_forward_protocol(std::size_t max_message, PartialJoiner& joiner);

std::unique_ptr<DatagramProtocol> make_syslog_datagrams(const base::Zone& zone, std::string own_host);
std::unique_ptr<DatagramProtocol> make_gelf_datagrams(std::size_t max_message);

}  // namespace longshore::shipper
