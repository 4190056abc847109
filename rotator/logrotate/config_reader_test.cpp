#include "rotator/logrotate/config_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rotator/logrotate/outside_for_test.hpp"

namespace longshore::rotator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ConfigReaderTest : public ::testing::Test {
 protected:
  Configuration read(const std::string& text) {
    outside_.file("c", text);
    return read_configuration({"c"}, outside_, messages_);
  }
  // The policy of the one block with these directives.
  Policy policy(const std::string& directives) {
    const Configuration configuration = read("/a {\n" + directives + "\n}\n");
    EXPECT_FALSE(configuration.failed) << directives;
    EXPECT_EQ(configuration.blocks.size(), 1U) << directives;
    return configuration.blocks.empty() ? Policy{} : configuration.blocks.front().policy;
  }
  // The one error that the directives cause.
  std::string error(const std::string& directives) {
    messages_.errors.clear();
    const Configuration configuration = read("/a {\n" + directives + "\n}\n/b {\n}\n");
    EXPECT_TRUE(configuration.failed) << directives;
    EXPECT_EQ(configuration.blocks.size(), 1U) << directives;  // of /b
    return messages_.errors.empty() ? "" : messages_.errors.front();
  }

  OutsideForTest outside_;
  MessagesForTest messages_;
};

TEST_F(ConfigReaderTest, SaysNothingOfWhatIsNotSaid) {
  const Policy said_nothing = policy("");
  EXPECT_EQ(said_nothing.criterion, Criterion::size);
  EXPECT_EQ(said_nothing.size, 1U << 20);
  EXPECT_EQ(said_nothing.rotate, 0);
  EXPECT_TRUE(said_nothing.if_empty);
  EXPECT_FALSE(said_nothing.create);
  EXPECT_EQ(said_nothing.start, 1U);
}

TEST_F(ConfigReaderTest, ReadsValuesWithBlanksAnEqualSignOrBoth) {
  EXPECT_EQ(policy("rotate 5").rotate, 5);
  EXPECT_EQ(policy("rotate=5").rotate, 5);
  EXPECT_EQ(policy("rotate = -1").rotate, -1);
  EXPECT_EQ(policy("rotate 0x10  ").rotate, 16);
  EXPECT_EQ(policy("size 3k").size, 3U << 10);
  EXPECT_EQ(policy("size=2G").size, 2ULL << 30);
  EXPECT_EQ(policy("maxage 7\nminage 2").max_age_days, 7);
}

TEST_F(ConfigReaderTest, SeveralWordsMayStandOnOneLine) {
  const Policy several = policy("daily compress delaycompress missingok rotate 3");
  EXPECT_EQ(several.criterion, Criterion::daily);
  EXPECT_TRUE(several.compress && several.delay_compress && several.missing_ok);
  EXPECT_EQ(several.rotate, 3);
}

TEST_F(ConfigReaderTest, ABlockMayBeOneLine) {
  const Configuration configuration = read("/a { daily }\n~/log/*.log {}\n");
  EXPECT_FALSE(configuration.failed);
  EXPECT_EQ(configuration.blocks.size(), 2U);
}

TEST_F(ConfigReaderTest, TheLastCriterionCountsAndIsNoted) {
  EXPECT_EQ(policy("size 5k\ndaily").criterion, Criterion::daily);
  EXPECT_TRUE(messages_.told("note: 'daily' overrides previously specified 'size'"));
}

TEST_F(ConfigReaderTest, WeeklyAndMonthlyMayNameADay) {
  EXPECT_EQ(policy("weekly").weekday, 0U);
  EXPECT_EQ(policy("weekly 7").weekday, 7U);
  EXPECT_EQ(policy("monthly 15").month_day, 15U);
  EXPECT_EQ(error("weekly 8"), "c:2 bad weekly directive '8'");
}

TEST_F(ConfigReaderTest, CreateTakesModeOwnerAndGroupOrPartOfThem) {
  EXPECT_EQ(policy("create 0640 app root").create->mode, 0640U);
  EXPECT_EQ(policy("create 0640 app root").create->uid, 7U);
  EXPECT_EQ(policy("create app root").create->gid, 0U);
  EXPECT_FALSE(policy("create app").create->mode);
  EXPECT_FALSE(policy("create\nnocreate").create);
  EXPECT_EQ(error("create 0640 nobody"),
            "c:2 unknown user 'nobody': not in /etc/passwd or /etc/group, where alone it is looked for; write its number");
  EXPECT_EQ(error("create 0640 app root x"), "c:2 extra arguments for create");
  EXPECT_EQ(policy("su app root").su->uid, 7U);
  EXPECT_EQ(error("su app"), "c:2 no group for su");
}

