#include "deployer/host/ssh_link.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <random>
#include <semaphore>
#include <thread>
#include <vector>

#include "deployer/host/child.hpp"
#include "deployer/host/disk_space.hpp"
#include "deployer/host/private_folder.hpp"
#include "deployer/host/ssh_config.hpp"
#include "deployer/host/ssh_errors.hpp"
#include "deployer/host/ssh_mux.hpp"
#include "deployer/host/target.hpp"
#include "deployer/process/process.hpp"

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
    if (session_ && (session_->ssh || joins_) && session_->alive()) return {};
    for (base::Duration left = kOpenDeadline;;) {
      session_.reset();
      const base::Duration pause = between(200ms, 2s);
      const auto opened = start(left);
      if (opened) return {};
      left -= pause;
      if (!session_ || !is_turned_away(session_->said()) || left < 0s) {
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
    if (!session_->alive()) return fail(explain_ssh(session_->said(), name_));
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

  base::Error explain(base::Error error) override {
    if (!session_) return error;
    // A connection that is closed at once may look like one that was never made.
    const bool ended = error.code == Code::closed || error.code == Code::unavailable;
    if (ended && session_->alive() && is_refused_there())
      error = {Code::unavailable,
               fmt::format(
                   "ssh {}: its {} cannot be opened: does Docker run there, is the user in its group (`usermod -aG docker "
                   "USER`), does sshd allow it (AllowStreamLocalForwarding)?",
                   name_, socket_)};
    return explain_way(std::move(error));
  }

 private:
  struct Session {
    Session(PrivateFolder made, std::unique_ptr<Child> started, const std::string& control)
        : folder(std::move(made)), ssh(std::move(started)), mux(control) {}
    ~Session() {
      if (ssh) return;
      for (const auto& [there, here] : forwards) (void)mux.close_forward(here, there.first, there.second, 1s);
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    bool alive() const { return ssh ? ssh->alive() : mux.hello(1s).has_value(); }
    std::string said() const { return ssh ? ssh->said() : "the connection that was open already has ended"; }

    PrivateFolder folder;
    std::unique_ptr<Child> ssh;  // none: the user's own, which was connected before and stays so
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
    if (!made) return fail(explain_way(std::move(made.error())));
    session_->forwards.emplace(std::pair(host, port), here);
    return here;
  }

  base::Error explain_way(base::Error error) {
    // One that was there before tells nothing, and its network may be long dead: the next is our own.
    joins_ = session_->ssh != nullptr;
    return session_->alive() ? error : explain_ssh(session_->said(), name_);
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
    if (joins_ && join()) return {};
    TRY(folder, PrivateFolder::create());
    const std::string control = folder / "control";
    session_ = std::make_unique<Session>(std::move(folder), std::make_unique<Child>(words(control)), control);
    while (!session_->mux.hello(1s)) {
      if (!session_->alive()) return fail(explain_ssh(session_->said(), name_));
      if (Clock::now() > end) return fail(Code::timeout, fmt::format("ssh {}: not connected within half a minute", name_));
      std::this_thread::sleep_for(10ms);
    }
    TRY_VOID(forwarded(socket_, kSocket));
    return {};
  }

  // As ssh itself does: where the user's configuration has a ControlPath and somebody of this user listens there, over that
  // connection. Whether it worked.
  bool join() {
    const auto printed = run_and_collect(words({"ssh", "-G"}, {}));
    const std::string control = printed && printed->status == 0 ? control_path(printed->out) : "";
    struct stat found{};
    if (control.empty() || ::lstat(control.c_str(), &found) != 0 || !S_ISSOCK(found.st_mode) || found.st_uid != ::geteuid())
      return false;
    auto folder = PrivateFolder::create();
    if (!folder) return false;
    session_ = std::make_unique<Session>(std::move(*folder), nullptr, control);
    if (session_->mux.hello(1s) && forwarded(socket_, kSocket)) return true;
    session_.reset();
    return false;
  }

  // A connection that could not be opened there ssh closes here, and says so on its standard error a moment later.
  bool is_refused_there() const {
    if (!session_->ssh) return true;
    for (int i = 0; i < 20 && session_->alive(); ++i, std::this_thread::sleep_for(10ms))
      if (session_->said().find("open failed") != std::string::npos) return true;
    return false;
  }

  // What would be in the way of a connection that nobody sits before is switched off, whatever the user's configuration
  // says.
  std::vector<std::string> words(const std::string& control) const {
    const std::string path = "ControlPath=" + control;
    return words(
        {"ssh", "-N", "-T"},
        {"BatchMode=yes", "ConnectTimeout=10", "ServerAliveInterval=5", "ServerAliveCountMax=3", "ControlMaster=yes", path,
         "ControlPersist=no", "ClearAllForwardings=yes", "StreamLocalBindMask=0177", "StreamLocalBindUnlink=yes",
         "ForwardAgent=no", "ForwardX11=no", "PermitLocalCommand=no", "RemoteCommand=none", "LogLevel=INFO"});
  }

  std::vector<std::string> words(std::vector<std::string> all, const std::vector<std::string>& options) const {
    if (!config_.empty()) all.insert(all.end(), {"-F", config_});
    for (const std::string& option : options) all.insert(all.end(), {"-o", option});
    if (!url_.user.empty()) all.insert(all.end(), {"-l", url_.user});
    if (url_.port != 0) all.insert(all.end(), {"-p", std::to_string(url_.port)});
    all.insert(all.end(), {"--", url_.host});
    return all;
  }

  HostUrl url_;
  std::string socket_, config_, name_;
  bool joins_ = true;  // a connection that is open already, where there is one
  std::unique_ptr<Session> session_;
};

}  // namespace

std::unique_ptr<Link> ssh_link(const HostUrl& url, const HostEntry& entry) { return std::make_unique<SshLink>(url, entry); }

}  // namespace longshore::deployer
