// A fixed run of a spool, of which a test breaks off or disturbs every single file operation, and the book that is kept
// about what was promised until then.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "shipper/spool/spool_for_test.hpp"

namespace longshore::shipper {

struct Ledger {
  std::map<std::uint64_t, std::string> appended;      // what append() took, by sequence number
  std::map<int, std::uint64_t> end_of_round;          // the checkpoint "file" = round covers the events before this number
  std::uint64_t synced_end = 1;                       // what sync() promised
  int synced_round = -1;                              // newest checkpoint that sync() promised
  std::uint64_t seen_end = 1;                         // what a reader has handed out
  std::map<std::string, std::uint64_t> cursor;        // what advance_cursor() promised
  std::map<std::string, std::uint64_t> cursor_asked;  // what it was last asked for
};

inline SpoolOptions script_options(Durability durability) {
  SpoolOptions options = options_for_test(durability);
  options.segment_size = base::Bytes{1500};
  options.memory = base::Bytes{1};  // readers have to go to the disk
  return options;
}

// One call of a spool as a program would make it; `patience` is how often it is tried again after an error.
template <class Call>
bool tried(int patience, Call call) {
  for (; patience >= 0; --patience)
    if (call()) return true;
  return false;
}

// Two sinks, several segments, groups of two batches. Ends at the first call that fails too often; true if none did.
inline bool run_script(Spool& spool, Ledger& ledger, int first_round, int rounds, int patience) {
  for (const char* sink : {"a", "b"})
    if (!tried(patience, [&] { return spool.open_cursor(sink).has_value(); })) return false;
  const auto reader = spool.reader(ledger.seen_end);
  for (int round = first_round; round < first_round + rounds; ++round) {
    for (int half = 0; half < 2; ++half) {
      const std::vector<std::string> list = texts(fmt::format("round {} half {}", round, half), 3);
      std::vector<Checkpoint> checkpoints;
      if (half == 1) checkpoints.push_back({"file", std::to_string(round)});
      const auto batch = make_batch(list, checkpoints);
      if (!tried(patience, [&] { return spool.append(batch).has_value(); })) return false;
      for (std::size_t i = 0; i < list.size(); ++i) ledger.appended[batch->first_seq + i] = list[i];
      if (half == 1) ledger.end_of_round[round] = batch->end_seq();
    }
    if (!tried(patience, [&] { return spool.sync().has_value(); })) return false;
    ledger.synced_end = ledger.end_of_round[round];
    ledger.synced_round = round;
    bool more = true;
    while (more)
      if (!tried(patience, [&] {
            const auto batch = reader->next();
            more = batch && *batch;
            if (more) ledger.seen_end = std::max(ledger.seen_end, (*batch)->end_seq());
            return batch.has_value();
          }))
        return false;
    for (const auto& [sink, lag] : std::map<std::string, std::uint64_t>{{"a", 0}, {"b", 8}}) {
      const std::uint64_t seq = ledger.seen_end > lag ? ledger.seen_end - lag : 1;
      ledger.cursor_asked[sink] = seq;
      if (!tried(patience, [&] { return spool.advance_cursor(sink, seq).has_value(); })) return false;
      ledger.cursor[sink] = seq;
    }
  }
  return true;
}

// What must hold when the spool is open again, whatever happened: nothing invented, nothing twice, order kept, no number
// given twice. `kept_end`: all events before it must be there, if a cursor still needs them.
inline void expect_kept(Spool& spool, const Ledger& ledger, std::uint64_t kept_end, int kept_round) {
  const std::vector<SeenEvent> seen = read_all(spool);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const auto known = ledger.appended.find(seen[i].seq);
    // A block whose append was cut short may have been whole all the same; its events follow those that were taken.
    if (known != ledger.appended.end()) {
      ASSERT_EQ(seen[i].text, known->second);
    } else {
      ASSERT_TRUE(seen[i].text.starts_with("round "));
      ASSERT_TRUE(ledger.appended.empty() || seen[i].seq > ledger.appended.rbegin()->first);
    }
    if (i > 0) {
      ASSERT_LT(seen[i - 1].seq, seen[i].seq);
    }
  }
  std::uint64_t needed = kept_end;
  for (const char* sink : {"a", "b"}) {
    const auto at = spool.open_cursor(sink);
    ASSERT_TRUE(at);
    const auto promised = ledger.cursor.find(sink);
    const auto asked = ledger.cursor_asked.find(sink);
    if (promised != ledger.cursor.end()) {
      ASSERT_GE(*at, promised->second);
    }
    if (asked != ledger.cursor_asked.end()) {
      ASSERT_LE(*at, std::max(asked->second, spool.stats().first_seq));
    }
    needed = std::min(needed, *at);
  }
  for (const auto& [seq, text] : ledger.appended)
    if (seq >= needed && seq < kept_end) {
      ASSERT_TRUE(std::ranges::binary_search(seen, seq, {}, &SeenEvent::seq)) << "event " << seq << " is gone";
    }
  ASSERT_GE(spool.stats().next_seq, std::max({kept_end, needed}));
  const auto checkpoints = spool.checkpoints();
  const auto checkpoint = checkpoints.find("file");
  const int round = checkpoint == checkpoints.end() ? -1 : std::stoi(checkpoint->second);
  ASSERT_GE(round, kept_round);
}

}  // namespace longshore::shipper
