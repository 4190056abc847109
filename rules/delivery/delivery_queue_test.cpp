#include "rules/delivery/delivery_queue.hpp"

#include <gtest/gtest.h>

#include <list>
#include <map>
#include <random>

#include "rules/delivery/change_for_test.hpp"

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;
using Verdict = AlertVerdict::Kind;
using Change = AlertChange::Kind;

class Queue : public ::testing::Test {
 protected:
  void make(DeliveryQueue::Options options) { queue_ = DeliveryQueue(options); }
  std::uint64_t add(Change kind, std::string_view alias, std::string_view episode = "1", Priority priority = Priority::p3) {
    AlertChange change = change_of(kind, alias, episode);
    change.priority = priority;
    queue_.add(++number_, std::make_shared<const AlertChange>(std::move(change)), 1);
    return number_;
  }
  // The number of the next job; 0 if there is none now.
  std::uint64_t next() {
    const auto job = queue_.next(now_);
    return job ? job->number : 0;
  }
  void answer(std::uint64_t number, AlertVerdict verdict) { queue_.answered(number, verdict, now_); }
  void settle(std::uint64_t number) {
    answer(number, {});
    queue_.durable(queue_.take_settled());
  }
  // Lets time pass until there is a job; 0 if that never happens.
  std::uint64_t wait_for_next() {
    while (true) {
      if (const std::uint64_t number = next()) return number;
      if (queue_.due() == base::Duration::max()) return 0;
      EXPECT_GT(queue_.due(), now_) << "due, and yet there is nothing";
      now_ = std::max(now_ + 1ns, queue_.due());
    }
  }

  DeliveryQueue queue_{DeliveryQueue::Options{}};
  base::Duration now_ = 1000s;
  std::uint64_t number_ = 0;
};

TEST_F(Queue, ChangesOfOneAliasGoOneByOneAndOfOthersBesides) {
  const auto open = add(Change::open, "a"), close = add(Change::close, "a"), other = add(Change::open, "b");
  EXPECT_EQ(next(), open);
  EXPECT_EQ(next(), other);
  EXPECT_EQ(next(), 0U);
  settle(open);
  EXPECT_EQ(next(), close);
}

TEST_F(Queue, TheNextOfAnAliasWaitsUntilTheOneBeforeIsSettledDurably) {
  const auto open = add(Change::open, "a"), close = add(Change::close, "a");
  ASSERT_EQ(next(), open);
  answer(open, {});
  EXPECT_EQ(next(), 0U);
  EXPECT_EQ(queue_.due(), base::Duration::max());
  const auto settled = queue_.take_settled();
  EXPECT_EQ(settled, std::vector{open});
  queue_.durable(settled);
  EXPECT_EQ(next(), close);
}

TEST_F(Queue, TheMostUrgentGoFirstThenTheOldest) {
  make({.max_in_flight = 9});
  const auto third = add(Change::open, "a", "1", Priority::p5), second = add(Change::open, "b", "1", Priority::p2),
             first = add(Change::open, "c", "1", Priority::p1), other = add(Change::open, "d", "1", Priority::p2);
  for (const auto expected : {first, second, other, third}) EXPECT_EQ(next(), expected);
}

TEST_F(Queue, OnlySoManyAreInFlight) {
  make({.max_in_flight = 2});
  for (const char* alias : {"a", "b", "c"}) add(Change::open, alias);
  EXPECT_NE(next(), 0U);
  EXPECT_NE(next(), 0U);
  EXPECT_EQ(next(), 0U);
  settle(1);
  EXPECT_EQ(next(), 3U);
}

TEST_F(Queue, ARepeatThatWaitsGivesWayToTheNewestAndToTheClose) {
  const auto open = add(Change::open, "a"), first = add(Change::repeat, "a"), note = add(Change::note, "a"),
             second = add(Change::repeat, "a");
  EXPECT_EQ(queue_.take_settled(), std::vector{first});
  const auto close = add(Change::close, "a");
  EXPECT_EQ(queue_.take_settled(), std::vector{second});
  for (const auto expected : {open, note, close}) {
    ASSERT_EQ(next(), expected);
    settle(expected);
  }
  EXPECT_EQ(queue_.counts().waiting, 0U);
}

