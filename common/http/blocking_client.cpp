#include "common/http/blocking_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <utility>

namespace longshore::http {

class BlockingClient::Impl {
 public:
  explicit Impl(ClientOptions options) : client_(loop_.get_executor(), std::move(options)) {}

  base::Result<Response> send(Request request) {
    base::Result<Response> answer = base::fail(base::Code::closed, "request given up");
    std::exception_ptr failure;
    bool done = false;
    boost::asio::co_spawn(loop_, client_.send(std::move(request)),
                          [&](std::exception_ptr why, base::Result<Response> result) {
                            failure = std::move(why);
                            answer = std::move(result);
                            done = true;
                          });
    loop_.restart();
    while (!done && loop_.run_one() > 0) {
    }
    if (failure) std::rethrow_exception(failure);
    return answer;
  }

 private:
  boost::asio::io_context loop_{1};
  Client client_;
};

BlockingClient::BlockingClient(ClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
BlockingClient::~BlockingClient() = default;

base::Result<Response> BlockingClient::send(Request request) { return impl_->send(std::move(request)); }

}  // namespace longshore::http