TEST_F(ConfigReaderTest, CopytruncateAndRenamecopyExcludeEachOther) {
  EXPECT_FALSE(policy("copytruncate\nrenamecopy").copytruncate);
  EXPECT_FALSE(policy("renamecopy\ncopytruncate").renamecopy);
  EXPECT_EQ(policy("inplace punch").in_place, InPlaceMode::punch);
  EXPECT_TRUE(policy("inplace").copytruncate);
}

TEST_F(ConfigReaderTest, ACompressorBringsItsExtension) {
  EXPECT_EQ(policy("compresscmd /usr/bin/zstd").compress_extension, ".zst");
  EXPECT_EQ(policy("compresscmd ./own").compress_extension, ".gz");
  EXPECT_EQ(policy("compresscmd xz\ncompressext .x").compress_extension, ".x");
  EXPECT_THAT(*policy("compressoptions -9 \"a b\"").compress_options, ElementsAre("-9", "a b"));
}

TEST_F(ConfigReaderTest, WhatIsOursIsReadBesideIt) {
  const Policy ours =
      policy("maxtotalsize 5G\nkeepfree 10%\nkeepmin 2\nseconds 30\nsignal label:app=web USR1\ncall http://x/reopen");
  EXPECT_EQ(ours.max_total_size, 5ULL << 30);
  EXPECT_EQ(ours.keep_free_percent, 10.0);
  EXPECT_EQ(ours.keep_min, 2);
  EXPECT_EQ(ours.criterion, Criterion::interval);
  EXPECT_EQ(ours.interval, std::chrono::seconds(30));
  EXPECT_EQ(ours.signals.front().container, "label:app=web");
  EXPECT_EQ(ours.calls.front().url, "http://x/reopen");
  EXPECT_EQ(error("call https://x/reopen"),
            "c:2 call 'https://x/reopen': only http:// is spoken, without TLS: let the writer listen on loopback");
}

TEST_F(ConfigReaderTest, ScriptsAreTextUpToEndscript) {
  const Policy scripts = policy("postrotate\n  kill -HUP 1 }\n  echo endscript\nendscript\nprerotate\nendscript\nrotate 2");
  EXPECT_EQ(*scripts.post_rotate, "\n  kill -HUP 1 }\n  echo endscript\n");
  EXPECT_EQ(*scripts.pre_rotate, "\n");
  EXPECT_FALSE(scripts.first_action);
  EXPECT_EQ(scripts.rotate, 2);
  read("/a {\npostrotate\n kill\n}\n");
  EXPECT_EQ(messages_.errors.front(), "c:prerotate, postrotate or preremove without endscript");
}

TEST_F(ConfigReaderTest, PatternsMayBeQuotedAndStandOnSeveralLines) {
  const Configuration configuration = read("\"/a b\" '/c\"d'\n  # not this /x\n /e\\ f\n{\n}\n");
  ASSERT_EQ(configuration.blocks.size(), 1U);
  EXPECT_THAT(configuration.blocks[0].files, ElementsAre("/a b", "/c\"d", "/e f"));
  EXPECT_EQ(configuration.blocks[0].line, 1U);
}

TEST_F(ConfigReaderTest, GlobalDirectivesHoldForLaterBlocks) {
  const Configuration configuration = read("/a {\n}\nrotate 4\ncompress\n/b {\n nocompress\n}\n/c {\n}\n");
  ASSERT_EQ(configuration.blocks.size(), 3U);
  EXPECT_EQ(configuration.blocks[0].policy.rotate, 0);
  EXPECT_EQ(configuration.blocks[1].policy.rotate, 4);
  EXPECT_FALSE(configuration.blocks[1].policy.compress);
  EXPECT_TRUE(configuration.blocks[2].policy.compress);
}

TEST_F(ConfigReaderTest, AnErrorCostsItsBlockAlone) {
  EXPECT_EQ(error("size 10m"), "c:2 unknown unit 'm'");
  EXPECT_EQ(error("size x1"), "c:2 bad size 'x1'");
  EXPECT_EQ(error("rotate 1 # comment"), "c:2 bad rotation count '1 # comment'");
  EXPECT_EQ(error("rotate"), "c:2 argument expected after rotate count");
  EXPECT_EQ(error("olddir /a b"), "c:2 bad olddir path /a b");
  EXPECT_EQ(error("tabooext .x"), "c:2 tabooext may not appear inside of log file definition");
  EXPECT_EQ(error("compress;"), "c:2 keyword 'compress' not properly separated, found 0x3b");
  EXPECT_EQ(error("size 10m\npostrotate\n}\nendscript\nrotate 3"), "c:2 unknown unit 'm'");
  EXPECT_EQ(error("/x"), "c:2 unexpected log filename");
}

