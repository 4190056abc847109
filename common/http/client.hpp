// HTTP requests on the event loop: libcurl's multi interface, driven by Asio. One object keeps the connections to its hosts
// open and may have any number of requests in flight. Loop thread only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/duration.hpp"
#include "common/base/result.hpp"
#include "common/io/task.hpp"

namespace longshore::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method = "GET";
  std::string url = {};  // http:// or https://; errors name its scheme, host and port only
  Headers headers = {};
  std::shared_ptr<const std::string> body = {};       // not copied; null for none
  base::Duration timeout = std::chrono::seconds(30);  // from the start to the end of the answer
  // If set, it gets the pieces of a good answer's body (2xx) as they come; Response::body stays empty. For what has no end
  // that could be waited for, or no bound. It must not throw.
  std::function<void(std::string_view)> on_body = {};
};

struct Response {
  int status = 0;
  Headers headers;   // names in lower case
  std::string body;  // its first ClientOptions::body_limit bytes
  // The value of a header, by its name in lower case; empty if there is none.
  std::string_view header(std::string_view name) const& {
    for (const auto& [key, value] : headers)
      if (key == name) return value;
    return {};
  }
};

struct ClientOptions {
  std::string ca_file = {};                   // PEM; empty: SSL_CERT_FILE, else /etc/ssl/certs/ca-certificates.crt
  std::string cert_file = {}, key_file = {};  // PEM: who we are; both or none
  std::string unix_socket = {};               // path: every request goes there, whatever its host
  std::string user_agent = "longshore";
  base::Duration connect_timeout = std::chrono::seconds(10);
  std::size_t body_limit = 64 * 1024;
  long max_connections_per_host = 8;
};

class Client {
 public:
  explicit Client(boost::asio::any_io_executor loop, ClientOptions options = {});
  ~Client();  // requests still in flight end with Code::closed

  // The answer, whatever its status. Code::unavailable: no connection, or a name that does not resolve (now); timeout;
  // closed: the connection broke; permission: the certificate was not accepted; invalid: not a usable URL. The wait ends
  // early when the task is cancelled; the request is then given up.
  io::Task<base::Result<Response>> send(Request request);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace longshore::http
