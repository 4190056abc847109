// Any bytes as the files of a spool: it opens, gives only what its checksums vouch for, and goes on working. The input is a
// byte of flags, then a segment, another and a cursor, with "\n--\n" between them. With the first flag all checksums are
// made right first, so that what stands behind them is reached, too.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <tuple>

#include "shipper/spool/block.hpp"
#include "shipper/spool/compression.hpp"
#include "shipper/spool/cursor_file.hpp"
#include "shipper/spool/spool_view.hpp"
#include "shipper/spool/verify.hpp"
#include "tests/support/fault_file_system.hpp"

namespace {

using namespace longshore;
using namespace longshore::shipper;

constexpr std::uint8_t kRepair = 1, kZstd = 2;
const std::string kDir = "spool";
constexpr std::size_t kMostBytes = 1 << 20;

void require(bool holds) {
  if (!holds) std::abort();
}

std::uint32_t slow_crc32c(std::string_view bytes) {  // bit by bit, as RFC 3720 appendix B.4 defines it
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78 : 0);
  }
  return ~crc;
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}
void set_number(std::string& bytes, std::size_t at, std::uint32_t value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

// The parts of the block at `at` as its header tells them, empty where they do not lie in the file. Written from
// docs/formats/spool.md, not from the code under test.
struct Parts {
  std::string_view table, stored;
};
Parts parts_of(std::string_view file, std::size_t at) {
  const std::uint64_t table = number_at(file, at + 44), stored = number_at(file, at + 48);
  if (at + 64 + table + stored > file.size()) return {};
  return {file.substr(at + 64, table), file.substr(at + 64 + table, stored)};
}

void repair_segment(std::string& file, std::uint32_t number) {
  for (std::size_t at = file.find("LSbk"); at != file.npos && at + 64 <= file.size(); at = file.find("LSbk", at + 4)) {
    const Parts parts = parts_of(file, at);
    set_number(file, at + 8, number);
    set_number(file, at + 12, static_cast<std::uint32_t>(at));
    set_number(file, at + 52, slow_crc32c(parts.table));
    set_number(file, at + 56, slow_crc32c(parts.stored));
    set_number(file, at + 60, slow_crc32c(std::string_view(file).substr(at, 60)));
  }
}
void repair_cursor(std::string& file) {
  for (std::size_t at = 0; at + 28 <= file.size(); at += kCursorSlotSize) {
    std::uint16_t name_size = 0;
    std::memcpy(&name_size, file.data() + at + 6, sizeof name_size);
    if (at + 24 + name_size + 4 <= file.size())
      set_number(file, at + 24 + name_size, slow_crc32c(std::string_view(file).substr(at, 24U + name_size)));
  }
}

// First sequence number and content of all blocks whose checksums are right.
using Vouched = std::set<std::tuple<std::uint64_t, std::string>>;
void collect(std::string_view file, std::uint32_t number, Vouched& vouched) {
  for (std::size_t at = file.find("LSbk"); at != file.npos && at + 64 <= file.size(); at = file.find("LSbk", at + 1)) {
    const Parts parts = parts_of(file, at);
    if (number_at(file, at + 8) != number || number_at(file, at + 12) != at ||
        number_at(file, at + 52) != slow_crc32c(parts.table) || number_at(file, at + 56) != slow_crc32c(parts.stored) ||
        number_at(file, at + 60) != slow_crc32c(file.substr(at, 60)))
      continue;
    const std::uint64_t size = number_at(file, at + 40) + std::uint64_t{number_at(file, at + 20)} * 72;
    std::string content(parts.stored);
    if (file[at + 6] == 1) {
      if (!Decompressor::fits(parts.stored, size)) continue;
      content.resize(size);
      if (!Decompressor().decompress(parts.stored, content)) continue;
    }
    std::uint64_t first_seq = 0;
    std::memcpy(&first_seq, file.data() + at + 24, sizeof first_seq);
    vouched.emplace(first_seq, content);
  }
}

std::string content_of(const Batch& batch) {
  std::string content(batch.arena.view());
  content.append(reinterpret_cast<const char*>(batch.events.data()), batch.events.size() * sizeof(Event));
  return content;
}

// Everything that the reader gives, each batch vouched for; the last sequence number.
std::uint64_t read_to_end(SpoolReader& reader, const Vouched& vouched) {
  std::uint64_t next_seq = 0;
  for (;;) {
    const auto batch = reader.next();
    require(batch.has_value());
    if (!*batch) return next_seq;
    require(vouched.contains({(*batch)->first_seq, content_of(**batch)}));
    require((*batch)->end_seq() > next_seq);  // so it ends
    require(valid_events((*batch)->events, (*batch)->arena.size(), (*batch)->sources.size()));
    next_seq = (*batch)->end_seq();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > kMostBytes) return 0;
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string files[3];
  for (std::string& file : files) {
    const std::size_t end = std::min(rest.find("\n--\n"), rest.size());
    file = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 4, rest.size()));
  }
  if ((data[0] & kRepair) != 0) {
    repair_segment(files[0], 1);
    repair_segment(files[1], 2);
    repair_cursor(files[2]);
  }
  Vouched vouched;
  collect(files[0], 1, vouched);
  collect(files[1], 2, vouched);
  test_support::FaultFileSystem disk;
  disk.set_content(kDir + "/" + segment_file_name({1, 1}), files[0]);
  disk.set_content(kDir + "/" + segment_file_name({2, 3}), files[1]);
  disk.set_content(kDir + "/" + cursor_file_name("sink"), files[2]);

  // From outside first, then as its owner: what both can read is the same.
  const auto view = SpoolView::open(kDir, disk);
  require(view.has_value() && (*view)->summary().has_value());
  require(verify_spool(kDir, disk, [](const Damage&) {}, [] {}).has_value());
  const std::uint64_t seen = read_to_end(*(*view)->reader(0), vouched);

  const auto opened = Spool::open({.dir = kDir, .codec = (data[0] & kZstd) != 0 ? Codec::zstd : Codec::none}, disk);
  require(opened.has_value());
  const auto& spool = *opened;
  const auto reader = spool->reader(0);
  require(read_to_end(*reader, vouched) == seen);
  const auto cursor = spool->open_cursor("sink");
  require(cursor.has_value() && *cursor <= spool->stats().next_seq);

  if (spool->stats().next_seq > kMaxSeq) return 0;
  const auto batch = std::make_shared<Batch>();
  batch->sources.push_back({"source", {}});
  batch->events.emplace_back().frame = batch->arena.append("it goes on");
  require(spool->append(batch).has_value() && spool->sync().has_value());
  require(batch->first_seq >= seen);
  const auto last = reader->next();
  require(last.has_value() && *last && (*last)->first_seq == batch->first_seq && content_of(**last) == content_of(*batch));
  require(spool->advance_cursor("sink", batch->end_seq()).has_value());
  require(spool->stats().segments == 1);  // no cursor needs the others
  return 0;
}
