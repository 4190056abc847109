// The hexdumps in docs/formats/spool.md are what the code writes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "shipper/spool/block_builder.hpp"
#include "shipper/spool/cursor_file.hpp"

namespace longshore::shipper {
namespace {

// As `hexdump -C` prints it.
std::string hexdump(std::string_view bytes) {
  std::string out;
  for (std::size_t line = 0; line < bytes.size(); line += 16) {
    const std::string_view row = bytes.substr(line, 16);
    out += fmt::format("{:08x} ", line);
    for (std::size_t i = 0; i < 16; ++i) {
      out += i == 8 ? "  " : " ";
      out += i < row.size() ? fmt::format("{:02x}", static_cast<unsigned char>(row[i])) : "  ";
    }
    out += "  |";
    for (const char c : row) out += c >= ' ' && c <= '~' ? c : '.';
    out += "|\n";
  }
  return out;
}

// The fenced text behind `<!-- name -->`.
std::string example(const std::string& name) {
  std::ifstream file(LONGSHORE_DOCS "/formats/spool.md");
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  const std::string opening = "<!-- " + name + " -->\n```text\n";
  const std::size_t begin = document.find(opening);
  if (begin == document.npos) return "the document has no example " + name;
  const std::size_t text = begin + opening.size();
  return document.substr(text, document.find("```", text) - text);
}

TEST(DocumentedBytes, OfABlock) {
  Batch batch;
  batch.sources.push_back({"syslog tcp", {"prod"}});
  Event event;
  event.frame = batch.arena.append("<13>web app: hello");
  event.set_host({4, 3});
  event.set_app({8, 3});
  event.message = {13, 5};
  event.priority = 13;
  event.format = Format::rfc3164;
  event.flags = flag::kHasTime;
  event.time_ns = 1'700'000'000'000'000'000;
  batch.events.push_back(event);
  batch.checkpoints.push_back({"file", "42"});
  batch.received = {1'700'000'000'500'000'000};
  BlockBuilder builder(Codec::none);
  ASSERT_TRUE(builder.build(batch));
  const std::string_view block =
      builder.place({.segment = 7, .offset = 4096, .synced = 4096, .first_seq = 100, .snapshot = false});
  EXPECT_EQ(hexdump(block), example("block"));
}

TEST(DocumentedBytes, OfACursorSlot) {
  EXPECT_EQ(hexdump(encode_cursor({.sink = "loggly", .seq = 100, .generation = 3})), example("cursor"));
}

}  // namespace
}  // namespace longshore::shipper
