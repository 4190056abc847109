// status and healthcheck: what asks a running daemon at its admin address.
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "common/http/plain_client.hpp"
#include "rotator/commands/daemon_commands.hpp"
#include "rotator/commands/exit_codes.hpp"
#include "rotator/daemon/status.hpp"

namespace longshore::rotator {
namespace {

base::Result<http::Response> get(const std::string& admin, const std::string& path) {
  return http::send_plain({.url = "http://" + admin + path, .timeout = std::chrono::seconds(5), .body_limit = 256 << 20});
}
int unreachable(const std::string& admin, const std::string& why) {
  std::fprintf(stderr,
               "no rotator answers at %s: %s\nIs it running? Its admin address is set by `admin:`; name it with --admin.\n",
               admin.c_str(), why.c_str());
  return kUnavailable;
}

}  // namespace

int status(const std::string& admin, bool json) {
  const auto response = get(admin, "/status");
  if (!response) return unreachable(admin, response.error().message);
  if (json || ::isatty(STDOUT_FILENO) == 0) {
    std::fputs(response->body.c_str(), stdout);
    return response->status == 200 ? kOk : kUnavailable;
  }
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  const auto table = status_table(response->body, known ? size.ws_col : 120);
  if (!table) return unreachable(admin, table.error().message);
  std::fputs(table->c_str(), stdout);
  return kOk;
}

int healthcheck(const std::string& admin) {
  const auto response = get(admin, "/readyz");
  if (!response) return unreachable(admin, response.error().message);
  if (response->status == 200) return kOk;
  std::fprintf(stderr, "not ready: %s", response->body.c_str());
  return kUnavailable;
}

}  // namespace longshore::rotator
