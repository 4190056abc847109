// What some of shipper's options must be beyond text.
#pragma once

#include <initializer_list>
#include <string>

#include "common/config/types.hpp"

namespace longshore::shipper {

// An RE2 pattern that compiles.
config::Rule<std::string> re2_pattern();

// "tcp://0.0.0.0:601", "unix-dgram:///run/log" (io::parse_endpoint), with one of the schemes and a numeric address.
config::Rule<std::string> listen_address(std::initializer_list<std::string> schemes);

// "tcp://host:port" with one of the schemes.
config::Rule<std::string> connect_address(std::initializer_list<std::string> schemes);

// "127.0.0.1:8514": a numeric address and a port, for TCP.
config::Rule<std::string> address_and_port();

// "UTC", "+02:00", "local", or a name for which /usr/share/zoneinfo has a file.
config::Rule<std::string> time_zone();

}  // namespace longshore::shipper
