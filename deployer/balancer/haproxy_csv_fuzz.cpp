#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "deployer/balancer/haproxy_csv.hpp"
#include "deployer/balancer/stats_socket.hpp"

// Whatever a balancer answers is read or refused; what is read has come from a line of its own.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto servers = longshore::deployer::read_haproxy_csv(text, "lb");
  std::size_t lines = 0;
  for (const char c : text) lines += c == '\n' ? 1 : 0;
  if (servers && servers->size() >= lines) std::abort();
  (void)longshore::deployer::check_answer(text);
  return 0;
}
