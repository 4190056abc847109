// The lab's web service. `web` serves; `web check URL-PATH` is its HEALTHCHECK, since its image holds nothing else.
#include <sys/mman.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "tests/lab/web/server.hpp"

namespace longshore::lab {
namespace {

using namespace std::chrono_literals;

int check(const Behaviour& behaviour, const std::string& path) {
  const auto deadline = Clock::now() + 2s;
  std::string error;
  const int fd = connect_to("127.0.0.1", behaviour.port, deadline, error);
  if (fd < 0) return std::printf("%s\n", error.c_str()), 1;
  Stream stream(fd);
  Message answer;
  bool begun;
  if (!stream.write("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", deadline) ||
      read_message(stream, answer, deadline, -1, true, begun) != Stream::Got::bytes) {
    return std::printf("no answer\n"), 1;
  }
  std::printf("%s\n", answer.start.c_str());
  return answer.status() == 200 ? 0 : 1;
}

void eat() {
  constexpr std::size_t kBite = 64 << 20;
  void* bite = ::mmap(nullptr, kBite, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (bite != MAP_FAILED) std::memset(bite, 1, kBite);
}

int run(const Behaviour& behaviour) {
  if (behaviour.exit_code) {
    std::printf("ERROR cannot start: configured to exit with %d\n", *behaviour.exit_code);
    return *behaviour.exit_code;
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const auto started = Clock::now();
  std::this_thread::sleep_for(behaviour.start_delay);

  Server server(behaviour);
  if (!server.listen()) {
    std::printf("ERROR cannot listen at port %d: %s\n", behaviour.port, std::strerror(errno));
    return 1;
  }
  std::printf("INFO version %s serves at port %d\n", behaviour.version.c_str(), behaviour.port);
  std::thread accepting([&] { server.accept_all(); });
  auto next_line = behaviour.log_after ? started + *behaviour.log_after : Clock::time_point::max();
  while (true) {
    const timespec tick{0, 50'000'000};
    const int got = sigtimedwait(&signals, nullptr, &tick);
    if (got > 0 && !behaviour.ignore_term) break;
    const auto age = Clock::now() - started;
    if (behaviour.die_after && age >= *behaviour.die_after) {
      std::printf("ERROR dies as configured\n");
      std::_Exit(3);
    }
    if (behaviour.eat_after && age >= *behaviour.eat_after) eat();
    if (Clock::now() >= next_line) {
      std::printf("%s\n", behaviour.log_line.c_str());
      next_line += 1s;
    }
  }
  std::printf("INFO ends when what it has begun is done\n");
  server.stop();
  accepting.join();
  for (const auto deadline = Clock::now() + 30s; !server.idle() && Clock::now() < deadline;)
    std::this_thread::sleep_for(5ms);
  return 0;
}

}  // namespace
}  // namespace longshore::lab

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 4096);
  const auto behaviour = longshore::lab::behaviour_from_environment();
  if (argc == 3 && std::string_view(argv[1]) == "check") return longshore::lab::check(behaviour, argv[2]);
  return longshore::lab::run(behaviour);
}
