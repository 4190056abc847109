// A Docker daemon for tests: answers at a unix socket on a thread of its own, and remembers what it was asked. It says by
// itself which version of the API it speaks.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/http/server.hpp"
#include "common/io/endpoint.hpp"
#include "common/io/task_group.hpp"

namespace longshore::docker {

class EngineForTest {
 public:
  using Answer = std::function<http::ServerResponse(const http::ServerRequest&)>;
  EngineForTest(const std::string& socket, Answer answer, std::string version = "1.41")
      : answer_(std::move(answer)),
        version_(std::move(version)),
        server_(loop_.get_executor(), io::open_listener(io::parse_endpoint("unix-stream://" + socket).value()).value(),
                [this](const http::ServerRequest& request) -> io::Task<http::ServerResponse> {
                  const std::scoped_lock lock(mutex_);
                  if (request.path == "/_ping")
                    co_return http::ServerResponse{.body = "OK", .headers = {{"Api-Version", version_}}, .stream = {}};
                  asked_.push_back(request.method + " " + request.path + (request.query.empty() ? "" : "?" + request.query));
                  co_return answer_(request);
                }),
        tasks_(loop_.get_executor()) {
    server_.start();
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~EngineForTest() {
    boost::asio::post(loop_, [this] { tasks_.spawn("stop", server_.stop()); });
    thread_.join();
  }
  std::vector<std::string> asked() {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }

 private:
  boost::asio::io_context loop_{1};
  std::mutex mutex_;
  std::vector<std::string> asked_;
  Answer answer_;
  const std::string version_;
  http::Server server_;
  io::TaskGroup tasks_;
  std::thread thread_;
};

}  // namespace longshore::docker
