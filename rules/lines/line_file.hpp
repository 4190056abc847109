// A file as lines, in constant memory: longer ones than kLongestLine are cut. Blocks. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/timestamp.hpp"
#include "rules/lines/byte_stream.hpp"

namespace longshore::rules {

class LineFile {
 public:
  static base::Result<LineFile> open(const std::string& path);  // "-": standard input

  // The next line without its end ("\n", "\r\n"), valid until the next call. False: there is none. After an error there are
  // no more lines; one that it broke off is not given.
  base::Result<bool> next(std::string_view& line);

  const std::string& path() const { return path_; }
  std::uint64_t number() const { return number_; }        // of the line given last, from 1
  std::uint64_t cut() const { return cut_; }              // lines that were longer
  base::Timestamp modified() const { return modified_; }  // of standard input: now

 private:
  LineFile(std::string path, std::unique_ptr<ByteStream> stream);
  void give(std::string_view& line, std::size_t stop, bool whole);

  std::string path_;
  std::unique_ptr<ByteStream> stream_;
  std::string buffer_;
  std::size_t begin_ = 0, end_ = 0;
  std::uint64_t number_ = 0, cut_ = 0;
  base::Timestamp modified_;
  bool done_ = false;
  bool skip_ = false;  // the rest of a line that was too long
};

}  // namespace longshore::rules
