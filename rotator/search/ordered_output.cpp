#include "rotator/search/ordered_output.hpp"

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace longshore::rotator {
namespace {

constexpr std::size_t kMostHeld = 32 << 20;  // bytes, of all tasks that wait for their turn

}  // namespace

bool OrderedOutput::append(std::uint64_t number, std::string& text) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stopped_ || (number == turn_ ? !advancing_ : held_bytes_ + text.size() <= kMostHeld); });
  if (stopped_) return false;
  if (number == turn_) {
    write(lock, text);
  } else {
    held_[number].text += text;
    held_bytes_ += text.size();
  }
  text.clear();
  return !stopped_;
}

bool OrderedOutput::finish(std::uint64_t number, std::string text, std::function<std::string()> last) {
  if (!append(number, text)) return false;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stopped_ || number != turn_ || !advancing_; });
  Held& mine = held_[number];
  mine.last = std::move(last);
  mine.finished = true;
  if (number != turn_) return !stopped_;
  // The turn goes on over all tasks that are finished; what the first other one holds is written before it may write itself.
  advancing_ = true;
  while (!stopped_) {
    const auto next = held_.find(turn_);
    if (next == held_.end()) break;
    Held held = std::move(next->second);
    held_.erase(next);
    held_bytes_ -= held.text.size();
    write(lock, held.text);
    if (!held.finished) break;
    if (!stopped_) write(lock, held.last());
    ++turn_;
  }
  advancing_ = false;
  changed_.notify_all();
  return !stopped_;
}

void OrderedOutput::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

bool OrderedOutput::stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

bool OrderedOutput::failed() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

// Without the lock: only the thread whose turn it is comes here, and the turn does not move meanwhile.
void OrderedOutput::write(std::unique_lock<std::mutex>& lock, const std::string& text) {
  if (text.empty()) return;
  lock.unlock();
  bool good = true;
  for (std::size_t done = 0; done < text.size() && good;) {
    const ssize_t put = ::write(fd_, text.data() + done, text.size() - done);
    if (put > 0)
      done += static_cast<std::size_t>(put);
    else if (put == 0 || errno != EINTR)
      good = false;
  }
  lock.lock();
  if (!good) stopped_ = failed_ = true;
}

}  // namespace longshore::rotator
