#include "deployer/balancer/connect.hpp"

#include <fmt/format.h>

#include <utility>

#include "deployer/balancer/haproxy_csv.hpp"
#include "deployer/balancer/statistics_page.hpp"
#include "deployer/balancer/stats_socket.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::fail;
using base::Result;

std::unexpected<base::Error> named(const std::string& balancer, base::Error error) {
  return fail(error.code, balancer + ": " + error.message);
}

class BySocket final : public Balancer {
 public:
  BySocket(std::string name, Result<io::Endpoint> endpoint) : name_(std::move(name)), endpoint_(std::move(endpoint)) {}
  const std::string& name() const override { return name_; }

  Result<std::vector<ServerState>> servers() override {
    TRY(csv, ask("show stat"));
    return read_haproxy_csv(csv, name_);
  }
  Result<void> drain(const std::string& backend, const std::string& server) override {
    return set_state(backend, server, "drain");
  }
  Result<void> ready(const std::string& backend, const std::string& server) override {
    return set_state(backend, server, "ready");
  }

 private:
  Result<std::string> ask(std::string_view command) const {
    if (!endpoint_) return named(name_, endpoint_.error());
    auto answer = StatsSocket(*endpoint_).ask(command);
    if (!answer) return named(name_, answer.error());
    return answer;
  }
  Result<void> set_state(const std::string& backend, const std::string& server, std::string_view state) const {
    const std::string which = backend + "/" + server;
    if (!is_haproxy_name(backend) || !is_haproxy_name(server))
      return fail(Code::invalid, fmt::format("{}: \"{}\" is no name that HAProxy can have", name_, which));
    TRY(answer, ask(fmt::format("set server {} state {}", which, state)));
    const auto done = check_answer(answer);
    if (!done)
      return fail(done.error().code, fmt::format("{}: {} is not set to {}: {}", name_, which, state, done.error().message));
    return {};
  }

  std::string name_;
  Result<io::Endpoint> endpoint_;
};

class ByPage final : public Balancer {
 public:
  ByPage(std::string name, StatisticsPage page) : name_(std::move(name)), page_(std::move(page)) {}
  const std::string& name() const override { return name_; }

  Result<std::vector<ServerState>> servers() override {
    const auto csv = page_.read();
    if (!csv) return named(name_, csv.error());
    return read_haproxy_csv(*csv, name_);
  }
  Result<void> drain(const std::string&, const std::string&) override { return only_read(); }
  Result<void> ready(const std::string&, const std::string&) override { return only_read(); }

 private:
  Result<void> only_read() const {
    return fail(Code::invalid,
                name_ +
                    ": its statistics page can only be read; to drain through HAProxy, give the stats socket as its url "
                    "(unix:///run/haproxy.sock or tcp://host:port)");
  }

  std::string name_;
  StatisticsPage page_;
};

Result<io::Endpoint> endpoint_of(const std::string& url, const std::string& socket) {
  constexpr std::string_view kUnix = "unix://";
  if (!socket.empty()) return io::Endpoint{io::Transport::unix_stream, {}, 0, socket};
  if (url.starts_with(kUnix) && url.size() > kUnix.size())
    return io::Endpoint{io::Transport::unix_stream, {}, 0, url.substr(kUnix.size())};
  auto endpoint = io::parse_endpoint(url);
  if (!endpoint || endpoint->transport != io::Transport::tcp)
    return fail(Code::invalid,
                fmt::format("\"{}\" is none of unix:///PATH, tcp://HOST:PORT, http://HOST:PORT/PATH and https://…", url));
  return endpoint;
}

}  // namespace

std::unique_ptr<Balancer> connect(const BalancerEntry& entry, const std::string& socket) {
  if (entry.url.starts_with("http://") || entry.url.starts_with("https://"))
    return std::make_unique<ByPage>(entry.name, StatisticsPage(entry, socket));
  return std::make_unique<BySocket>(entry.name, endpoint_of(entry.url, socket));
}

}  // namespace longshore::deployer
