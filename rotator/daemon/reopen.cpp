#include "rotator/daemon/reopen.hpp"

#include <fmt/format.h>

#include "common/http/plain_client.hpp"
#include "rotator/rotation/process.hpp"

namespace longshore::rotator {
namespace {

base::Result<void> send_signal(const docker::Engine& engine, const ContainerSignal& signal) {
  TRY(containers, engine.find(signal.container));
  // Nobody to tell is no failure of a group: nobody of it writes.
  for (const std::string& container : containers) {
    const auto sent = engine.kill(container, signal.signal);
    const bool ended_meanwhile =
        !sent && signal.container.starts_with("label:") && sent.error().code == base::Code::not_found;
    if (!sent && !ended_meanwhile)
      return base::fail(sent.error().code,
                        fmt::format("{} to container {}: {}", signal.signal, container, sent.error().message));
  }
  return {};
}

base::Result<void> call(const HttpCall& call) {
  TRY(response, http::send_plain({.method = call.method, .url = call.url}));
  if (response.status < 300) return {};
  return base::fail(base::Code::invalid, fmt::format("{} answers {}", call.url, response.status));
}

base::Result<void> run(const std::string& script, const std::string& log) {
  TRY(result, run_script(script, {log}));
  if (result.good()) return {};
  return base::fail(base::Code::invalid, "postrotate ended with an error");
}

}  // namespace

std::string tell_writers(const Policy& policy, const docker::Engine& engine, const std::string& log) {
  std::string problems;
  auto note = [&](const base::Result<void>& result) {
    if (!result) problems += (problems.empty() ? "" : "; ") + result.error().message;
  };
  for (const ContainerSignal& signal : policy.signals) note(send_signal(engine, signal));
  for (const HttpCall& one : policy.calls) note(call(one));
  if (policy.post_rotate) note(run(*policy.post_rotate, log));
  return problems;
}

}  // namespace longshore::rotator
