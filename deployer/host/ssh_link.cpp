#include "deployer/host/ssh_link.hpp"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <random>
#include <semaphore>
#include <thread>
#include <vector>

#include "deployer/host/child.hpp"
#include "deployer/host/disk_space.hpp"
#include "deployer/host/private_folder.hpp"
#include "deployer/host/ssh_errors.hpp"
#include "deployer/host/ssh_mux.hpp"
#include "deployer/host/target.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::fail;
using base::Result;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::uint16_t kSocket = 0;  // in place of a port
constexpr base::Duration kOpenDeadline = 30s, kMuxDeadline = 10s;

// So many are being let in at a time, of all hosts: a jump host before them has a MaxStartups, by default 10 before it
// begins to turn away.
std::counting_semaphore<> starts{8};

struct Turn {
  Turn() { starts.acquire(); }
  ~Turn() { starts.release(); }
};

base::Duration between(base::Duration least, base::Duration most) {
  static thread_local std::minstd_rand random{std::random_device{}()};
  return base::Duration(std::uniform_int_distribution<std::int64_t>(least.count(), most.count())(random));
}

class SshLink final : public Link {
 public:
  SshLink(const HostUrl& url, const HostEntry& entry) : url_(url), socket_(entry.socket), config_(entry.ssh_config) {
    name_ = url.user.empty() ? url.host : url.user + "@" + url.host;
  }

  Result<void> open() override {
    if (session_ && session_->ssh.alive()) return {};
    for (base::Duration left = kOpenDeadline;;) {
      session_.reset();
      const base::Duration pause = between(200ms, 2s);
      const auto opened = start(left);
      if (opened) return {};
      left -= pause;
      if (!session_ || !is_turned_away(session_->ssh.said()) || left < 0s) {
        session_.reset();
        return opened;
      }
      std::this_thread::sleep_for(pause);
    }
  }

  Route docker() const override {
    Route route{.url = "http://docker", .options = {}};
    route.options.unix_socket = session_->forwards.at({socket_, kSocket});
    return route;
  }

  Result<Route> route(const std::string& url) override {
    TRY(target, parse_target(url));
    Route route{.url = url, .options = {}};
    TRY(here, forwarded(target.host, target.port));
    route.options.unix_socket = here;
    return route;
  }

  Result<std::string> tunnel(const std::string& url) override {
    constexpr std::string_view kUnix = "unix://", kTcp = "tcp://";
    if (url.starts_with(kUnix)) return forwarded(url.substr(kUnix.size()), kSocket);
    TRY(target, url.starts_with(kTcp) ? parse_address(url.substr(kTcp.size())) : parse_target(url));
    return forwarded(target.host, target.port);
  }

  Result<void> reach(const std::string& host, std::uint16_t port, base::Duration deadline) override {
    auto reached = session_->mux.reach(host, port, deadline);
    if (reached) return reached;
    if (!session_->ssh.alive()) return fail(explain_ssh(session_->ssh.said(), name_));
    if (reached.error().code == Code::unavailable)
      reached.error().message =
          fmt::format("{}:{} refuses connections, or sshd refuses to forward them", bracketed(host), port);
    return reached;
  }

  // Over the same connection, by the user's shell there: an account without one cannot say it.
  std::optional<std::uint64_t> disk_free(const std::string& folder) override {
    if (!session_ || folder.empty() || folder.find_first_of("'\\") != std::string::npos) return std::nullopt;
    const auto text = session_->mux.run("LC_ALL=C df -Pk -- '" + folder + "'", kMuxDeadline);
    return text ? available_of(*text) : std::nullopt;
  }

