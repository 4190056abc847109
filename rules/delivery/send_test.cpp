#include "rules/delivery/send_test.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "rules/delivery/delivery_queue.hpp"
#include "rules/delivery/make_alert_sink.hpp"

namespace longshore::rules {

io::Task<base::Result<void>> send_test(AlertSinkOptions options, AlertChange change, boost::asio::any_io_executor loop,
                                       io::BlockingPool& pool, io::Timers& timers, base::FileSystem& file_system,
                                       base::Duration limit) {
  const std::string name = options.name;
  base::Result<MadeAlertSink> made = make_alert_sink(std::move(options), loop, pool, file_system);
  if (!made) co_return base::fail(std::move(made).error());
  DeliveryQueue queue({.per_minute = made->options.per_minute});
  io::Signal nothing(loop, timers);
  const base::Duration deadline = timers.now() + limit;
  const unsigned steps = made->sink->steps(change);
  auto shared = std::make_shared<const AlertChange>(std::move(change));
  queue.add(1, std::move(shared), steps);
  std::string last = "no answer yet";
  while (!queue.resting()) {
    if (timers.now() >= deadline)
      co_return base::fail(base::Code::timeout, fmt::format("sink {} has not taken the alert within {}: {}", name,
                                                            base::format_duration(limit), last));
    const std::optional<DeliveryQueue::Job> job = queue.next(timers.now());
    if (!job) {
      const base::Duration until = std::min(queue.due(), deadline);
      co_await nothing.wait(until);
      continue;
    }
    const bool asks = !job->request_id.empty();
    AlertRequest request =
        asks ? made->sink->question(job->request_id) : made->sink->request(*job->change, job->step, timers.wall());
    const AlertAnswer answer = co_await made->carrier->carry(std::move(request));
    const AlertVerdict verdict = asks ? made->sink->verdict_of_question(*job->change, job->step, answer)
                                      : made->sink->verdict(*job->change, job->step, answer);
    if (verdict.kind == AlertVerdict::Kind::refused || verdict.kind == AlertVerdict::Kind::hold)
      co_return base::fail(base::Code::permission, fmt::format("sink {} refuses the alert: {}", name, verdict.reason));
    if (!verdict.reason.empty()) last = verdict.reason;
    queue.answered(1, verdict, timers.now());
  }
  co_return base::Result<void>{};
}

}  // namespace longshore::rules
