// A host of an environment, as deployer/fleet asks for it: the Docker API over whatever way leads there. What is already as
// it was asked for is no error, so that every call may be repeated; a call whose connection breaks is repeated here.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/docker/engine.hpp"
#include "common/http/blocking_client.hpp"
#include "deployer/fleet/host.hpp"
#include "deployer/host/link.hpp"

namespace longshore::deployer {

class DockerHost final : public Host {
 public:
  DockerHost(std::string name, std::unique_ptr<Link> link);

  // Opens the way and asks the daemon for its version. What fails here is not tried again.
  base::Result<void> connect();

  const std::string& name() const override { return name_; }
  base::Result<HostFacts> facts() override;
  base::Result<std::vector<ContainerState>> containers(const std::string& environment,
                                                       const std::vector<std::string>& names) override;
  base::Result<ContainerState> inspect(const std::string& container) override;
  base::Result<std::vector<std::string>> images() override;
  base::Result<std::string> ask_registry(const std::string& image, const RegistryLogin* login) override;
  base::Result<void> pull(const std::string& image, const RegistryLogin* login, base::Duration deadline) override;
  base::Result<void> remove_image(const std::string& image) override;
  base::Result<std::string> create(const std::string& name, const std::string& body) override;
  base::Result<void> start(const std::string& id) override;
  base::Result<void> stop(const std::string& id, base::Duration grace) override;
  base::Result<void> signal(const std::string& container, const std::string& signal) override;
  base::Result<void> rename(const std::string& id, const std::string& name) override;
  base::Result<void> set_restart_policy(const std::string& id, const std::string& policy) override;
  base::Result<void> remove(const std::string& id) override;
  base::Result<void> ensure_network(const std::string& name, const std::string& body) override;
  base::Result<void> connect_network(const std::string& name, const std::string& body) override;
  base::Result<void> ensure_volume(const std::string& name, const std::string& body) override;
  base::Result<std::string> logs(const std::string& id, int lines, base::Timestamp since) override;
  base::Result<Note> put_note(const Note& note) override;
  base::Result<std::vector<Note>> notes(const std::string& label_and_value) override;
  base::Result<void> remove_note(const std::string& name) override;
  base::Result<ProbeAnswer> get(const std::string& url, const std::vector<std::string>& headers,
                                base::Duration deadline) override;
  base::Result<void> connect_tcp(const std::string& address, base::Duration deadline) override;
  base::Result<std::string> tunnel(const std::string& url) override;
  base::Result<void> post(const std::string& url, const std::string& body, base::Duration deadline) override;

 private:
  base::Result<http::Response> send(const docker::ApiRequest& request);  // repeats what a broken connection has cut off
  base::Result<http::Response> send_once(const docker::ApiRequest& request);
  base::Result<http::Response> ask(http::Request request);  // a page of the host
  // "HOST: WHAT: why"
  template <class T>
  base::Result<T> about(const std::string& what, base::Result<T> result) const;

  std::string name_;
  std::unique_ptr<Link> link_;
  std::unique_ptr<http::BlockingClient> client_;  // of the Docker API; null: to be made for the way that is open
  std::string client_socket_;                     // what it was made for
  docker::Engine engine_;
  base::Duration patience_{};  // how long a daemon that is gone is waited for: its restart is no failure
};

}  // namespace longshore::deployer
