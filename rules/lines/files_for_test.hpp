// Files of all kinds in a folder of their own, which goes with the object. Tests only.
#pragma once

#include <zlib.h>
#include <zstd.h>

#include <fstream>
#include <string>
#include <string_view>

#include "tests/support/temporary_folder.hpp"

namespace longshore::rules {

class FilesForTest {
 public:
  std::string write(const std::string& name, std::string_view bytes) const {
    std::string path = folder_ / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

 private:
  TemporaryFolder folder_;
};

inline std::string zstd_of(std::string_view text) {
  std::string out(::ZSTD_compressBound(text.size()), '\0');
  out.resize(::ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

inline std::string gzip_of(std::string_view text) {
  z_stream state{};
  ::deflateInit2(&state, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(text.size() + 1024, '\0');
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  state.avail_in = static_cast<uInt>(text.size());
  state.next_out = reinterpret_cast<Bytef*>(out.data());
  state.avail_out = static_cast<uInt>(out.size());
  ::deflate(&state, Z_FINISH);
  out.resize(state.total_out);
  ::deflateEnd(&state);
  return out;
}

}  // namespace longshore::rules
