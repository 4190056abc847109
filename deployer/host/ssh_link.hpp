// The way to a host through the system's OpenSSH, with its configuration, agent, known hosts and jump hosts: one process and
// one connection a host, over which everything goes; where the configuration has a ControlPath and a connection is open
// there, over that one. Docker's socket and whatever else is asked for there appear as unix
// sockets in a folder that only we may enter.
#pragma once

#include <memory>

#include "deployer/environment/environment.hpp"
#include "deployer/environment/host_url.hpp"
#include "deployer/host/link.hpp"

namespace longshore::deployer {

std::unique_ptr<Link> ssh_link(const HostUrl& url, const HostEntry& entry);

}  // namespace longshore::deployer
