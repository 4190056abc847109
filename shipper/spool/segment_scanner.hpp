// Walks the blocks of one segment file and finds its way behind damage. It reads ahead through one small window, so that
// many small blocks cost few calls and large ones are read straight to where they are needed. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/file_system.hpp"
#include "common/base/result.hpp"
#include "shipper/event/batch.hpp"
#include "shipper/spool/block.hpp"
#include "shipper/spool/compression.hpp"

namespace longshore::shipper {

class SegmentScanner {
 public:
  enum class Step {
    block,   // header(), table() and read() tell about it; its header and table are intact
    damage,  // [damage_begin(), position()) holds no block
    end,     // position() is the limit
  };

  SegmentScanner(std::unique_ptr<base::File> file, std::uint32_t number, std::uint64_t position = 0)
      : file_(std::move(file)), number_(number), position_(position) {}

  // The step from position() on, where the file counts up to `limit` (at most its size; may grow between calls). Errors are
  // those of reading; the position stays.
  base::Result<Step> next(std::uint64_t limit);
  const BlockHeader& header() const { return header_; }
  std::string_view table() const { return table_; }  // until the next call
  // Fills an empty batch from the block; false if its data are damaged, and the batch is undefined.
  base::Result<bool> read(Batch& out);

  std::uint32_t number() const { return number_; }
  std::uint64_t position() const { return position_; }
  std::uint64_t damage_begin() const { return damage_begin_; }
  // What cannot be read counts as damaged from now on: for sectors that stay unreadable.
  void treat_unreadable_as_damage(bool value) { unreadable_is_damage_ = value; }
  bool met_unreadable() const { return met_unreadable_; }

 private:
  base::Result<std::string_view> fetch(std::uint64_t offset, std::size_t size, std::uint64_t limit);
  base::Result<std::size_t> read_file(std::uint64_t offset, std::span<char> into);
  base::Result<std::uint64_t> find_header(std::uint64_t from, std::uint64_t limit);

  std::unique_ptr<base::File> file_;
  std::uint32_t number_;
  std::uint64_t position_;
  std::uint64_t damage_begin_ = 0;
  BlockHeader header_;
  std::string_view table_;
  std::string window_;  // bytes [window_offset_, window_offset_ + window_size_) of the file
  std::uint64_t window_offset_ = 0;
  std::size_t window_size_ = 0;
  std::string stored_;  // a compressed block
  Decompressor decompressor_;
  bool unreadable_is_damage_ = false;
  bool met_unreadable_ = false;
};

}  // namespace longshore::shipper
