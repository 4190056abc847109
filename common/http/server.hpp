// A small HTTP/1.1 server for the admin address and for receivers in tests: Beast's parser, our own read loop, one write an
// answer. Loop thread only. Not for the open internet: bounded, but without TLS.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/duration.hpp"
#include "common/base/result.hpp"
#include "common/base/unique_fd.hpp"
#include "common/http/client.hpp"
#include "common/io/task_group.hpp"

namespace longshore::http {

struct ServerRequest {
  std::string method;
  std::string path;   // without the query
  std::string query;  // behind the "?", as sent
  Headers headers;    // names in lower case
  std::string body;
};

// Sends pieces of an answer of unknown length (chunked). write() is false once the client has gone.
class ChunkWriter {
 public:
  virtual ~ChunkWriter() = default;
  virtual io::Task<bool> write(std::string_view bytes) = 0;
};

struct ServerResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  Headers headers;
  // If set, it writes the body piece by piece and returns when there is no more; `body` is not used.
  std::function<io::Task<void>(ChunkWriter&)> stream;
};

using Handler = std::function<io::Task<ServerResponse>(const ServerRequest&)>;

struct ServerOptions {
  std::size_t body_limit = 1 << 20;
  std::size_t max_connections = 256;  // above it, the one that has waited longest for a request is closed
  base::Duration idle_timeout = std::chrono::seconds(30);  // for the whole of a request's arrival
};

class Server {
 public:
  // `listener`: bound, listening, non-blocking.
  Server(boost::asio::any_io_executor loop, base::UniqueFd listener, Handler handler, ServerOptions options = {});
  ~Server();  // stop() comes first
  void start();
  // Closes every connection and waits for their ends.
  io::Task<void> stop();

 private:
  class Connection;
  io::Task<void> accept_loop();
  io::Task<void> serve(base::UniqueFd socket);

  boost::asio::any_io_executor loop_;
  base::UniqueFd listener_;
  Handler handler_;
  ServerOptions options_;
  std::list<Connection*> waiting_;  // for a request, the longest first
  io::TaskGroup tasks_;
};

// "%41+b" → "A b"; what is not a valid escape stays as it is.
std::string decode_query(std::string_view text);
// The decoded value of `name` in "a=1&b=2"; empty if it is not there.
std::string query_value(std::string_view query, std::string_view name);

}  // namespace longshore::http