TEST_F(Queue, ARepeatUnderWayStaysAndOneOfAnotherEpisodeToo) {
  const auto under_way = add(Change::repeat, "a");
  ASSERT_EQ(next(), under_way);
  const auto of_first = add(Change::close, "a"), open = add(Change::open, "a", "2"), repeat = add(Change::repeat, "a", "2");
  add(Change::close, "a", "1");
  EXPECT_TRUE(queue_.take_settled().empty());
  for (const auto expected : {under_way, of_first, open, repeat}) {
    settle(expected);
    next();
  }
}

TEST_F(Queue, AnAcceptedRequestIsAskedForUntilItIsDone) {
  const auto open = add(Change::open, "a");
  ASSERT_EQ(next(), open);
  answer(open, {.kind = Verdict::ask, .request_id = "r1"});
  for (int i = 0; i < 8; ++i) {
    const base::Duration before = now_;
    while (next() == 0) now_ = queue_.due();
    EXPECT_LE(now_ - before, DeliveryQueue::kAskMost);
    answer(open, {.kind = Verdict::pending});
  }
  now_ = queue_.due();
  const auto job = queue_.next(now_);
  ASSERT_TRUE(job);
  EXPECT_EQ(job->request_id, "r1");
  answer(open, {.kind = Verdict::resend});
  now_ = queue_.due();
  EXPECT_EQ(queue_.next(now_)->request_id, "") << "lost: it is sent again";
}

TEST_F(Queue, WhatStaysPendingForTenMinutesCountsAsLost) {
  const auto open = add(Change::open, "a");
  const base::Duration start = now_;
  ASSERT_EQ(next(), open);
  answer(open, {.kind = Verdict::ask, .request_id = "r1"});
  while (true) {
    now_ = queue_.due();
    if (queue_.next(now_)->request_id.empty()) break;
    answer(open, {.kind = Verdict::pending});
  }
  EXPECT_GT(now_ - start, 8min);
  EXPECT_LT(now_ - start, 12min);
}

TEST_F(Queue, AllStepsOfAChangeAreToldBeforeItIsSettled) {
  queue_.add(1, std::make_shared<const AlertChange>(change_of(Change::repeat)), 3);
  for (unsigned step = 0; step < 3; ++step) {
    EXPECT_TRUE(queue_.take_settled().empty());
    const auto job = queue_.next(now_);
    ASSERT_TRUE(job);
    EXPECT_EQ(job->step, step);
    answer(1, {});
  }
  EXPECT_EQ(queue_.take_settled(), std::vector<std::uint64_t>{1});
  EXPECT_EQ(queue_.counts().delivered, 1U);
}

TEST_F(Queue, WhatIsNothingForTheSinkIsSettledAtOnce) {
  queue_.add(7, std::make_shared<const AlertChange>(change_of(Change::note)), 0);
  EXPECT_EQ(queue_.take_settled(), std::vector<std::uint64_t>{7});
  EXPECT_TRUE(queue_.resting());
}

TEST_F(Queue, ALimitOfTheSinkPausesAllOfIt) {
  const auto a = add(Change::open, "a"), b = add(Change::open, "b");
  ASSERT_EQ(next(), a);
  answer(a, {.kind = Verdict::wait, .pause = 90s});
  EXPECT_EQ(next(), 0U);
  EXPECT_GE(queue_.due() - now_, 90s);
  now_ = queue_.due();
  EXPECT_EQ(next(), a) << "still the first";
  EXPECT_EQ(next(), 0U) << "one tries";
  settle(a);
  EXPECT_EQ(next(), b);
}

TEST_F(Queue, ARequestInTroubleDoesNotHoldUpTheOthers) {
  make({.max_in_flight = 1});
  const auto poison = add(Change::open, "poison", "1", Priority::p1);
  std::uint64_t delivered = 0;
  const base::Duration start = now_;
  for (int i = 0; i < 200; ++i) add(Change::open, std::to_string(i));
  while (delivered < 200) {
    const auto number = wait_for_next();
    ASSERT_NE(number, 0U);
    if (number == poison) {
      answer(poison, {.kind = Verdict::retry});
    } else {
      settle(number);
      ++delivered;
    }
  }
  EXPECT_LT(now_ - start, 10s);
}

