#include "deployer/host/ssh_link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <random>
#include <semaphore>
#include <thread>
#include <vector>

#include "deployer/host/child.hpp"
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

constexpr base::Duration kOpenDeadline = 30s, kMuxDeadline = 10s;

// So many are being let in at a time, of all hosts: a jump host before them has a MaxStartups, by default 10 before it
// begins to turn away.
std::counting_semaphore<> starts{6};

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
    session_.reset();
    const auto end = Clock::now() + kOpenDeadline;
    for (;;) {
      auto opened = start(end);
      if (opened) return {};
      const bool turned_away = session_ && is_turned_away(session_->ssh.said());
      session_.reset();
      const base::Duration pause = between(200ms, 2s);
      if (!turned_away || Clock::now() + pause > end) return opened;
      std::this_thread::sleep_for(pause);
    }
  }

  Route docker() const override {
    Route route{.url = "http://docker", .options = {}};
    route.options.unix_socket = session_->folder / "docker";
    return route;
  }

  Result<Route> route(const std::string& url) override {
    TRY(target, parse_target(url));
    std::string& here = session_->forwards[{target.host, target.port}];
    if (here.empty()) {
      const std::string path = session_->folder / fmt::format("{}", session_->forwards.size());
      TRY_VOID(session_->mux.forward_port(path, target.host, target.port, kMuxDeadline));
      here = path;
    }
    Route route{.url = url, .options = {}};
    route.options.unix_socket = here;
    return route;
  }

  Result<std::string> tunnel(const std::string& url) override {
    constexpr std::string_view kUnix = "unix://", kTcp = "tcp://";
    if (url.starts_with(kUnix)) {
      const std::string there = url.substr(kUnix.size());
      std::string& here = session_->sockets[there];
      if (here.empty()) {
        const std::string path = session_->folder / fmt::format("s{}", session_->sockets.size());
        TRY_VOID(session_->mux.forward_socket(path, there, kMuxDeadline));
        here = path;
      }
      return here;
    }
    TRY(way, route(url.starts_with(kTcp) ? "http://" + url.substr(kTcp.size()) : url));
    return way.options.unix_socket;
  }

  Result<void> reach(const std::string& host, std::uint16_t port, base::Duration deadline) override {
    auto reached = session_->mux.reach(host, port, deadline);
    if (!reached && reached.error().code == Code::unavailable)
      reached.error().message = fmt::format("{}:{} refuses connections", bracketed(host), port);
    return reached;
  }

  // Over the same connection, by the user's shell there: an account without one cannot say it.
  std::optional<std::uint64_t> disk_free(const std::string& folder) override {
    if (!session_ || folder.empty() || folder.find_first_of("'\\") != std::string::npos) return std::nullopt;
    const auto text = session_->mux.run("LC_ALL=C df -Pk -- '" + folder + "'", kMuxDeadline);
    if (!text) return std::nullopt;
    // Filesystem 1024-blocks Used Available Capacity Mounted-on, below a line of these words
    std::size_t at = text->find('\n');
    for (int column = 0; at != std::string::npos && column < 3; ++column)
      at = text->find(' ', text->find_first_not_of(" \n", at));
    if (at == std::string::npos) return std::nullopt;
    at = text->find_first_not_of(' ', at);
    std::uint64_t kibibytes = 0;
    const auto [stop, error] =
        std::from_chars(text->data() + std::min(at, text->size()), text->data() + text->size(), kibibytes);
    if (error != std::errc{}) return std::nullopt;
    return kibibytes * 1024;
  }

  base::Error explain(base::Error error) const override {
    if (!session_) return error;
    if (!session_->ssh.alive()) return explain_ssh(session_->ssh.said(), name_);
    if (session_->ssh.said().find("open failed") == std::string::npos) return error;
    if (session_->ssh.said().find("administratively prohibited") != std::string::npos)
      return explain_ssh(session_->ssh.said(), name_);
    return {Code::unavailable,
            fmt::format("ssh {}: its {} cannot be opened: is Docker running there, and is the user in its "
                        "group (`usermod -aG docker USER`)?",
                        name_, socket_)};
  }

 private:
  struct Session {
    Session(PrivateFolder made, std::vector<std::string> words, const std::string& control)
        : folder(std::move(made)), ssh(std::move(words)), mux(control) {}
    PrivateFolder folder;
    Child ssh;
    SshMux mux;
    std::map<std::pair<std::string, std::uint16_t>, std::string> forwards;  // HOST, PORT there → a socket here
    std::map<std::string, std::string> sockets;  // by the path there: the path here
  };

  Result<void> start(Clock::time_point end) {
    const Turn turn;
    TRY(folder, PrivateFolder::create());
    const std::string control = folder / "control", docker = folder / "docker";
    session_ = std::make_unique<Session>(std::move(folder), words(control), control);
    while (!session_->mux.hello(1s)) {
      if (!session_->ssh.alive()) return fail(explain_ssh(session_->ssh.said(), name_));
      if (Clock::now() > end) return fail(Code::timeout, fmt::format("ssh {}: not connected within half a minute", name_));
      std::this_thread::sleep_for(10ms);
    }
    return session_->mux.forward_socket(docker, socket_, kMuxDeadline);
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
