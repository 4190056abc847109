// How a component is run: one service of a Compose file, read, checked, and turned into what Docker is asked to create.
// Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/duration.hpp"
#include "common/base/result.hpp"
#include "deployer/service/json.hpp"

namespace longshore::deployer {

struct ServiceObject {   // a network or a named volume of the Compose file that the service uses
  std::string name;      // as Docker knows it
  std::string body;      // JSON of POST /networks/create or /volumes/create; empty: external, must be there
  std::string endpoint;  // of a network: JSON of how the service is in it (EndpointSettings)

  // JSON of POST /networks/NAME/connect.
  std::string connect_body(std::string_view container) const;
};

struct Service {
  std::string name;  // the component's
  // Every part of the container but image, name and labels of ours, as `KEY` → canonical JSON: "ports.80/tcp" → "[…]". What
  // differs between two of them is what `plan` names. Values of environment variables are there as a hash only.
  std::map<std::string, std::string> parts;
  std::vector<std::string> depends_on;  // components of the same file, to be started before
  base::Duration stop_grace = std::chrono::seconds(10);
  std::string stop_signal;              // empty: the image's
  std::string restart = "no";           // Docker's word: "unless-stopped", "on-failure:3"
  bool has_healthcheck = false;         // declared here; the image may have one all the same
  bool wants_start_interval = false;    // the file says so; Docker leaves it out before API 1.44
  std::vector<std::string> host_ports;  // "8080/tcp", "127.0.0.1:9000/udp": what it takes of the host
  // The container is created in the first network; to be in the others, it is connected to each before it is started (Docker
  // takes several at once only from API 1.44 on).
  std::vector<ServiceObject> networks, volumes;

  // 16 hexadecimal digits of SHA-256 over `parts`: changes when and only when the container must be made anew.
  std::string hash() const;
  // JSON of POST /containers/create. The restart policy is "no": a candidate must not be started by Docker itself; it gets
  // `restart` once it is healthy.
  std::string create_body(std::string_view image, const std::map<std::string, std::string>& labels) const;

  compose::Json body;                              // what create_body starts from
  std::map<std::string, std::string> user_labels;  // `labels` of the file
};

}  // namespace longshore::deployer
