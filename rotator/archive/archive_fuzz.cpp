// Any bytes as an archive: it is looked at, read and checked, and nothing is believed that its checksums do not vouch for.
// The first byte holds flags; with the first of them the checksum of an index at the end is made right, so that what stands
// behind it is reached, too.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "common/base/unique_fd.hpp"
#include "rotator/archive/archive_files.hpp"
#include "rotator/archive/text_stream.hpp"

namespace {

using namespace longshore;
using namespace longshore::rotator;

constexpr std::uint8_t kRepair = 1;
constexpr std::size_t kMostBytes = 1 << 18;
constexpr std::size_t kMostText = 8 << 20;  // that is read of one input

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

// An index as zstd wraps it: written from docs/formats/archive.md, not from the code under test.
void repair(std::string& bytes) {
  const std::size_t begin = bytes.find("LRix"), end = bytes.rfind("LRix");
  if (begin == bytes.npos || end < begin + 60) return;
  const std::uint32_t crc = slow_crc32c(std::string_view(bytes).substr(begin, end - 4 - begin));
  std::memcpy(bytes.data() + end - 4, &crc, sizeof crc);
}

std::string read_text(int fd, Codec codec) {
  const auto stream = open_text(fd, codec);
  require(stream.has_value());
  std::string text, piece(70'000, '\0');
  for (;;) {
    const auto got = (*stream)->read(piece);
    if (!got || *got == 0 || text.size() > kMostText) return text;
    text.append(piece, 0, *got);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > kMostBytes) return 0;
  std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if ((data[0] & kRepair) != 0) repair(bytes);
  const base::UniqueFd fd(::memfd_create("archive", MFD_CLOEXEC));
  require(::write(fd.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));

  const auto facts = look_at_archive(fd.get());
  require(facts.has_value());
  require(!facts->index || !facts->damage);
  const std::string text = read_text(fd.get(), facts->codec);
  if (facts->codec == Codec::none) {
    require(bytes.ends_with(text));
    return 0;
  }
  if (facts->index && facts->index->text_size() < kMostText) {
    ArchiveReader reader;
    for (const FrameInfo& frame : facts->index->frames) {
      const auto part = reader.read(fd.get(), facts->codec, frame);
      require(!part || part->size() == frame.text_size);
    }
  }
  if (text.size() > kMostText) return 0;
  require(check_archive(fd.get(), [](const Damage& damage) { require(!damage.what.empty()); }).has_value());
  return 0;
}