  base::Error explain(base::Error error) const override {
    if (!session_) return error;
    if (!session_->ssh.alive()) return explain_ssh(session_->ssh.said(), name_);
    if (error.code != Code::closed) return error;
    // A connection that ssh could not open there it closes here, and says so on its standard error a moment later.
    for (int i = 0; i < 20 && session_->ssh.alive(); ++i, std::this_thread::sleep_for(10ms))
      if (session_->ssh.said().find("open failed") != std::string::npos)
        return {Code::unavailable,
                fmt::format("ssh {}: its {} cannot be opened: does Docker run there, is the user in its group (`usermod -aG "
                            "docker USER`), does sshd allow it (AllowStreamLocalForwarding)?",
                            name_, socket_)};
    return session_->ssh.alive() ? error : explain_ssh(session_->ssh.said(), name_);
  }

 private:
  struct Session {
    Session(PrivateFolder made, std::vector<std::string> words, const std::string& control)
        : folder(std::move(made)), ssh(std::move(words)), mux(control) {}
    PrivateFolder folder;
    Child ssh;
    SshMux mux;
    std::map<std::pair<std::string, std::uint16_t>, std::string> forwards;  // host or path, and port there → socket here
  };

  // The socket here that leads to an address there, or with kSocket as the port to the socket with this path.
  Result<std::string> forwarded(const std::string& host, std::uint16_t port) {
    const auto known = session_->forwards.find({host, port});
    if (known != session_->forwards.end()) return known->second;
    std::string here = session_->folder / std::to_string(session_->forwards.size());
    auto made = port == kSocket ? session_->mux.forward_socket(here, host, kMuxDeadline)
                                : session_->mux.forward_port(here, host, port, kMuxDeadline);
    if (!made) return fail(explain(std::move(made.error())));
    session_->forwards.emplace(std::pair(host, port), here);
    return here;
  }

  // `left` is what may still be spent on it, without the time until it is our turn.
  Result<void> start(base::Duration& left) {
    const Turn turn;
    const auto begun = Clock::now();
    const auto opened = start_now(begun + left);
    left -= Clock::now() - begun;
    return opened;
  }

  Result<void> start_now(Clock::time_point end) {
    // Asked first: deployer's own image has no /tmp for the sockets either, which would not tell what to do.
    if (!is_installed("ssh")) return fail(explain_ssh("ssh: cannot be executed", name_));
    TRY(folder, PrivateFolder::create());
    const std::string control = folder / "control";
    session_ = std::make_unique<Session>(std::move(folder), words(control), control);
    while (!session_->mux.hello(1s)) {
      if (!session_->ssh.alive()) return fail(explain_ssh(session_->ssh.said(), name_));
      if (Clock::now() > end) return fail(Code::timeout, fmt::format("ssh {}: not connected within half a minute", name_));
      std::this_thread::sleep_for(10ms);
    }
    TRY_VOID(forwarded(socket_, kSocket));
    return {};
  }

  // What would be in the way of a connection that nobody sits before is switched off, whatever the user's configuration
  // says.
  std::vector<std::string> words(const std::string& control) const {
    std::vector<std::string> all{"ssh", "-N", "-T"};
    if (!config_.empty()) all.insert(all.end(), {"-F", config_});
    const std::string path = "ControlPath=" + control;
    for (const char* option : {"BatchMode=yes", "ConnectTimeout=10", "ServerAliveInterval=5", "ServerAliveCountMax=3",
                               "ControlMaster=yes", path.c_str(), "ControlPersist=no", "ClearAllForwardings=yes",
                               "StreamLocalBindMask=0177", "StreamLocalBindUnlink=yes", "ForwardAgent=no", "ForwardX11=no",
                               "PermitLocalCommand=no", "RemoteCommand=none", "LogLevel=INFO"})
      all.insert(all.end(), {"-o", option});
    if (!url_.user.empty()) all.insert(all.end(), {"-l", url_.user});
    if (url_.port != 0) all.insert(all.end(), {"-p", std::to_string(url_.port)});
    all.insert(all.end(), {"--", url_.host});
    return all;
  }

  HostUrl url_;
  std::string socket_, config_, name_;
  std::unique_ptr<Session> session_;
};

}  // namespace

std::unique_ptr<Link> ssh_link(const HostUrl& url, const HostEntry& entry) { return std::make_unique<SshLink>(url, entry); }

}  // namespace longshore::deployer
