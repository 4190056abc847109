#include "rotator/daemon/background.hpp"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace longshore::rotator {
namespace {

// Of this thread. Where one of it is refused, the work is done all the same.
void become_idle() {
  thread_local bool done = false;
  if (std::exchange(done, true)) return;
  constexpr int kProcess = 1, kIdleClass = 3 << 13;  // ioprio_set(2)
  const sched_param none{};
  ::sched_setscheduler(0, SCHED_IDLE, &none);
  ::syscall(SYS_ioprio_set, kProcess, 0, kIdleClass);
}

}  // namespace

Background::~Background() {
  rotation_.join();
  compression_.join();
}

void Background::start(Lane lane, std::function<Done()> work) {
  auto run = [this, work = std::move(work), lane, guard = boost::asio::make_work_guard(loop_)] {
    if (lane == Lane::compression) become_idle();
    boost::asio::post(guard.get_executor(), [this, finish = work()] {
      finish();
      done_();
    });
  };
  boost::asio::post(lane == Lane::rotation ? rotation_ : compression_, std::move(run));
}

}  // namespace longshore::rotator
