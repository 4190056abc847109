#include "deployer/host/direct_link.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "deployer/host/target.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::fail;
using base::Result;
using boost::asio::ip::tcp;

Result<void> connect_from_here(const std::string& host, std::uint16_t port, base::Duration deadline) {
  boost::asio::io_context loop(1);
  tcp::resolver resolver(loop);
  tcp::socket socket(loop);
  boost::system::error_code outcome = boost::asio::error::timed_out;
  resolver.async_resolve(host, std::to_string(port), [&](auto error, const tcp::resolver::results_type& found) {
    outcome = error;
    if (error) return;
    outcome = boost::asio::error::timed_out;
    boost::asio::async_connect(socket, found, [&](auto failed, const tcp::endpoint&) { outcome = failed; });
  });
  loop.run_for(deadline);
  if (!outcome) return {};
  const bool late = outcome == boost::asio::error::timed_out;
  return fail(late ? Code::timeout : Code::unavailable, late ? "no connection in time" : outcome.message());
}

class UnixLink final : public Link {
 public:
  explicit UnixLink(std::string socket) : socket_(std::move(socket)) {}

  Result<void> open() override { return {}; }
  Route docker() const override {
    Route route{.url = "http://docker", .options = {}};
    route.options.unix_socket = socket_;
    return route;
  }
  Result<Route> route(const std::string& url) override {
    TRY(target, parse_target(url));
    return Route{.url = url, .options = {}};
  }
  Result<std::string> tunnel(const std::string&) override { return std::string(); }
  Result<void> reach(const std::string& host, std::uint16_t port, base::Duration deadline) override {
    return connect_from_here(host, port, deadline);
  }
  std::optional<std::uint64_t> disk_free(const std::string& folder) override {
    struct statvfs space{};
    if (::statvfs(folder.c_str(), &space) != 0) return std::nullopt;  // a daemon in a container has its folder elsewhere
    return static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize;
  }
  base::Error explain(base::Error error) override { return {error.code, fmt::format("{}: {}", socket_, error.message)}; }

 private:
  std::string socket_;
};

class TlsLink final : public Link {
 public:
  TlsLink(const HostUrl& url, const HostEntry& entry)
      : origin_(fmt::format("https://{}:{}", bracketed(url.host), url.port)),
        address_(entry.address.empty() ? url.host : entry.address) {
    options_.ca_file = entry.ca_file;
    options_.cert_file = entry.cert_file;
    options_.key_file = entry.key_file;
  }

  Result<void> open() override { return {}; }
  Route docker() const override { return {.url = origin_, .options = options_}; }
  Result<Route> route(const std::string& url) override {
    TRY(target, parse_target(url));
    if (is_loopback(target.host)) target.host = address_;
    return Route{.url = target.url(), .options = {}};
  }
  Result<std::string> tunnel(const std::string&) override { return std::string(); }
  Result<void> reach(const std::string& host, std::uint16_t port, base::Duration deadline) override {
    return connect_from_here(is_loopback(host) ? address_ : host, port, deadline);
  }
  std::optional<std::uint64_t> disk_free(const std::string&) override { return std::nullopt; }
  // A server that refuses our certificate says so after the handshake, as an alert where its answer is read.
  base::Error explain(base::Error error) override {
    if (error.code != Code::closed || error.message.find(" alert ") == std::string::npos) return error;
    return {Code::permission, fmt::format("it does not accept our certificate (cert_file, key_file): {}", error.message)};
  }

 private:
  std::string origin_, address_;
  http::ClientOptions options_;
};

}  // namespace

std::unique_ptr<Link> unix_link(const HostUrl& url) { return std::make_unique<UnixLink>(url.path); }
std::unique_ptr<Link> tls_link(const HostUrl& url, const HostEntry& entry) { return std::make_unique<TlsLink>(url, entry); }

}  // namespace longshore::deployer
