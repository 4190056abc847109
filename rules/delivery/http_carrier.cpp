#include "rules/delivery/http_carrier.hpp"

#include <utility>

namespace longshore::rules {
namespace {

http::ClientOptions client_options(const AlertSinkOptions& options) {
  http::ClientOptions client;
  client.ca_file = options.ca_file;
  client.max_connections_per_host = options.max_in_flight;
  client.user_agent = "longshore-alerts";
  return client;
}

}  // namespace

HttpCarrier::HttpCarrier(boost::asio::any_io_executor loop, const AlertSinkOptions& options)
    : timeout_(options.timeout), client_(std::move(loop), client_options(options)) {}

io::Task<AlertAnswer> HttpCarrier::carry(AlertRequest request) {
  http::Request sent;
  sent.method = std::move(request.method);
  sent.url = std::move(request.url);
  sent.timeout = timeout_;
  if (!request.authorization.empty()) sent.headers.emplace_back("Authorization", std::move(request.authorization));
  if (!request.body.empty()) {
    sent.headers.emplace_back("Content-Type", "application/json");
    sent.body = std::make_shared<const std::string>(std::move(request.body));
  }
  base::Result<http::Response> got = co_await client_.send(std::move(sent));
  AlertAnswer answer;
  if (!got) {
    answer.body = std::move(got.error().message);
    co_return answer;
  }
  answer.status = got->status;
  answer.error_type = got->header("x-opsgenie-errortype");
  answer.retry_after = got->header("retry-after");
  answer.rate_limit_period = got->header("x-ratelimit-period-in-sec");
  answer.body = std::move(got->body);
  co_return answer;
}

}  // namespace longshore::rules