TEST_F(Queue, ASinkThatAnswersNothingIsTriedByOneRequestAtATimeAndEverMoreSlowly) {
  for (int i = 0; i < 50; ++i) add(Change::open, std::to_string(i));
  answer(next(), {.kind = Verdict::wait});
  const base::Duration end = now_ + 1h;
  int tried = 1;
  while (now_ < end) {
    if (const auto number = next()) {
      ++tried;
      EXPECT_EQ(next(), 0U);
      answer(number, {.kind = tried % 2 == 0 ? Verdict::retry : Verdict::wait});
    }
    ASSERT_NE(queue_.due(), base::Duration::max());
    now_ = std::max(now_ + 1ms, queue_.due());
  }
  EXPECT_GT(tried, 100);
  EXPECT_LT(tried, 300) << "about every 30 s at least";
}

TEST_F(Queue, ARefusedChangeIsOverAndTheNextGoes) {
  const auto open = add(Change::open, "a"), close = add(Change::close, "a");
  ASSERT_EQ(next(), open);
  answer(open, {.kind = Verdict::refused});
  queue_.durable(queue_.take_settled());
  EXPECT_EQ(next(), close);
  EXPECT_EQ(queue_.counts().refused, 1U);
}

TEST_F(Queue, NoMoreRequestsAMinuteThanTheSinkTakes) {
  make({.max_in_flight = 1000, .per_minute = 100});
  for (int i = 0; i < 1000; ++i) add(Change::open, std::to_string(i));
  std::deque<base::Duration> sent;
  while (const auto number = wait_for_next()) {
    settle(number);
    sent.push_back(now_);
    while (now_ - sent.front() >= 1min) sent.pop_front();
    ASSERT_LE(sent.size(), 110U);
  }
  EXPECT_LT(now_ - 1000s, 11min) << "and no fewer either";
}

TEST_F(Queue, TenThousandAlertsMayWaitAndCostNoMoreThanTheirChanges) {
  make({.max_in_flight = 4});
  constexpr int kAlerts = 10'000;
  for (int i = 0; i < kAlerts; ++i) add(Change::open, std::to_string(i));
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < kAlerts; ++i) add(Change::repeat, std::to_string(i));
  EXPECT_EQ(queue_.counts().waiting, 2U * kAlerts) << "one repeat each";
  for (int i = 0; i < kAlerts; ++i) add(Change::close, std::to_string(i));
  EXPECT_EQ(queue_.counts().waiting, 2U * kAlerts) << "and none once it is over";
  while (const auto number = wait_for_next()) settle(number);
  EXPECT_EQ(queue_.counts().delivered, 2U * kAlerts);
}

class Firing : public Queue {
 protected:
  Firing() { make({.resend_every = 1min}); }
};

TEST_F(Firing, WhatIsOpenIsToldAgainUntilItsCloseAndTheCloseForSomeMinutes) {
  const auto open = add(Change::open, "a");
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(wait_for_next(), open);
    answer(open, {});
    EXPECT_EQ(now_, 1000s + i * 1min);
    EXPECT_TRUE(queue_.take_settled().empty());
    EXPECT_TRUE(queue_.resting());
  }
  const auto close = add(Change::close, "a");
  EXPECT_EQ(next(), 0U);
  EXPECT_EQ(queue_.take_settled(), std::vector{open}) << "never to be told again, not even after a crash";
  queue_.durable(std::vector{open});
  const base::Duration closed = now_;
  while (wait_for_next() == close) answer(close, {});
  EXPECT_EQ(now_ - closed, 5min);
  EXPECT_EQ(queue_.take_settled(), std::vector{close});
}

TEST_F(Firing, ARepeatTakesThePlaceOfTheOpen) {
  const auto open = add(Change::open, "a");
  ASSERT_EQ(next(), open);
  answer(open, {});
  const auto repeat = add(Change::repeat, "a");
  ASSERT_EQ(next(), repeat);
  answer(repeat, {});
  EXPECT_EQ(queue_.take_settled(), std::vector{open});
  queue_.durable(std::vector{open});
  EXPECT_EQ(wait_for_next(), repeat);
}

TEST_F(Firing, TheNextEpisodeDoesNotWaitForTheLastClose) {
  const auto open = add(Change::open, "a"), close = add(Change::close, "a"), again = add(Change::open, "a", "2");
  for (const auto expected : {open, close, again}) {
    ASSERT_EQ(next(), expected);
    answer(expected, {});
    queue_.durable(queue_.take_settled());
  }
  EXPECT_EQ(now_, 1000s);
}

}  // namespace
}  // namespace longshore::rules
