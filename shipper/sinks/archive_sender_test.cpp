#include "shipper/sinks/archive_sender.hpp"

#include <gtest/gtest.h>
#include <zstd.h>

#include "shipper/sinks/compress.hpp"
#include "shipper/sinks/file_name.hpp"
#include "shipper/sinks/sink_for_test.hpp"
#include "shipper/sinks/zstd_frames.hpp"

namespace longshore::shipper {
namespace {

constexpr const char* kPath = "logs/syslog_tcp_0.0.0.0_601/2026-11-23T03.log.zst";

// What zstdcat prints: all frames, one after the other.
std::string zstdcat(const std::string& bytes) {
  std::string out;
  ZSTD_DCtx* const context = ZSTD_createDCtx();
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  while (in.pos < in.size) {
    char buffer[4096];
    ZSTD_outBuffer room{buffer, sizeof buffer, 0};
    const std::size_t result = ZSTD_decompressStream(context, &room, &in);
    out.append(buffer, room.pos);
    if (ZSTD_isError(result) != 0) break;
  }
  ZSTD_freeDCtx(context);
  return out;
}

class Archive : public testing::Test {
 protected:
  Payload payload(const std::string& text) const {
    Payload made;
    made.partition = "syslog tcp://0.0.0.0:601";
    made.hour = 1'795'405'332 / 3600;
    made.body = std::make_shared<std::string>(text);
    made.lines = {{static_cast<std::uint32_t>(text.size()), 0}};
    return made;
  }
  Verdict send(ArchiveSender& sender, const std::string& text) {
    Verdict verdict = Verdict::hold;
    const Payload sent = payload(text);
    boost::asio::co_spawn(loop, sender.send(sent), [&](std::exception_ptr, Outcome outcome) { verdict = outcome.verdict; });
    loop.restart();
    loop.run();
    return verdict;
  }
  ArchiveSender make(Compression compress = Compression::zstd) { return ArchiveSender(pool, files, "logs", compress, 3); }

  test_support::FaultFileSystem files;
  boost::asio::io_context loop{1};
  io::BlockingPool pool{1};
};

TEST_F(Archive, PayloadsBecomeFramesOfOneFileBySourceAndHour) {
  ArchiveSender sender = make();
  EXPECT_EQ(send(sender, "one\n"), Verdict::delivered);
  EXPECT_EQ(send(sender, "two\n"), Verdict::delivered);
  EXPECT_EQ(zstdcat(files.content(kPath)), "one\ntwo\n");
}

TEST_F(Archive, WhatCountsAsDeliveredSurvivesAPowerCut) {
  ArchiveSender sender = make();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(send(sender, "line\n"), Verdict::delivered);
    files.cut_power(0);
  }
  EXPECT_EQ(zstdcat(files.content(kPath)), "line\nline\nline\nline\nline\n");
}

TEST_F(Archive, ATornFrameIsCutOffWhereverItWasTorn) {
  const std::string first = zstd_frame("first\n", 3).value();
  const std::string second = zstd_frame("second second second\n", 3).value();
  for (std::size_t kept = 0; kept < second.size(); ++kept) {
    files.set_content(kPath, first + second.substr(0, kept));
    ArchiveSender sender = make();
    ASSERT_EQ(send(sender, "third\n"), Verdict::delivered);
    ASSERT_EQ(zstdcat(files.content(kPath)), "first\nthird\n") << kept;
  }
}

TEST_F(Archive, AFrameOfTheRightSizeButWithoutItsBytesIsCutOff) {
  const std::string first = zstd_frame("first\n", 3).value();
  std::string second = zstd_frame(std::string(5000, 'x') + "yz\n", 3).value();
  second.back() = static_cast<char>(second.back() ^ 1);
  files.set_content(kPath, first + second);
  ArchiveSender sender = make();
  ASSERT_EQ(send(sender, "third\n"), Verdict::delivered);
  EXPECT_EQ(zstdcat(files.content(kPath)), "first\nthird\n");
}

TEST_F(Archive, AFullDiskIsRetriedAndLeavesNoTornFrame) {
  ArchiveSender sender = make();
  EXPECT_EQ(send(sender, "one\n"), Verdict::delivered);
  files.fail_matching(std::string("write ") + kPath, ENOSPC, 1);
  EXPECT_EQ(send(sender, "two\n"), Verdict::retry);
  EXPECT_EQ(send(sender, "two\n"), Verdict::delivered);
  EXPECT_EQ(zstdcat(files.content(kPath)), "one\ntwo\n");
}

TEST_F(Archive, AFileThatSomebodyRemovedIsMadeAnew) {
  ArchiveSender sender = make();
  EXPECT_EQ(send(sender, "one\n"), Verdict::delivered);
  ASSERT_TRUE(files.unlink(kPath));
  EXPECT_EQ(send(sender, "two\n"), Verdict::delivered);
  EXPECT_EQ(zstdcat(files.content(kPath)), "two\n");
}

TEST_F(Archive, WithoutCompressionATornLineIsCutOff) {
  const std::string path = "logs/syslog_tcp_0.0.0.0_601/2026-11-23T03.log";
  files.set_content(path, "whole\ntor");
  ArchiveSender sender = make(Compression::none);
  EXPECT_EQ(send(sender, "next\n"), Verdict::delivered);
  EXPECT_EQ(files.content(path), "whole\nnext\n");
}

TEST_F(Archive, LargeFramesAndForeignFilesAreMeasuredRight) {
  std::string text;
  for (int i = 0; text.size() < 600'000; ++i) text += std::to_string(i * 7919) + "\n";
  const std::string frame = zstd_frame(text, 3).value(), constant = zstd_frame(std::string(300'000, 'a'), 3).value();
  files.set_content("f", frame + constant + frame);
  const auto file = files.open("f", base::OpenMode::read).value();
  EXPECT_EQ(whole_zstd_frames(*file, 2 * frame.size() + constant.size()).value(), 2 * frame.size() + constant.size());
  EXPECT_EQ(whole_zstd_frames(*file, 2 * frame.size() + constant.size() - 1).value(), frame.size() + constant.size());
  files.set_content("g", "this is not zstd at all");
  EXPECT_EQ(whole_zstd_frames(*files.open("g", base::OpenMode::read).value(), 23).value(), 0U);
}

TEST(FileName, IsAlwaysOneHarmlessComponent) {
  EXPECT_EQ(file_name_of("syslog tcp://[::]:601"), "syslog_tcp_601");
  EXPECT_EQ(file_name_of(".."), "_.");
  EXPECT_EQ(file_name_of(""), "_");
  EXPECT_EQ(file_name_of("a/b\0c"), "a_b");
  EXPECT_LE(file_name_of(std::string(500, 'x')).size(), 100U);
}

}  // namespace
}  // namespace longshore::shipper
