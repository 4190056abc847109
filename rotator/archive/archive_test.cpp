#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

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
    ASSERT_TRUE(facts && facts->own && !facts->damage);
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

}  // namespace
}  // namespace longshore::rotator
