// Asks an OpenSSH that is connected already for more over the same connection: the protocol of its ControlPath, version 4
// (PROTOCOL.mux in OpenSSH's sources). Every call blocks, a deadline at most, and has a connection to it of its own.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/duration.hpp"
#include "common/base/result.hpp"

namespace longshore::deployer {

class SshMux {
 public:
  explicit SshMux(std::string control) : control_(std::move(control)) {}

  // Whether it answers. Code::not_found, unavailable: it does not listen (yet).
  base::Result<void> hello(base::Duration deadline) const;
  // From now on it listens at a unix socket here, and connects what comes to a unix socket or an address there.
  base::Result<void> forward_socket(const std::string& here, const std::string& there, base::Duration deadline) const;
  base::Result<void> forward_port(const std::string& here, const std::string& host, std::uint16_t port,
                                  base::Duration deadline) const;
  // Ends one of them; `port` 0: of a socket.
  base::Result<void> close_forward(const std::string& here, const std::string& there, std::uint16_t port,
                                   base::Duration deadline) const;
  // Connects to an address there, and closes. Code::unavailable: refused, there or by sshd.
  base::Result<void> reach(const std::string& host, std::uint16_t port, base::Duration deadline) const;
  // What a command, run by the user's shell there, writes to its standard output; its first 64 KiB.
  base::Result<std::string> run(const std::string& command, base::Duration deadline) const;

 private:
  std::string control_;
};

}  // namespace longshore::deployer
