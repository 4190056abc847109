// Random operations, kills, power cuts and disk errors, against a model that is a few lines long.
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <random>

#include "shipper/spool/spool_script_for_test.hpp"

namespace longshore::shipper {
namespace {

using test_support::FaultFileSystem;

class RandomRun {
 public:
  explicit RandomRun(std::uint32_t seed) : random_(seed), durability_(static_cast<Durability>(seed % 3)) {
    options_ = script_options(durability_);
    options_.codec = seed % 2 == 0 ? Codec::none : Codec::zstd;
    options_.memory = base::Bytes{random_() % 3000};
    options_.max_size = base::Bytes{12'000};
  }

  void step() {
    if (!spool_) return open();
    switch (random_() % 12) {
      case 0:
      case 1:
      case 2:
      case 3:
        return append();
      case 4:
      case 5:
        return sync();
      case 6:
      case 7:
        return read();
      case 8:
      case 9:
        return advance();
      case 10:
        return disk_.fail_from(disk_.operations() + 1 + random_() % 10, std::array{ENOSPC, EROFS, EIO}[random_() % 3],
                               random_() % 3);
      default:
        if (random_() % 4 == 0) end(random_() % 2 == 0);
    }
  }

 private:
  void open() {
    auto opened = Spool::open(options_, disk_);
    if (!opened) return;  // an error that was asked for; tried again
    spool_ = *std::move(opened);
    disk_.fail_from(0, 0, 0);
    const auto cursor = spool_->open_cursor("sink");
    ASSERT_TRUE(cursor);
    // The model keeps what the spool was allowed to keep: all up to `durable_`, and a whole number of batches behind it.
    const std::vector<SeenEvent> seen = read_all(*spool_, *cursor);
    std::map<std::uint64_t, std::string> kept;
    for (const SeenEvent& event : seen) kept[event.seq] = event.text;
    for (const auto& [seq, text] : kept)
      if (model_.contains(seq)) {
        ASSERT_EQ(text, model_.at(seq));
      }
    for (const auto& [seq, text] : model_)
      if (seq >= *cursor && seq < durable_) {
        ASSERT_TRUE(kept.contains(seq)) << seq;
      }
    if (durability_ != Durability::none || !power_cut_) {
      ASSERT_GE(*cursor, cursor_);
    }
    ASSERT_GE(spool_->stats().next_seq, durable_);
    model_ = kept;
    cursor_ = read_ = *cursor;
    written_ = durable_ = kept.empty() ? *cursor : kept.rbegin()->first + 1;
    reader_ = spool_->reader(*cursor);
  }
  void append() {
    const auto batch = make_batch(texts(fmt::format("batch {}", ++batches_), 1 + static_cast<int>(random_() % 5)),
                                  {{fmt::format("key {}", random_() % 3), std::to_string(batches_)}});
    if (!spool_->append(batch)) return;
    for (std::size_t i = 0; i < batch->events.size(); ++i) {
      const bool is_new = model_.emplace(batch->first_seq + i, batch->text(batch->events[i].message)).second;
      ASSERT_TRUE(is_new) << "number " << batch->first_seq + i << " was given twice";
    }
    written_ = batch->end_seq();
  }
  void sync() {
    if (!spool_->sync()) return;
    if (durability_ != Durability::none) durable_ = written_;
  }
  void read() {
    const auto batch = reader_->next();
    if (!batch || !*batch) return;
    ASSERT_EQ(std::max((*batch)->first_seq, read_), model_.lower_bound(read_)->first);
    for (std::size_t i = 0; i < (*batch)->events.size(); ++i)
      if ((*batch)->first_seq + i >= read_) {
        ASSERT_EQ((*batch)->text((*batch)->events[i].message), model_.at((*batch)->first_seq + i));
      }
    read_ = (*batch)->end_seq();
  }
  void advance() {
    const std::uint64_t to = cursor_ + random_() % (read_ - cursor_ + 1);
    if (spool_->advance_cursor("sink", to)) cursor_ = to;
  }
  void end(bool power_cut) {
    reader_.reset();
    spool_.reset();
    power_cut_ = power_cut;
    if (power_cut) {
      disk_.cut_power(static_cast<std::uint32_t>(random_()));
      if (durability_ == Durability::none) durable_ = cursor_;
    } else {
      disk_.kill_process();
      durable_ = std::max(written_, durable_);
    }
  }

  std::mt19937 random_;
  const Durability durability_;
  SpoolOptions options_;
  FaultFileSystem disk_;
  std::unique_ptr<Spool> spool_;
  std::unique_ptr<SpoolReader> reader_;
  std::map<std::uint64_t, std::string> model_;  // what is, or may be, in the spool, by sequence number
  std::uint64_t written_ = 1, durable_ = 1, cursor_ = 1, read_ = 1;
  int batches_ = 0;
  bool power_cut_ = false;
};

TEST(Model, RandomRunsKeepWhatTheyPromise) {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    RandomRun run(seed);
    for (int i = 0; i < 150; ++i) {
      run.step();
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace longshore::shipper
