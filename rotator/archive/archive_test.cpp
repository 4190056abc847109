#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <vector>

#include "common/base/crc32c.hpp"
#include "rotator/archive/archive_for_test.hpp"
#include "rotator/archive/archive_writer.hpp"
#include "rotator/archive/index_file.hpp"
#include "rotator/archive/text_stream.hpp"

namespace longshore::rotator {
namespace {

using base::Code;

class Archive : public ::testing::TestWithParam<Codec> {
 protected:
  TemporaryFolder folder_;
  const std::string path_ = folder_ / "log.archive";
};
INSTANTIATE_TEST_SUITE_P(Codecs, Archive, ::testing::Values(Codec::zstd, Codec::gzip),
                         [](const auto& codec) { return codec.param == Codec::zstd ? "zstd" : "gzip"; });

std::string text_of(int fd, Codec codec) {
  auto stream = open_text(fd, codec);
  std::string text;
  for (std::string piece(100'000, '\0');;) {
    const auto got = (*stream)->read(piece);
    EXPECT_TRUE(got.has_value()) << (got ? "" : got.error().message);
    if (!got || *got == 0) return text;
    text.append(piece, 0, *got);
  }
}

TEST_P(Archive, IsReadByOthersAndByItsIndex) {
  for (const std::size_t size : {0U, 1U, 1000U, 1U << 20, (1U << 20) + 1, 5U << 20}) {
    std::string log = test_log(size);
    log.resize(size);
    const Index written = write_test_archive(path_, log, GetParam());
    EXPECT_EQ(decompressed_by_others(path_, GetParam()), log);
    const auto fd = open_test_file(path_);
    const auto source = open_test_file(path_ + ".source");
    EXPECT_EQ(text_of(fd.get(), GetParam()), log);
    const auto facts = look_at_archive(fd.get());
    ASSERT_TRUE(facts && facts->index && !facts->damage);
    EXPECT_EQ(facts->codec, GetParam());
    EXPECT_EQ(facts->index->frames, written.frames);
    EXPECT_EQ(facts->index->text_size(), size);
    EXPECT_EQ(facts->index->lines(), static_cast<std::size_t>(std::ranges::count(log, '\n')));
    ArchiveReader reader;
    std::string by_frames;
    for (const FrameInfo& frame : facts->index->frames) {
      const auto text = reader.read(fd.get(), GetParam(), frame);
      ASSERT_TRUE(text) << text.error().message;
      EXPECT_TRUE(frame.text_offset + frame.text_size == size || text->ends_with('\n'));
      by_frames += *text;
    }
    EXPECT_EQ(by_frames, log);
    const auto verified = verify_archive(fd.get(), source.get(), {0, log.size()}, GetParam());
    EXPECT_TRUE(verified) << verified.error().message;
    EXPECT_EQ(::ftruncate(fd.get(), 0), 0);
  }
}

TEST_P(Archive, FramesTellOfTheirLines) {
  const std::string log = test_log(3 << 20, 4);
  const Index index = write_test_archive(path_, log, GetParam());
  ASSERT_EQ(index.frames.size(), 4U);
  LineClock clock(kTestNow);
  for (const FrameInfo& frame : index.frames) {
    std::uint64_t lines = 0;
    LineTimes times;
    std::string_view text = std::string_view(log).substr(frame.text_offset, frame.text_size);
    for (; !text.empty(); ++lines) {
      const std::size_t end = text.find('\n');
      if (const auto time = clock.seconds(text.substr(0, end))) {
        times = {true,
                 times.leads,
                 false,
                 times.any ? std::min(times.earliest, *time) : *time,
                 times.any ? std::max(times.latest, *time) : *time,
                 *time};
      } else if (lines == 0) {
        times.leads = true;
      }
      text.remove_prefix(end + 1);
    }
    EXPECT_EQ(frame.lines, lines);
    EXPECT_EQ(frame.times, times);
  }
}

template <class T>
T number_at(std::string_view bytes, std::size_t at) {
  T value{};
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

TEST_P(Archive, HasTheBytesThatAreDocumented) {
  const std::string log = "@1795700000 no time\n2026-11-27T05:49:05Z a\n2026-11-27T05:49:04Z b\n";
  const Index index = write_test_archive(path_, log, GetParam());
  const std::string file = read_test_file(path_);
  const std::size_t size = index.frames[0].size;
  std::string bytes;
  if (GetParam() == Codec::zstd) {
    EXPECT_EQ(number_at<std::uint32_t>(file, size), 0x184D2A5AU);
    EXPECT_EQ(number_at<std::uint32_t>(file, size + 4), 112U);
    bytes = file.substr(size + 8, 112);
    const std::string_view table = std::string_view(file).substr(size + 8 + 112);
    ASSERT_EQ(table.size(), 8U + 12 + 9);
    EXPECT_EQ(number_at<std::uint32_t>(table, 0), 0x184D2A5EU);
    EXPECT_EQ(number_at<std::uint32_t>(table, 4), 21U);
    EXPECT_EQ(number_at<std::uint32_t>(table, 8), size);
    EXPECT_EQ(number_at<std::uint32_t>(table, 12), log.size());
    EXPECT_EQ(number_at<std::uint32_t>(table, 16), number_at<std::uint32_t>(file, size - 4));  // the frame's own checksum
    EXPECT_EQ(number_at<std::uint32_t>(table, 20), 1U);
    EXPECT_EQ(table.substr(24), "\x80\xB1\xEA\x92\x8F");
  } else {
    ASSERT_EQ(file.size(), size + 26 + 96 + 42);
    const std::string header("\x1F\x8B\x08\x04\0\0\0\0\0\xFF", 10), body("\x03\0\0\0\0\0\0\0\0\0", 10);
    EXPECT_EQ(file.substr(size, 16), header + std::string("\x64\0LR\x60\0", 6));
    EXPECT_EQ(file.substr(size + 16 + 96, 26), body + header + std::string("\x14\0LR\x10\0", 6));
    EXPECT_TRUE(file.ends_with(body));
    bytes = file.substr(size + 16, 96) + file.substr(size + 16 + 96 + 26, 16);
  }
  EXPECT_EQ(bytes.substr(0, 6), std::string("LRix\x01\0", 6));
  EXPECT_EQ(number_at<std::uint16_t>(bytes, 6), GetParam() == Codec::gzip ? 1 : 2);
  const std::uint64_t numbers[] = {1, size, log.size(), 3, static_cast<std::uint64_t>(kTestNow.ns / 1'000'000'000)};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(number_at<std::uint64_t>(bytes, 8 + 8 * i), numbers[i]) << i;
  EXPECT_EQ(number_at<std::uint32_t>(bytes, 48), size);
  EXPECT_EQ(number_at<std::uint32_t>(bytes, 52), log.size());
  EXPECT_EQ(number_at<std::uint32_t>(bytes, 56), 3U);
  EXPECT_EQ(number_at<std::uint32_t>(bytes, 60), base::crc32c(log));
  const std::int64_t times[] = {1'795'758'544, 1'795'758'545, 1'795'758'544};
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(number_at<std::int64_t>(bytes, 64 + 8 * i), times[i]) << i;
  EXPECT_EQ(number_at<std::uint64_t>(bytes, 88), 3U);  // flags 1 and 2
  EXPECT_EQ(number_at<std::uint64_t>(bytes, 96), 112U);
  EXPECT_EQ(number_at<std::uint32_t>(bytes, 104), base::crc32c(std::string_view(bytes).substr(0, 104)));
  EXPECT_EQ(bytes.substr(108), "LRix");
}

TEST_P(Archive, ALineThatIsLongerThanAFrameIsCutAndMarked) {
  const std::string log = "short\n" + std::string(5 << 19, 'x') + "\nshort\n" + test_log(1 << 20);
  const Index index = write_test_archive(path_, log, GetParam());
  EXPECT_EQ(decompressed_by_others(path_, GetParam()), log);
  std::string broken;
  for (const FrameInfo& frame : index.frames) broken += frame.times.broken ? 'y' : 'n';
  EXPECT_EQ(broken, "nyyyn");
  EXPECT_EQ(index.frames[0].text_size, 6U);
}

TEST_P(Archive, GoesOnBehindWhatWasThereWhenItWasTorn) {
  const std::string log = test_log(40'000);
  std::string whole;
  for (std::size_t kept : {0U, 1U, 3U, 6U}) {
    std::vector<std::size_t> ends;
    {
      const auto fd = open_test_file(path_);
      ArchiveWriter writer(fd.get(), {GetParam(), 0}, kTestNow);
      for (std::size_t at = 0; at < log.size(); at += 6000) {
        ASSERT_TRUE(writer.write_frame(log.substr(at, 6000)));
        ends.push_back(writer.size());
      }
      ASSERT_TRUE(writer.finish());
      if (whole.empty()) whole = read_test_file(path_);
      ASSERT_EQ(::ftruncate(fd.get(), static_cast<off_t>(kept == 0 ? 7 : ends[kept - 1] + 7)), 0);  // and a torn frame
    }
    const auto fd = open_test_file(path_);
    auto found = find_frames(fd.get(), GetParam(), LineClock(kTestNow));
    ASSERT_TRUE(found);
    ASSERT_EQ(found->frames.size(), kept);
    ArchiveWriter writer(fd.get(), {GetParam(), 0}, kTestNow);
    writer.go_on_behind(std::move(*found));
    for (std::size_t at = kept * 6000; at < log.size(); at += 6000) ASSERT_TRUE(writer.write_frame(log.substr(at, 6000)));
    ASSERT_TRUE(writer.finish());
    EXPECT_TRUE(read_test_file(path_) == whole) << kept;  // to the byte as if nothing had happened
  }
}

TEST_P(Archive, AFrameThatCouldNotBeWrittenCanBeTriedAgain) {
  const std::string log = test_log(3 << 20);
  const auto fd = open_test_file(path_);
  ArchiveWriter writer(fd.get(), {GetParam(), 1}, kTestNow);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_NE(::signal(SIGXFSZ, SIG_IGN), SIG_ERR);
  const rlimit small{50'000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto failed = writer.write_frame(log);
  const auto size = writer.size();
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_FALSE(failed);
  EXPECT_EQ(size, 0U);
  for (std::size_t at = 0; at < log.size(); at = writer.text_size()) ASSERT_TRUE(writer.write_frame(log.substr(at)));
  ASSERT_TRUE(writer.finish());
  EXPECT_EQ(decompressed_by_others(path_, GetParam()), log);
  EXPECT_TRUE(look_at_archive(fd.get())->index.has_value());
}

// docs/decisions/0012: level 3 is set up for logs. What has many short matches, as random words have, may grow a little.
TEST(ArchiveOfZstd, IsAboutAsSmallAsWhatZstdMakesAtTheSameLevel) {
  const TemporaryFolder folder;
  std::mt19937_64 random(1);
  std::string json;
  for (std::int64_t line = 0; json.size() < 8 << 20; ++line)
    json += R"({"time":")" + base::format_rfc3339({(1'795'700'000'000 + line * 7) * 1'000'000}, 3) +
            R"(","level":"info","trace_id":")" + std::to_string(random()) + R"(","msg":"handled /api/v1/orders/)" +
            std::to_string(random() % 900) + R"(","status":200,"duration_ms":)" + std::to_string(random() % 2000) + "}\n";
  const auto growth = [&](const std::string& log) {
    const Index index = write_test_archive(folder / "log.zst", log, Codec::zstd);
    const CommandResult zstd = run_command("zstd -3 -qc '" + folder.path() + "/log.zst.source'");
    return static_cast<double>(index.size()) / static_cast<double>(zstd.output.size());
  };
  EXPECT_LE(growth(json), 1.0);
  EXPECT_LE(growth(test_log(8 << 20)), 1.03);
}

TEST_P(Archive, VerifyFindsEveryDifference) {
  const std::string log = test_log(2 << 20);
  const Index index = write_test_archive(path_, log, GetParam());
  const auto archive = open_test_file(path_), source = open_test_file(path_ + ".source");
  ArchiveReader reader;
  const auto whole = [&](std::uint64_t begin, std::uint64_t end) {
    return verify_archive(archive.get(), source.get(), {begin, end}, GetParam()).has_value();
  };
  const FrameInfo& last = index.frames.back();
  EXPECT_TRUE(whole(0, log.size()));
  EXPECT_TRUE(verify_frame(reader, archive.get(), GetParam(), last, source.get(), last.text_offset));
  EXPECT_FALSE(whole(0, log.size() - 1));
  EXPECT_FALSE(whole(1, log.size()));
  EXPECT_FALSE(whole(0, log.size() + 1));
  ASSERT_EQ(::pwrite(source.get(), "#", 1, static_cast<off_t>(log.size() - 1)), 1);
  EXPECT_FALSE(whole(0, log.size()));
  EXPECT_FALSE(verify_frame(reader, archive.get(), GetParam(), last, source.get(), last.text_offset));
  ASSERT_EQ(::ftruncate(source.get(), 100), 0);
  EXPECT_FALSE(whole(0, log.size()));
}

TEST_P(Archive, AnyDamageIsFoundOrDoesNotMatter) {
  std::string log = test_log(6000);
  {
    const auto fd = open_test_file(path_);
    ArchiveWriter writer(fd.get(), {GetParam(), 0}, kTestNow);
    for (std::size_t at = 0; at < log.size(); at += 1000) ASSERT_TRUE(writer.write_frame(log.substr(at, 1000)));
    ASSERT_TRUE(writer.finish());
  }
  const std::string good = read_test_file(path_);
  const auto fd = open_test_file(folder_ / "damaged");
  const auto check = [&](const std::string& bytes, std::size_t place) {
    ASSERT_EQ(::pwrite(fd.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    ASSERT_EQ(::ftruncate(fd.get(), static_cast<off_t>(bytes.size())), 0);
    bool damaged = false;
    const auto state = check_archive(fd.get(), [&](const Damage&) { damaged = true; });
    ASSERT_TRUE(state);
    if (damaged || state->codec == Codec::none) return;
    // No complaint: then the text is right, as far as the file goes.
    const std::string text = text_of(fd.get(), state->codec);
    EXPECT_TRUE(log.starts_with(text) && (bytes.size() < good.size() || text == log)) << place;
    const auto facts = look_at_archive(fd.get());
    EXPECT_TRUE(facts && (!facts->index || facts->index->text_size() == log.size())) << place;
  };
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << at % 8));
    check(bytes, at);
    if (at % 3 == 0) check(good.substr(0, at), at);
  }
}

TEST_P(Archive, TwoInOneFileHaveNoIndexThatCounts) {
  const std::string log = test_log(2000);
  write_test_archive(path_, log, GetParam());
  const std::string once = read_test_file(path_);
  for (const std::string& bytes : {once + once, once.substr(0, once.size() - 1) + once, "x" + once}) {
    write_test_file(path_, bytes);
    const auto fd = open_test_file(path_);
    const auto facts = look_at_archive(fd.get());
    ASSERT_TRUE(facts);
    EXPECT_FALSE(facts->index);
    if (bytes == once + once) {
      EXPECT_EQ(text_of(fd.get(), GetParam()), log + log);
    }
    EXPECT_EQ(::ftruncate(fd.get(), 0), 0);
  }
}

TEST(ArchiveOfOthers, IsReadFromItsBeginningThoughItHasASeekTable) {
  TemporaryFolder folder;
  const std::string log = test_log(100'000);
  write_test_archive(folder / "own", log, Codec::zstd);
  const std::string bytes = read_test_file(folder / "own");
  const std::size_t table = bytes.rfind(std::string("\x5E\x2A\x4D\x18", 4));
  const std::size_t index = bytes.rfind(std::string("\x5A\x2A\x4D\x18", 4));
  ASSERT_TRUE(table != bytes.npos && index != bytes.npos);
  write_test_file(folder / "seekable", bytes.substr(0, index) + bytes.substr(table));
  const auto fd = open_test_file(folder / "seekable");
  const auto facts = look_at_archive(fd.get());
  ASSERT_TRUE(facts && !facts->index && !facts->damage);
  EXPECT_EQ(text_of(fd.get(), Codec::zstd), log);
}

TEST(ArchiveOfNoCodec, IsTheTextAndIsComparedAsOne) {
  TemporaryFolder folder;
  const std::string log = test_log(3 << 20);
  const Index index = write_test_archive(folder / "log", log, Codec::none);
  EXPECT_TRUE(read_test_file(folder / "log") == log);
  EXPECT_EQ(index.frames.size(), 4U);
  const auto archive = open_test_file(folder / "log"), source = open_test_file(folder / "log.source");
  EXPECT_TRUE(verify_archive(archive.get(), source.get(), {0, log.size()}, Codec::none));
  ASSERT_EQ(::pwrite(archive.get(), "#", 1, 2'000'000), 1);
  EXPECT_FALSE(verify_archive(archive.get(), source.get(), {0, log.size()}, Codec::none));

  const std::string hole(100'000, '\0');  // a log whose writer goes on at its own offset after a truncation
  write_test_archive(folder / "hole", hole + "text\n", Codec::none);
  const auto with_hole = open_test_file(folder / "hole"), its_source = open_test_file(folder / "hole.source");
  EXPECT_TRUE(verify_archive(with_hole.get(), its_source.get(), {0, hole.size() + 5}, Codec::none));
}

TEST(LiveText, BeginsBehindWhatARotationHasLeft) {
  TemporaryFolder folder;
  const auto fd = open_test_file(folder / "log");
  const auto text_after_punch = [&](off_t size) {
    write_test_file(folder / "log", std::string(20'000, 'a') + "the rest\n");
    EXPECT_EQ(::fallocate(fd.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, size), 0);
    return find_live_text(fd.get()).value_or(0);
  };
  EXPECT_EQ(text_after_punch(8192), 8192U);
  EXPECT_EQ(text_after_punch(20'000), 20'000U);
  EXPECT_EQ(text_after_punch(20'009), 20'009U);
  EXPECT_EQ(text_after_punch(1 << 20), 20'009U);
  EXPECT_EQ(text_after_punch(100), 100U);  // no block is whole: there is no hole
  write_test_file(folder / "log", "");
  EXPECT_EQ(*find_live_text(fd.get()), 0U);
}

}  // namespace
}  // namespace longshore::rotator
