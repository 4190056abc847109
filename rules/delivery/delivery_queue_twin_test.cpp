// The queue against a slow, simple model, on random streams: changes come, requests succeed, fail or lose their answer, the
// disk takes its time, and now and then the process dies. The model says which job may come next; a service that knows
// alerts by their alias sees each episode open once and close once.
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <random>

#include "rules/delivery/change_for_test.hpp"
#include "rules/delivery/delivery_queue.hpp"

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;
using Verdict = AlertVerdict::Kind;
using Change = AlertChange::Kind;
using ChangePtr = std::shared_ptr<const AlertChange>;

class Twin {
 public:
  explicit Twin(unsigned seed) : random_(seed) {}

  void run() {
    for (int i = 0; i < 3'000 && !::testing::Test::HasFailure(); ++i) act(static_cast<unsigned>(random_() % 100), true);
    for (int i = 0; i < 200'000 && !disk_.empty() && !::testing::Test::HasFailure(); ++i)
      act(static_cast<unsigned>(10 + random_() % 88), false);
    EXPECT_TRUE(disk_.empty());
    for (const auto& [alias, steps] : submitted_) {
      std::string expected;
      for (unsigned step = 0; step < steps; ++step)
        if (step % 4 == 0 || step % 4 == 3) expected += step % 4 == 0 ? "(" : ")";
      EXPECT_EQ(history_[alias], expected) << alias;
    }
  }

 private:
  struct Alias {  // the model's
    std::deque<std::uint64_t> waiting;
    std::uint64_t settling = 0;  // was told, but the disk does not know; 0: none
    bool busy = false, delayed = false, begun = false;
  };

  void act(unsigned chance, bool troubles) {
    if (chance < 10) return submit();
    if (chance < 50) return send();
    if (chance < 75) return answer(troubles);
    if (chance < 95) return write();
    if (chance < 98)
      now_ += std::chrono::milliseconds(random_() % 5'000);
    else if (chance == 98)
      crash();
  }

  void submit() {
    static constexpr Change kSteps[] = {Change::open, Change::repeat, Change::repeat, Change::close};
    const std::string alias = std::to_string(random_() % 6);
    unsigned& step = submitted_[alias];
    AlertChange change = change_of(kSteps[step % 4], alias, std::to_string(step / 4));
    change.priority = static_cast<Priority>(change.alias[0] % 3 + 1);
    ++step;
    disk_[++number_] = std::make_shared<const AlertChange>(std::move(change));
    add(number_);
  }

  void add(std::uint64_t number) {
    const ChangePtr& change = disk_.at(number);
    Alias& alias = model_[change->alias];
    if (change->kind != Change::open) {
      for (auto each = alias.waiting.begin() + (alias.begun ? 1 : 0); each != alias.waiting.end(); ++each) {
        const AlertChange& old = *disk_.at(*each);
        if (old.kind != Change::repeat || old.episode != change->episode) continue;
        alias.waiting.erase(each);
        break;
      }
    }
    alias.waiting.push_back(number);
    queue_.add(number, change, 1);
    take_settled();
  }

  bool eligible(const Alias& alias) const { return !alias.busy && alias.settling == 0 && !alias.waiting.empty(); }
  std::pair<Priority, std::uint64_t> rank(std::uint64_t number) const { return {disk_.at(number)->priority, number}; }

  void send() {
    const bool well = queue_.state() == io::Gate::State::ok && in_flight_.size() < 4;
    const auto job = queue_.next(now_);
    for (const auto& [name, alias] : model_) {
      if (!eligible(alias) || alias.delayed) continue;
      if (!job) {
        ASSERT_FALSE(well) << "nothing is sent, although " << alias.waiting.front() << " could be";
      } else {
        ASSERT_LE(rank(job->number), rank(alias.waiting.front())) << "passed over";
      }
    }
    if (!job) return;
    Alias& alias = model_[job->change->alias];
    ASSERT_TRUE(eligible(alias));
    ASSERT_EQ(job->number, alias.waiting.front()) << "out of order";
    alias.busy = alias.begun = true;
    alias.delayed = false;
    in_flight_.push_back(*job);
    ASSERT_LE(in_flight_.size(), 4U);
  }

  void apply(const DeliveryQueue::Job& job) {
    bool& open = open_[job.change->alias];
    const bool opens = job.change->kind != Change::close;
    if (open != opens) history_[job.change->alias] += opens ? "(" : ")";
    open = opens;
  }

  void answer(bool troubles) {
    if (in_flight_.empty()) return;
    const auto place = in_flight_.begin() + static_cast<std::ptrdiff_t>(random_() % in_flight_.size());
    const DeliveryQueue::Job job = *place;
    in_flight_.erase(place);
    const bool asked = !job.request_id.empty();
    static constexpr Verdict kOfSent[] = {Verdict::settled, Verdict::settled, Verdict::ask, Verdict::retry, Verdict::wait};
    static constexpr Verdict kOfAsked[] = {Verdict::settled, Verdict::settled, Verdict::pending, Verdict::resend,
                                           Verdict::wait};
    const auto which = random_() % (troubles ? 5 : 1);
    const AlertVerdict verdict{.kind = asked ? kOfAsked[which] : kOfSent[which], .reason = {}, .request_id = "id"};
    const bool answer_lost = verdict.kind == Verdict::retry || verdict.kind == Verdict::wait;
    if (!asked && (!answer_lost || random_() % 2 == 0)) apply(job);
    Alias& alias = model_[job.change->alias];
    alias.busy = false;
    if (verdict.kind == Verdict::settled) {
      alias.waiting.pop_front();
      alias.settling = job.number;
    } else {
      alias.delayed = true;
    }
    alias.begun =
        verdict.kind == Verdict::ask || (asked && verdict.kind != Verdict::settled && verdict.kind != Verdict::resend);
    queue_.answered(job.number, verdict, now_);
    take_settled();
  }

  void take_settled() {
    for (const std::uint64_t number : queue_.take_settled()) to_write_.push_back(number);
  }

  // The disk gets to some of what is settled, in order.
  void write() {
    std::vector<std::uint64_t> written;
    for (auto left = random_() % 3; left > 0 && !to_write_.empty(); --left) {
      written.push_back(to_write_.front());
      to_write_.pop_front();
      Alias& alias = model_[disk_.at(written.back())->alias];
      disk_.erase(written.back());
      if (alias.settling == written.back()) alias.settling = 0;
    }
    queue_.durable(written);
  }

  void crash() {
    for (const DeliveryQueue::Job& job : in_flight_)
      if (job.request_id.empty() && random_() % 2 == 0) apply(job);
    in_flight_.clear();
    to_write_.clear();
    model_.clear();
    queue_ = DeliveryQueue({});
    std::vector<std::uint64_t> left;
    for (const auto& [number, change] : disk_) left.push_back(number);
    for (const std::uint64_t number : left) add(number);
  }

  std::minstd_rand random_;
  DeliveryQueue queue_{DeliveryQueue::Options{}};
  base::Duration now_ = 1000s;
  std::uint64_t number_ = 0;
  std::map<std::uint64_t, ChangePtr> disk_;
  std::deque<std::uint64_t> to_write_;
  std::map<std::string, Alias> model_;
  std::vector<DeliveryQueue::Job> in_flight_;
  std::map<std::string, unsigned> submitted_;  // steps
  std::map<std::string, bool> open_;           // at the service
  std::map<std::string, std::string> history_;
};

TEST(QueueTwin, DoesAsTheModelOnRandomStreamsAndThroughCrashes) {
  for (unsigned seed = 1; seed <= 12 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Twin(seed).run();
  }
}

}  // namespace
}  // namespace longshore::rules
