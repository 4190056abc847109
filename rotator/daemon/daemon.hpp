// The running daemon: loop, threads, admin server, reload, drain. Loop thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <vector>

#include "common/http/server.hpp"
#include "common/io/task_group.hpp"
#include "rotator/daemon/background.hpp"
#include "rotator/daemon/file_hands.hpp"
#include "rotator/daemon/keeper.hpp"
#include "rotator/daemon/load.hpp"

namespace longshore::rotator {

class Daemon {
 public:
  // Opens the admin address. Code::exists: it is in use.
  static base::Result<std::unique_ptr<Daemon>> make(boost::asio::io_context& loop, Setup setup);

  void start();
  // New rules; the admin address and the number of threads stay until the process starts anew.
  void reload(Setup setup);
  // Begins nothing new, and waits for what is under way, `limit` at most.
  io::Task<void> stop(base::Duration limit);
  std::size_t under_way() const { return keeper_.under_way(); }

 private:
  Daemon(boost::asio::io_context& loop, Setup setup, base::UniqueFd listener);
  io::Task<void> keep();
  io::Task<void> follow_events();
  io::Task<http::ServerResponse> answer(const http::ServerRequest& request) const;

  FolderWatch watch_;
  FileHands hands_;
  Background background_;
  Keeper keeper_;
  http::Server server_;
  boost::asio::steady_timer wake_;
  bool ready_ = false;
  boost::asio::io_context& loop_;
  io::TaskGroup tasks_;
};

}  // namespace longshore::rotator
