#include "rotator/retention/archive_name.hpp"

#include <gtest/gtest.h>

namespace longshore::rotator {
namespace {

const base::Timestamp kMade = *base::parse_rfc3339("2026-11-27T05:49:05Z");

TEST(ArchiveName, WhatIsMadeIsReadBack) {
  for (const char* extension : {"", ".gz", ".zst"}) {
    for (const std::uint64_t sequence : {0U, 1U, 42U}) {
      for (const char* keep : {"", ".log", ".txt"}) {
        const std::string name = make_archive_name("app.log", keep, kMade, sequence, extension);
        const auto read = parse_archive_name(name, "app.log", keep);
        ASSERT_TRUE(read) << name;
        EXPECT_EQ(read->made, kMade) << name;
        EXPECT_TRUE(read->exact);
        EXPECT_EQ(read->sequence, sequence) << name;
        EXPECT_EQ(read->extension, extension) << name;
      }
    }
  }
  EXPECT_EQ(make_archive_name("app.log", "", kMade, 0, ".zst"), "app.log-20261127-054905.zst");
  EXPECT_EQ(make_archive_name("app.log", ".log", kMade, 2, ".gz"), "app-20261127-054905.2.log.gz");
}

TEST(ArchiveName, LogrotatesNamesAreKnownWithEveryCompressor) {
  for (const char* extension : {"", ".gz", ".zst", ".bz2", ".xz", ".Z"}) {
    const auto numbered = parse_archive_name(std::string("app.log.12") + extension, "app.log", "");
    ASSERT_TRUE(numbered) << extension;
    EXPECT_EQ(numbered->number, 12U);
    EXPECT_FALSE(numbered->made);
    const auto daily = parse_archive_name(std::string("app.log-20261127") + extension, "app.log", "");
    ASSERT_TRUE(daily) << extension;
    EXPECT_EQ(daily->made, *base::parse_rfc3339("2026-11-27T00:00:00Z"));
  }
  EXPECT_EQ(parse_archive_name("app.log-2026112705.gz", "app.log", "")->made, *base::parse_rfc3339("2026-11-27T05:00:00Z"));
  EXPECT_EQ(parse_archive_name("app.log-2026-11-27", "app.log", "")->made, *base::parse_rfc3339("2026-11-27T00:00:00Z"));
  EXPECT_EQ(parse_archive_name("app.log-1795758545", "app.log", "")->made, kMade);
  EXPECT_FALSE(parse_archive_name("app.log-99999999", "app.log", "")->made);  // an archive, but its name tells no time
}

TEST(ArchiveName, AZoneInTheNameCounts) {
  const auto made = [](const char* name) { return parse_archive_name(name, "a", "").value_or(ArchiveName{}).made; };
  EXPECT_EQ(made("a-20261127-064905+0100.gz"), kMade);
  EXPECT_EQ(made("a-2026-11-27-031905-0230.1"), kMade);
  EXPECT_EQ(made("a-1795758545+0100"), kMade) << "seconds since 1970 are the same everywhere";
  EXPECT_EQ(made("a-20261127+0100"), *base::parse_rfc3339("2026-11-26T23:00:00Z"));
  EXPECT_EQ(made("a-20261127-0100"), *base::parse_rfc3339("2026-11-27T01:00:00Z")) << "hour and minute, as %H%M has them";
  for (const char* name :
       {"a-20261127+01", "a-20261127+", "a-+0100", "a-20261127+010x", "a-20261127+01000", "a-20261127 0100"})
    EXPECT_FALSE(parse_archive_name(name, "a", "")) << name;
}

TEST(ArchiveName, OtherFilesAreNot) {
  for (const char* name : {"app.log", "app.log.gz", ".app.log-20261127-054905.zst.tmp", "app.log-20261127-054905.zst.tmp",
                           "app.log.1.tmp", "app.log-worker", "app.log-2", "app.log-", "app.log.", "app.log.old",
                           "app.log.1x", "app.logs.1", "app2.log.1", "app.log-20261127.x",
                           "app.log-20261127-054905.zst.rotator", "app.log-20261127-054905.12345678901234567890", "", "x"})
    EXPECT_FALSE(parse_archive_name(name, "app.log", "")) << name;
  EXPECT_FALSE(parse_archive_name("app.log-20261127", "app.log", ".log"));
}

TEST(ArchiveName, ALogThatIsGoneIsKnownByOurForm) {
  EXPECT_EQ(log_of_archive_name("a-b.log-20261127-054905.3.zst", ""), "a-b.log");
  EXPECT_EQ(log_of_archive_name("a-b-20261127-054905.log.gz", ".log"), "a-b.log");
  EXPECT_EQ(log_of_archive_name("a.txt-20261127-054905", ".log"), "a.txt");
  for (const char* name : {"a.log", "a.log-20261127", "a.log-20261127-0549", "-20261127-054905", "a-20261127-054905x", ""})
    EXPECT_FALSE(log_of_archive_name(name, ".log")) << name;
}

TEST(ArchiveName, WhetherANameIsCompressed) {
  EXPECT_TRUE(is_compressed_name("a.zst"));
  EXPECT_FALSE(is_compressed_name("a.log"));
  EXPECT_FALSE(is_compressed_name(".gz"));
}

}  // namespace
}  // namespace longshore::rotator
