// What a rollout asks of a Docker host. Every call blocks, has a deadline of its own and may be repeated: what is already so
// is no error. Errors name the host and what it was asked. One thread a host at a time.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/base/duration.hpp"
#include "common/base/result.hpp"
#include "common/base/timestamp.hpp"
#include "deployer/fleet/state.hpp"

namespace longshore::deployer {

struct RegistryLogin {  // for a pull; never printed
  std::string server, username;
  std::string password;
};

// A named thing with labels that Docker keeps for us: the lock and the records of releases (docs/decisions/0011).
struct Note {
  std::string name;
  std::map<std::string, std::string> labels;
};

struct HostFacts {
  std::string docker_version, api_version, architecture;
  std::optional<std::uint64_t> disk_free;  // bytes where Docker keeps images; nullopt: cannot be known from here
  base::Timestamp clock;                   // what the host thinks the time is
};

struct ProbeAnswer {
  int status = 0;
  std::string body;  // its first 64 KiB
  std::vector<std::pair<std::string, std::string>> headers;
};

class Host {
 public:
  virtual ~Host() = default;
  virtual const std::string& name() const = 0;

  virtual base::Result<HostFacts> facts() = 0;
  // Containers that have label environment=`environment`, and any others whose names are in `names`; inspected, not listed.
  virtual base::Result<std::vector<ContainerState>> containers(const std::string& environment,
                                                               const std::vector<std::string>& names) = 0;
  virtual base::Result<ContainerState> inspect(const std::string& container) = 0;
  virtual base::Result<std::vector<std::string>> images() = 0;  // REPOSITORY@DIGEST

  // Whether this host's daemon can reach the registry and is let in: the digest it names for `image` (GET /distribution).
  virtual base::Result<std::string> ask_registry(const std::string& image, const RegistryLogin* login) = 0;
  // `image`: REPOSITORY@DIGEST. Verified to be present afterwards. Code::not_found, permission, unavailable as the registry
  // says.
  virtual base::Result<void> pull(const std::string& image, const RegistryLogin* login, base::Duration deadline) = 0;
  virtual base::Result<void> remove_image(const std::string& image) = 0;  // one in use is left, without an error

  // `body`: JSON of POST /containers/create. The id; Code::exists: the name is taken.
  virtual base::Result<std::string> create(const std::string& name, const std::string& body) = 0;
  virtual base::Result<void> start(const std::string& id) = 0;  // Code::exists: e.g. its port is taken
  virtual base::Result<void> stop(const std::string& id, base::Duration grace) = 0;
  virtual base::Result<void> signal(const std::string& container, const std::string& signal) = 0;  // "SIGUSR1"
  virtual base::Result<void> rename(const std::string& id, const std::string& name) = 0;
  virtual base::Result<void> set_restart_policy(const std::string& id, const std::string& policy) = 0;
  virtual base::Result<void> remove(const std::string& id) = 0;  // a running one is refused with Code::exists
  // Networks and named volumes that a service wants and that are not there yet.
  virtual base::Result<void> ensure_network(const std::string& name, const std::string& body) = 0;
  // Before it is started; `body`: JSON of POST /networks/NAME/connect. One that is in it already is no error.
  virtual base::Result<void> connect_network(const std::string& name, const std::string& body) = 0;
  virtual base::Result<void> ensure_volume(const std::string& name, const std::string& body) = 0;

  // The last `lines` lines written since `since`, stdout and stderr in order, as text.
  virtual base::Result<std::string> logs(const std::string& id, int lines, base::Timestamp since) = 0;

  // Notes are Docker volumes with labels. put_note never changes one that exists: it returns what stands there now.
  virtual base::Result<Note> put_note(const Note& note) = 0;
  virtual base::Result<std::vector<Note>> notes(const std::string& label_and_value) = 0;  // "longshore.kind=lock"
  virtual base::Result<void> remove_note(const std::string& name) = 0;

  // GET http://HOST:PORT/path as seen from the host itself (127.0.0.1) where the transport can forward (ssh, unix), else by
  // its address: for the admin pages of shipper and health, and for probes. `headers`: "Name: value".
  virtual base::Result<ProbeAnswer> get(const std::string& url, const std::vector<std::string>& headers,
                                        base::Duration deadline) = 0;
  virtual base::Result<void> connect_tcp(const std::string& address,
                                         base::Duration deadline) = 0;  // "HOST:PORT": a TCP probe
  // For a load balancer behind this host: the path of a unix socket of this machine that leads to the address in `url`
  // (tcp://, http(s)://HOST:PORT or unix:///PATH) as the host sees it; empty where it is reached without.
  virtual base::Result<std::string> tunnel(const std::string& url) = 0;
  // POST of JSON, for shipper's marker.
  virtual base::Result<void> post(const std::string& url, const std::string& body, base::Duration deadline) = 0;
};

}  // namespace longshore::deployer
