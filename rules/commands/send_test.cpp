#include "rules/delivery/send_test.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <exception>

#include "rules/alert/alias.hpp"
#include "rules/commands/commands.hpp"
#include "rules/commands/sink_choice.hpp"

namespace longshore::rules {
namespace {

AlertChange test_alert(base::Timestamp now) {
  char host[256] = {};
  ::gethostname(host, sizeof(host) - 1);
  AlertChange change;
  change.rule = "send-test";
  change.host = host;
  change.alias = alert_alias(change.rule, change.host, {});
  change.episode = change.alias + "@" + std::to_string(now.ns);
  change.at = now;
  change.count = 1;
  change.priority = Priority::p5;
  change.message = "A test of the way alerts take; it closes by itself";
  change.description = "Sent by `rules send-test` on " + change.host + ". Nothing is wrong.";
  change.source = "rules send-test";
  return change;
}

io::Task<base::Result<void>> open_and_close(const AlertSinkOptions& sink, base::Duration limit, io::BlockingPool& pool,
                                            boost::asio::any_io_executor loop) {
  io::RealTimers timers;
  base::PosixFileSystem files;
  AlertChange change = test_alert(timers.wall());
  for (const AlertChange::Kind kind : {AlertChange::Kind::open, AlertChange::Kind::close}) {
    const bool opens = kind == AlertChange::Kind::open;
    change.kind = kind;
    if (!opens) change.note = "the test is over";
    change.at = timers.wall();
    AlertSinkOptions options = sink;
    AlertChange copy = change;
    auto sent = send_test(std::move(options), std::move(copy), loop, pool, timers, files, limit);
    const base::Result<void> settled = co_await std::move(sent);
    if (!settled) co_return settled;
    fmt::print(stderr, "{}: {} {} is settled\n", sink.name, opens ? "opening" : "closing", change.alias);
  }
  co_return base::Result<void>{};
}

}  // namespace

int send_test(const SendTestOptions& options) {
  const auto sink = choose_sink(options);
  if (!sink) {
    fmt::print(stderr, "{}\n", sink.error().message);
    return kConfiguration;
  }
  boost::asio::io_context loop(1);
  io::BlockingPool pool(1);
  base::Result<void> result = base::fail(base::Code::closed, "it was not sent");
  const auto ended = [&result](std::exception_ptr error, base::Result<void> got) {
    if (error) std::rethrow_exception(error);
    result = std::move(got);
  };
  boost::asio::co_spawn(loop, open_and_close(*sink, options.limit, pool, loop.get_executor()), ended);
  loop.run();
  pool.join();
  if (result) return kOk;
  fmt::print(stderr, "{}\n", result.error().message);
  return result.error().code == base::Code::invalid ? kConfiguration : kUnavailable;
}

}  // namespace longshore::rules
