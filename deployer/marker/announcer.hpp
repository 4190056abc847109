// Sends markers to Loggly, Grafana and webhooks, beside the rollout: telling never waits, and what cannot be delivered is a
// warning. Each destination has a thread of its own, so that one that hangs holds up no other.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/duration.hpp"
#include "common/base/result.hpp"
#include "common/http/client.hpp"
#include "deployer/environment/environment.hpp"
#include "deployer/marker/marker.hpp"
#include "deployer/report/redactor.hpp"

namespace longshore::deployer {

class Announcer {
 public:
  // Blocks until the answer or the request's deadline; called from several threads at once.
  using Send = std::function<base::Result<http::Response>(const http::Request& request)>;
  using Warn =
      std::function<void(const std::string& what)>;  // any thread; names a destination without what is secret in its URL

  Announcer(const Markers& destinations, Redactor redactor, Send send, Warn warn);
  ~Announcer();  // what has not been sent is given up; waits for requests under way (5 s at most)

  void tell(Marker marker);
  // Until all is sent, `limit` at most; warns of what was not. Before the last report is written, so that it has the
  // warnings.
  void drain(base::Duration limit = std::chrono::seconds(5));

 private:
  class Channel;
  Redactor redactor_;
  Warn warn_;
  std::vector<std::unique_ptr<Channel>> channels_;
};

// "https://hooks.example.com" of a URL: what may be printed of it.
std::string origin_of(const std::string& url);

}  // namespace longshore::deployer
