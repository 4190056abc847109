// HAProxy's runtime API (management.txt §9.3): one command, one answer, one connection. Blocks, five seconds at most.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "common/base/result.hpp"
#include "common/io/endpoint.hpp"

namespace longshore::deployer {

class StatsSocket {
 public:
  explicit StatsSocket(io::Endpoint endpoint) : endpoint_(std::move(endpoint)) {}

  // The answer without the empty line that ends it. A reload, in which a connection is refused or broken off, is waited out
  // for a second: every command that is used here may be repeated. Code::unavailable, not_found, closed, timeout,
  // permission.
  base::Result<std::string> ask(std::string_view command) const;

 private:
  base::Result<std::string> ask_once(std::string_view command) const;
  io::Endpoint endpoint_;
};

// Of a command that changes something, whose good answer is empty. Code::not_found: "No such server.", "No such backend.";
// permission: "Permission denied"; invalid: everything else that is said. Pure.
base::Result<void> check_answer(std::string_view answer);

// Whether it can be written into a command: HAProxy's own names have letters, digits and "-_.:" (configuration.txt §4).
bool is_haproxy_name(std::string_view name);

}  // namespace longshore::deployer
