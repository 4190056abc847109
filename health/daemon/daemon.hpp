// The running process: the node, and the four places at which it is asked. Loop thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>

#include "common/base/file_system.hpp"
#include "common/http/server.hpp"
#include "health/config/config.hpp"
#include "health/daemon/agent_server.hpp"
#include "health/daemon/node.hpp"

namespace longshore::health {

class Daemon {
 public:
  // Reads and keeps the wish, and opens what is listened on. Code::exists: an address or the control socket is in use, which
  // is a second health; permission, not_found, …: of the state file or an address.
  static base::Result<std::unique_ptr<Daemon>> make(boost::asio::io_context& loop, const Config& config);

  void start();
  // Other checks; addresses and the state file stay until the process starts anew.
  void reload(const Config& config);
  Node& node() { return node_; }

 private:
  struct Listeners {
    base::UniqueFd balancer, agent, admin, control;
  };
  Daemon(boost::asio::io_context& loop, const Config& config, std::unique_ptr<base::FileSystem> file_system, Wish wish,
         Listeners listeners);
  io::Task<http::ServerResponse> answer_balancer(const http::ServerRequest& request);
  io::Task<http::ServerResponse> answer_control(const http::ServerRequest& request);
  io::Task<http::ServerResponse> answer_admin(const http::ServerRequest& request);

  std::unique_ptr<base::FileSystem> file_system_;
  WishFile file_;
  Config config_;
  Node node_;
  http::Server balancer_, admin_, control_;
  std::optional<AgentServer> agent_;
};

}  // namespace longshore::health
