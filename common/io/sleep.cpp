#include "common/io/sleep.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace longshore::io {

Task<bool> sleep_for(base::Duration duration) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, duration);
  const auto [error] = co_await timer.async_wait(kNoThrow);
  co_return !error;
}

}  // namespace longshore::io
