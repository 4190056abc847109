#include "deployer/host/connect.hpp"

#include "deployer/environment/host_url.hpp"
#include "deployer/host/direct_link.hpp"
#include "deployer/host/docker_host.hpp"
#include "deployer/host/ssh_link.hpp"

namespace longshore::deployer {
namespace {

std::unique_ptr<Link> link_to(const HostUrl& url, const HostEntry& entry) {
  switch (url.scheme) {
    case HostUrl::Scheme::unix_socket:
      return unix_link(url);
    case HostUrl::Scheme::tls:
      return tls_link(url, entry);
    case HostUrl::Scheme::ssh:
      break;
  }
  return ssh_link(url, entry);
}

}  // namespace

base::Result<std::unique_ptr<Host>> connect(const HostEntry& entry) {
  TRY(url, parse_host_url(entry.url));
  auto host = std::make_unique<DockerHost>(entry.name, link_to(url, entry));
  TRY_VOID(host->connect());
  return host;
}

}  // namespace longshore::deployer
