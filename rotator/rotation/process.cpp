#include "rotator/rotation/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "common/base/unique_fd.hpp"
#include "rotator/files/working_as.hpp"

namespace longshore::rotator {
namespace {

using base::fail;
using base::fail_errno;
using base::Result;
using base::UniqueFd;

// What a child writes to 2 is text for people; more than that is cut.
constexpr std::size_t kMaxErrors = 64 << 10;

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> all;
  for (std::string& word : words) all.push_back(word.data());
  all.push_back(nullptr);
  return all;
}

// Everything that needs memory is made before fork: behind it only calls that are safe in a signal handler.
struct Prepared {
  std::vector<std::string> words, environment;
  std::vector<char*> argv, envp;
  std::vector<std::string> programs;  // where it may be
};

Prepared prepare(const ProcessRequest& request) {
  Prepared all;
  all.words = request.words;
  for (char** entry = environ; *entry != nullptr; ++entry) all.environment.emplace_back(*entry);
  all.environment.insert(all.environment.end(), request.environment.begin(), request.environment.end());
  const std::string& program = request.words.front();
  if (program.find('/') != std::string::npos) {
    all.programs.push_back(program);
  } else {
    const char* path = ::secure_getenv("PATH");
    std::string_view rest = path != nullptr ? path : "/usr/sbin:/usr/bin:/sbin:/bin";
    while (!rest.empty()) {
      const auto folder = rest.substr(0, rest.find(':'));
      if (!folder.empty()) all.programs.push_back(std::string(folder) + "/" + program);
      rest.remove_prefix(std::min(folder.size() + 1, rest.size()));
    }
  }
  all.argv = pointers(all.words);
  all.envp = pointers(all.environment);
  return all;
}

void complain(const char* what, const char* about) {
  const char* parts[] = {"error: ", what, about, "\n"};
  for (const char* part : parts)
    if (::write(STDERR_FILENO, part, std::strlen(part)) < 0) return;
}

[[noreturn]] void child(const ProcessRequest& request, const Prepared& prepared, int errors, int null) {
  // dup2 onto itself would leave close-on-exec set: a descriptor that is one of 0, 1, 2 already goes out of the way first.
  int input = request.input >= 0 && request.input <= 2 ? ::dup(request.input) : request.input;
  int output = request.silent_output ? null : request.output;
  if (output >= 0 && output <= 2) output = ::dup(output);
  if (input >= 0) ::dup2(input, STDIN_FILENO);
  if (output >= 0) ::dup2(output, STDOUT_FILENO);
  const bool switched = request.user ? become(request.user->uid, request.user->gid) : become_invoker();
  if (errors >= 0) ::dup2(errors, STDERR_FILENO);
  struct sigaction usual = {};
  usual.sa_handler = SIG_DFL;
  ::sigaction(SIGPIPE, &usual, nullptr);
  if (!switched) {
    complain("cannot switch user before starting ", prepared.argv[0]);
    ::_exit(126);
  }
  for (const std::string& program : prepared.programs) ::execve(program.c_str(), prepared.argv.data(), prepared.envp.data());
  complain("cannot execute ", prepared.argv[0]);
  ::_exit(127);
}

int wait_for(pid_t child_id) {
  int status = 0;
  while (::waitpid(child_id, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

// Descriptors of our own that must not be 0, 1 or 2, which we may have been started without.
Result<UniqueFd> out_of_the_way(int fd) {
  if (fd > 2) return UniqueFd(fd);
  UniqueFd low(fd);
  UniqueFd high(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
  if (!high) return fail_errno(errno, "dup");
  return high;
}

struct Pipe {
  UniqueFd read, write;
};
Result<Pipe> make_pipe() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail_errno(errno, "error opening pipe");
  TRY(read, out_of_the_way(ends[0]));
  TRY(write, out_of_the_way(ends[1]));
  return Pipe{std::move(read), std::move(write)};
}

Result<pid_t> start(const ProcessRequest& request, int errors) {
  UniqueFd null;
  if (request.silent_output) {
    TRY(opened, out_of_the_way(::open("/dev/null", O_RDWR | O_CLOEXEC)));
    null = std::move(opened);
  }
  const Prepared prepared = prepare(request);
  std::fflush(nullptr);
  const pid_t id = ::fork();
  if (id < 0) return fail_errno(errno, "cannot fork");
  if (id == 0) child(request, prepared, errors, null.get());
  return id;
}

}  // namespace

Result<ProcessResult> run_process(const ProcessRequest& request) {
  ProcessResult result;
  Pipe errors;
  if (request.capture_errors) {
    TRY(made, make_pipe());
    errors = std::move(made);
  }
  TRY(id, start(request, errors.write.get()));
  errors.write.reset();
  char buffer[4096];
  while (request.capture_errors) {
    const ssize_t size = ::read(errors.read.get(), buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    if (result.errors.size() < kMaxErrors) result.errors.append(buffer, static_cast<std::size_t>(size));
  }
  result.status = wait_for(id);
  return result;
}

Result<ProcessResult> run_process_fed(ProcessRequest request, const std::function<Result<void>(int)>& feed) {
  TRY(pipe, make_pipe());
  request.input = pipe.read.get();
  struct sigaction ignore = {}, before = {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &before);
  auto id = start(request, -1);
  pipe.read.reset();
  auto fed = id ? feed(pipe.write.get()) : Result<void>();
  pipe.write.reset();
  ::sigaction(SIGPIPE, &before, nullptr);
  if (!id) return fail(id.error());
  const ProcessResult result{wait_for(*id), ""};
  if (!fed && result.good()) return fail(fed.error());
  return result;
}

Result<ProcessResult> run_script(const std::string& script, const std::vector<std::string>& arguments) {
  ProcessRequest request{.words = {"/bin/sh", "-c", script, "logrotate_script"}};
  request.words.insert(request.words.end(), arguments.begin(), arguments.end());
  return run_process(request);
}

}  // namespace longshore::rotator
