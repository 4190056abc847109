#include "shipper/spool/file_names.hpp"

#include <gtest/gtest.h>

namespace longshore::shipper {
namespace {

TEST(FileNames, OfSegmentsSortByNumberAndComeBackAsTheyWent) {
  const std::string name = segment_file_name({7, 123456});
  EXPECT_EQ(name, "0000000007-00000000000000123456.segment");
  EXPECT_EQ(parse_segment_file_name(name), (SegmentName{7, 123456}));
  const SegmentName most{1U << 31, 1ULL << 62};
  EXPECT_EQ(parse_segment_file_name(segment_file_name(most)), most);
}

TEST(FileNames, ThatAreNotOursAreNotSegments) {
  for (const char* name : {"", "lock", "0000000007-00000000000000123456.segment~", "0000000007-0000000000000012345x.segment",
                           "000000000700000000000000123456.segment", "9999999999-00000000000000000001.segment",
                           "-000000007-00000000000000123456.segment", "0000000007-99999999999999999999.segment",
                           "2147483649-00000000000000000001.segment", "0000000001-04611686018427387905.segment"})
    EXPECT_FALSE(parse_segment_file_name(name)) << name;
}

TEST(FileNames, OfCursorsStayInTheFolderWhateverTheSinkIsCalled) {
  EXPECT_EQ(cursor_file_name("loggly https://x/y"), "loggly%20https%3A%2F%2Fx%2Fy.cursor");
  EXPECT_EQ(cursor_file_name(".."), "%2E%2E.cursor");
  const std::string one = cursor_file_name(std::string(1000, '/') + "1"),
                    two = cursor_file_name(std::string(1000, '/') + "2");
  EXPECT_LT(one.size(), 255U);
  EXPECT_NE(one, two);
  EXPECT_TRUE(is_cursor_file_name(one));
}

}  // namespace
}  // namespace longshore::shipper
