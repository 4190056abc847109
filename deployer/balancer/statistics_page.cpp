#include "deployer/balancer/statistics_page.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "common/http/blocking_client.hpp"

namespace longshore::deployer {

using base::Code;
using base::fail;
using base::Result;

std::string csv_url(std::string url) {
  if (url.find(";csv") == std::string::npos) url += ";csv";
  return url;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()))) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u);
    for (std::size_t i = 0; i < 4; ++i) out += i <= bytes.size() ? kLetters[group >> (18 - 6 * i) & 63] : '=';
  }
  return out;
}

StatisticsPage::StatisticsPage(const BalancerEntry& entry, std::string socket)
    : url_(csv_url(entry.url)),
      socket_(std::move(socket)),
      ca_file_(entry.ca_file),
      username_(entry.username),
      password_(entry.password) {}

Result<std::string> StatisticsPage::read() const {
  http::ClientOptions options{.ca_file = ca_file_, .unix_socket = socket_, .body_limit = 64 << 20};
  http::Request request{.url = url_, .timeout = std::chrono::seconds(5)};
  if (!username_.empty())
    request.headers.emplace_back("Authorization", "Basic " + base64(fmt::format("{}:{}", username_, password_.reveal())));
  TRY(response, http::BlockingClient(std::move(options)).send(std::move(request)));
  if (response.status == 200) return std::move(response.body);
  if (response.status == 401 || response.status == 403)
    return fail(Code::permission, username_.empty() ? url_ + " wants a user and a password"
                                                    : fmt::format("{} does not accept the password of {}", url_, username_));
  return fail(response.status == 404 ? Code::not_found : Code::unavailable,
              fmt::format("{} answers with status {}: is it the `stats uri` of HAProxy?", url_, response.status));
}

}  // namespace longshore::deployer
