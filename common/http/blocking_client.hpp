// HTTP requests from a thread that has no event loop: Client, driven until its answer is there. Connections stay open
// between two requests. Any thread may own one; one thread at a time may use it.
#pragma once

#include <memory>

#include "common/base/result.hpp"
#include "common/http/client.hpp"

namespace longshore::http {

class BlockingClient {
 public:
  explicit BlockingClient(ClientOptions options = {});
  ~BlockingClient();
  BlockingClient(const BlockingClient&) = delete;
  BlockingClient& operator=(const BlockingClient&) = delete;

  // Blocks until the answer is there, or request.timeout. Errors as of Client::send.
  base::Result<Response> send(Request request);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longshore::http
