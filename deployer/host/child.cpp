#include "deployer/host/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "common/base/unique_fd.hpp"

namespace longshore::deployer {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMaxSaid = 8 * 1024;

std::vector<std::string> places_of(const std::string& program) {
  if (program.find('/') != std::string::npos) return {program};
  const char* const path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
  std::vector<std::string> places;
  while (!rest.empty()) {
    const std::string_view folder = rest.substr(0, rest.find(':'));
    if (!folder.empty()) places.push_back(std::string(folder) + "/" + program);
    rest.remove_prefix(std::min(folder.size() + 1, rest.size()));
  }
  return places;
}

// Between fork and exec, where only calls are allowed that a signal handler may make.
[[noreturn]] void become(const std::vector<std::string>& places, char* const* words, int errors, int null, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(127);  // it has died before that could work
  ::setsid();                               // Ctrl-C and a build's end are meant for us, who still need the connection
  struct sigaction usual = {};
  usual.sa_handler = SIG_DFL;
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) ::sigaction(signal, &usual, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(null, STDIN_FILENO);
  ::dup2(null, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  for (const std::string& place : places) ::execv(place.c_str(), words);
  for (const char* text : {static_cast<const char*>(words[0]), ": cannot be executed\n"})
    if (::write(STDERR_FILENO, text, std::strlen(text)) < 0) break;
  ::_exit(127);
}

}  // namespace

bool is_installed(const std::string& program) {
  const std::vector<std::string> places = places_of(program);
  return std::any_of(places.begin(), places.end(),
                     [](const std::string& place) { return ::access(place.c_str(), X_OK) == 0; });
}

// PR_SET_PDEATHSIG speaks of the thread that forks, so that one stays as long as its child does.
Child::Child(std::vector<std::string> words) : keeper_([this, kept = std::move(words)] { keep(kept); }) {}

Child::~Child() {
  {
    std::unique_lock lock(mutex_);
    // Told again and again: before it is started there is nobody to tell. It is not reaped before pid_ is 0.
    for (int tries = 0; !ended_; ++tries) {
      if (pid_ > 0) ::kill(pid_, tries < 20 ? SIGTERM : SIGKILL);
      changed_.wait_for(lock, 100ms, [this] { return ended_; });
    }
  }
  keeper_.join();
}

bool Child::alive() const {
  const std::scoped_lock lock(mutex_);
  return !ended_;
}

std::string Child::said() const {
  const std::scoped_lock lock(mutex_);
  return said_;
}

void Child::note(std::string_view text) {
  const std::scoped_lock lock(mutex_);
  said_ += text;
  if (said_.size() > kMaxSaid) said_.erase(0, said_.size() - kMaxSaid);
}

void Child::keep(const std::vector<std::string>& words) {
  int ends[2] = {-1, -1};
  const base::UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null || ::pipe2(ends, O_CLOEXEC) != 0) {
    note("no descriptors are left");
  } else {
    const base::UniqueFd errors(ends[0]);
    base::UniqueFd write(ends[1]);
    const std::vector<std::string> places = places_of(words.front());
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const pid_t parent = ::getpid(), child = ::fork();
    if (child == 0) become(places, arguments.data(), write.get(), null.get(), parent);
    write.reset();
    if (child < 0) note("no process can be started");
    if (child > 0) {
      {
        const std::scoped_lock lock(mutex_);
        pid_ = child;
      }
      listen(errors.get());
    }
  }
  const std::scoped_lock lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

// Until it has ended; not only until it has closed its standard error, which a proxy of its own may also hold.
void Child::listen(int errors) {
  ::fcntl(errors, F_SETFL, O_NONBLOCK);
  for (bool ended = false;;) {
    char text[1024];
    const ssize_t size = ::read(errors, text, sizeof text);
    if (size > 0) {
      note({text, static_cast<std::size_t>(size)});
      continue;
    }
    if (ended) break;
    siginfo_t info{};
    ended = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0;
    if (ended) continue;  // what it said last may have come meanwhile
    pollfd state{errors, POLLIN, 0};
    if (size < 0) ::poll(&state, 1, 100);
    if (size == 0) std::this_thread::sleep_for(20ms);
  }
  const std::scoped_lock lock(mutex_);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

}  // namespace longshore::deployer
