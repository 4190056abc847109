#include "shipper/commands/spool_table.hpp"

#include <gtest/gtest.h>

namespace longshore::shipper {
namespace {

constexpr base::Timestamp kTime{1'795'405'332'000'000'000};  // 2026-11-23T03:42:12Z

TEST(SpoolTable, ShowsSegmentsSinksAndTotals) {
  const SpoolSummary summary{
      .segments = {{{7, 100}, 2048, 50, 150, kTime, kTime, false}, {{12, 150}, 1024, 0, 150, {}, {}, true}},
      .cursors = {{"archive", false, 150, 0, {}}, {"loggly", false, 120, 30, kTime}, {.sink = "x.cursor", .damaged = true}},
      .next_seq = 150,
      .checkpoints = 3,
      .quarantined_bytes = 4096};
  EXPECT_EQ(spool_table(summary),
            "SEGMENT  SEQUENCE  EVENTS  SIZE      FIRST                 LAST                  STATE\n"
            "7        100..149  50      2.00 KiB  2026-11-23T03:42:12Z  2026-11-23T03:42:12Z  sealed\n"
            "12       -         0       1.00 KiB  -                     -                     active\n"
            "\n"
            "SINK      NEXT     BEHIND                            WAITING SINCE\n"
            "archive   150      0 events                          -\n"
            "loggly    120      30 events                         2026-11-23T03:42:12Z\n"
            "x.cursor  damaged  starts again at the oldest event  -\n"
            "\n"
            "2 segments, 50 events, 3.00 KiB; next sequence number 150, 3 checkpoints of sources, 4.00 KiB in quarantine\n");
}

TEST(SpoolTable, AnEmptySpoolHasNoRows) {
  EXPECT_EQ(spool_table({.next_seq = 1}),
            "SEGMENT  SEQUENCE  EVENTS  SIZE  FIRST  LAST  STATE\n"
            "\n"
            "0 segments, 0 events, 0 B; next sequence number 1, 0 checkpoints of sources\n");
}

}  // namespace
}  // namespace longshore::shipper
