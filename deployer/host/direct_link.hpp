// Ways to a host without a process between: the socket of a Docker daemon on this machine, or TLS with certificates of both
// sides.
#pragma once

#include <memory>

#include "deployer/environment/environment.hpp"
#include "deployer/environment/host_url.hpp"
#include "deployer/host/link.hpp"

namespace longshore::deployer {

std::unique_ptr<Link> unix_link(const HostUrl& url);
std::unique_ptr<Link> tls_link(const HostUrl& url, const HostEntry& entry);

}  // namespace longshore::deployer
