// HAProxy's statistics page as CSV (`stats uri`), with Basic authentication (RFC 7617) where the entry has a user name.
// Blocks, five seconds at most.
#pragma once

#include <string>

#include "common/base/result.hpp"
#include "deployer/environment/environment.hpp"

namespace longshore::deployer {

class StatisticsPage {
 public:
  // `socket`: a unix socket that leads to the URL's host; empty: none.
  StatisticsPage(const BalancerEntry& entry, std::string socket);

  // Code::permission: it wants another user or password; not_found: no such page; unavailable, timeout, closed.
  base::Result<std::string> read() const;

 private:
  std::string url_, socket_, ca_file_, username_;
  base::Secret password_;
};

// "http://h/haproxy?stats" → "http://h/haproxy?stats;csv"; unchanged if it is there. Pure.
std::string csv_url(std::string url);
// "user:password" as RFC 4648 §4 has it. Pure.
std::string base64(std::string_view bytes);

}  // namespace longshore::deployer
