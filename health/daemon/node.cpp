#include "health/daemon/node.hpp"

#include "common/base/clock.hpp"
#include "common/telemetry/log.hpp"

namespace longshore::health {

Node::Node(boost::asio::io_context& loop, WishFile& file, Wish wish, unsigned threads)
    : file_(file), wish_(std::move(wish)), watch_(loop, threads) {}

io::Task<base::Result<void>> Node::want(bool out, std::string by) {
  if (wish_.out != out) {
    wish_ = {out, base::SystemClock().now(), std::move(by)};
    kept_ = false;
    telemetry::log_info(out ? "the node is to be out" : "the node is to be in", {{"by", wish_.by}});
  }
  if (!out) watch_.hurry();
  if (kept_) co_return base::Result<void>();
  const auto write = [this, wish = wish_] { return file_.write(wish); };
  base::Result<void> written = co_await io::run_blocking(disk_, write);
  if (written) {
    kept_ = wish_.out == out;
    co_return written;
  }
  telemetry::log_error("it counts, but a new process would not know of it", {{"why", written.error().message}});
  co_return written;
}

Answer Node::answer() const { return decide(wish_, ending_, watch_.views()); }

Answer Node::answer_balancer() {
  Answer answer = this->answer();
  ++answers_[answer.status];
  if (answer.status != last_status_) {
    ++changes_;
    last_status_ = answer.status;
    telemetry::log_info("the load balancer is told something new",
                        {{"status", answer.status}, {"state", name_of(answer.state)}, {"why", answer.why}});
  }
  return answer;
}

}  // namespace longshore::health
