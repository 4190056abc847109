#include "deployer/process/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "common/base/unique_fd.hpp"

extern char** environ;

namespace longshore::deployer {
namespace {

using base::Result;
using base::UniqueFd;

struct Pipe {
  UniqueFd read, write;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return base::fail_errno(errno, "pipe");
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// `out`, `err`: descriptors that become its standard output and error; nullopt: ours.
Result<pid_t> spawn(const std::vector<std::string>& argv, std::optional<int> out, std::optional<int> err) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (out) posix_spawn_file_actions_adddup2(&actions, *out, STDOUT_FILENO);
  if (err) posix_spawn_file_actions_adddup2(&actions, *err, STDERR_FILENO);
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, words[0], &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return base::fail_errno(error, "run " + argv[0]);
  return child;
}

Result<int> wait_for(pid_t child, const std::string& name) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return base::fail_errno(errno, "wait for " + name);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Reads both to their ends.
void collect(UniqueFd& out, UniqueFd& err, Ended& into) {
  pollfd waited[2] = {{out.get(), POLLIN, 0}, {err.get(), POLLIN, 0}};
  std::string* const texts[2] = {&into.out, &into.err};
  while (waited[0].fd >= 0 || waited[1].fd >= 0) {
    if (::poll(waited, 2, -1) < 0 && errno != EINTR) return;
    for (int i = 0; i < 2; ++i) {
      if (waited[i].fd < 0 || waited[i].revents == 0) continue;
      char chunk[16384];
      const ssize_t count = ::read(waited[i].fd, chunk, sizeof chunk);
      if (count > 0)
        texts[i]->append(chunk, static_cast<std::size_t>(count));
      else if (count == 0 || errno != EINTR)
        waited[i].fd = -1;
    }
  }
}

}  // namespace

Result<Ended> run_and_collect(const std::vector<std::string>& argv) {
  TRY(out, make_pipe());
  TRY(err, make_pipe());
  TRY(child, spawn(argv, out.write.get(), err.write.get()));
  out.write.reset();
  err.write.reset();
  Ended ended;
  collect(out.read, err.read, ended);
  TRY(status, wait_for(child, argv[0]));
  ended.status = status;
  return ended;
}

Result<int> run_visibly(const std::vector<std::string>& argv) {
  TRY(child, spawn(argv, std::nullopt, std::nullopt));
  return wait_for(child, argv[0]);
}

}  // namespace longshore::deployer