TEST_F(ConfigReaderTest, UnknownDirectivesCostTheirLineAlone) {
  EXPECT_EQ(policy("frobnicate daily\nrotate 3").rotate, 3);
  EXPECT_EQ(messages_.errors.front(), "c:2 unknown option 'frobnicate' -- ignoring line");
}

TEST_F(ConfigReaderTest, BracesMustPair) {
  read("/a\n");
  EXPECT_EQ(messages_.errors.back(), "c:2 missing '{' after log files definition");
  read("/a }\n");
  EXPECT_EQ(messages_.errors.back(), "c:1 unexpected } (missing previous '{')");
  read("}\n");
  EXPECT_EQ(messages_.errors.back(), "c:1 unexpected }");
  read("/a {\n} daily\n/b {\n}\n");
  EXPECT_EQ(messages_.errors.back(), "c:2, unexpected text after }");
}

TEST_F(ConfigReaderTest, APathBelongsToTheBlockThatHasItFirst) {
  outside_.matching["/logs/*"] = {"/logs/a", "/logs/b", "/logs/c"};
  const Configuration configuration = read("/logs/b {\n}\n/logs/* {\n}\n");
  EXPECT_TRUE(configuration.failed);
  EXPECT_TRUE(messages_.told("c:3 duplicate log entry for /logs/b"));
  EXPECT_THAT(configuration.blocks[1].files, ElementsAre("/logs/a", "/logs/c"));
  messages_.errors.clear();
  EXPECT_FALSE(read("/logs/b {\n}\n/logs/* {\n ignoreduplicates\n}\n").failed);
  EXPECT_THAT(messages_.errors, IsEmpty());
}

TEST_F(ConfigReaderTest, APatternThatCannotBeReadIsAnErrorUnlessMissingOk) {
  EXPECT_TRUE(read("/forbidden {\n}\n").failed);
  EXPECT_EQ(messages_.errors.front(), "c:1 glob failed for /forbidden: Permission denied");
  EXPECT_FALSE(read("/forbidden {\n missingok\n}\n").failed);
}

TEST_F(ConfigReaderTest, IncludesAreReadInPlace) {
  outside_.folder("/d", {"one", "two.bak", "sub"}).file("/d/one", "rotate 9\n/one {\n}\n").file("/d/sub", "include more\n");
  outside_.file("/d/more", "/more {\n}\n");
  const Configuration configuration = read("rotate 1\ninclude /d\n/a {\n}\n");
  EXPECT_FALSE(configuration.failed);
  ASSERT_EQ(configuration.blocks.size(), 3U);
  EXPECT_EQ(configuration.blocks[0].files.front(), "/one");
  EXPECT_EQ(configuration.blocks[1].files.front(), "/more");
  EXPECT_EQ(configuration.blocks[2].policy.rotate, 9);
  EXPECT_TRUE(messages_.told("reading config file one"));
}

TEST_F(ConfigReaderTest, ABadIncludeChangesNothingOutsideOfIt) {
  outside_.file("/bad", "rotate 9\nsize x\n");
  const Configuration configuration = read("include /bad\n/a {\n}\n");
  EXPECT_TRUE(configuration.failed);
  ASSERT_EQ(configuration.blocks.size(), 1U);
  EXPECT_EQ(configuration.blocks[0].policy.rotate, 0);
}

TEST_F(ConfigReaderTest, IncludesOfThemselvesEnd) {
  EXPECT_TRUE(read("include c\n/a {\n}\n").failed);
  EXPECT_THAT(messages_.errors, ElementsAre("c includes itself"));
  for (int i = 0; i < 20; ++i) outside_.file("/" + std::to_string(i), "include /" + std::to_string(i + 1) + "\n");
  EXPECT_TRUE(read("include /0\n").failed);
  EXPECT_EQ(messages_.errors.back(), "/15:1 include nesting too deep");
}

TEST_F(ConfigReaderTest, WhatIsDistrustedIsNotRead) {
  outside_.file("c", "/a {\n}\n").sources["c"].distrusted = "it is writable by group or others";
  const Configuration configuration = read_configuration({"c"}, outside_, messages_);
  EXPECT_TRUE(configuration.failed);
  EXPECT_THAT(configuration.blocks, IsEmpty());
  EXPECT_EQ(messages_.errors.front(), "Ignoring c because it is writable by group or others.");
}

}  // namespace
}  // namespace longshore::rotator
