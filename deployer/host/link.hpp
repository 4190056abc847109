// The way to a host: through ssh, over a socket of this machine, or over TLS. One thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/duration.hpp"
#include "common/base/result.hpp"
#include "common/http/client.hpp"

namespace longshore::deployer {

// How a client reaches an address that is meant as the host sees it.
struct Route {
  std::string url;
  http::ClientOptions options;
};

class Link {
 public:
  virtual ~Link() = default;

  // Nothing to do where it is open and works. Blocks no longer than half a minute, once it is its turn.
  virtual base::Result<void> open() = 0;
  // To the Docker API: the URL has no path. Good until open() has to open it anew.
  virtual Route docker() const = 0;
  // To `url`, http:// or https://, as seen from the host. Code::invalid: not such a URL.
  virtual base::Result<Route> route(const std::string& url) = 0;
  // The path of a unix socket of this machine that leads to the address in `url` (also unix:///PATH) as seen from the host;
  // good until open() has to open it anew. Empty where it is reached without.
  virtual base::Result<std::string> tunnel(const std::string& url) = 0;
  // Connects to HOST:PORT as seen from the host, and closes. Code::unavailable, timeout.
  virtual base::Result<void> reach(const std::string& host, std::uint16_t port, base::Duration deadline) = 0;
  // Bytes free for Docker in `folder` of the host; nothing where that cannot be known.
  virtual std::optional<std::uint64_t> disk_free(const std::string& folder) = 0;
  // What went wrong, with what is known of the way; open() may take another one afterwards.
  virtual base::Error explain(base::Error error) = 0;
};

}  // namespace longshore::deployer
