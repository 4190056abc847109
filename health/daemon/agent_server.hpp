// HAProxy's agent-check: whoever connects is told one line, and the connection ends. Loop thread only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <string>

#include "common/base/unique_fd.hpp"
#include "common/io/task_group.hpp"

namespace longshore::health {

class AgentServer {
 public:
  // `listener`: bound, listening, non-blocking. `line`: what is said now, with its line feed.
  AgentServer(boost::asio::any_io_executor loop, base::UniqueFd listener, std::function<std::string()> line);
  void start();
  io::Task<void> stop();

 private:
  io::Task<void> accept_loop();
  io::Task<void> serve(base::UniqueFd socket);

  boost::asio::any_io_executor loop_;
  base::UniqueFd listener_;
  std::function<std::string()> line_;
  io::TaskGroup tasks_;
};

}  // namespace longshore::health
