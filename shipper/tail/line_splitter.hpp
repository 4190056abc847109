// Where the messages lie in a piece of a file. Pure, without memory between pieces: what is not complete is read again with
// what comes after it, so that a file's offset alone says where to go on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "common/base/result.hpp"
#include "shipper/config/source_options.hpp"

namespace re2 {
class RE2;
}

namespace longshore::shipper {

struct SplitResult {
  std::size_t taken = 0;  // bytes that are dealt with
  bool skipping = false;  // they end inside a line that was too long
};

class LineSplitter {
 public:
  // Code::invalid: the multiline pattern is not one.
  static base::Result<LineSplitter> make(std::size_t max_line, const MultilineOptions& multiline);
  LineSplitter(LineSplitter&&) noexcept;
  ~LineSplitter();

  // A piece that must fit: a longer one is only read if it is needed.
  std::size_t least_piece() const { return multi() ? max_group_ + max_line_ : max_line_ + 1; }
  bool multi() const { return start_ != nullptr; }

  // emit(offset, size, truncated, lines): a message without its line end, never empty. `skipping`: the piece begins inside a
  // line that was too long. `last`: nothing will follow, what is there is complete.
  using Emit = std::function<void(std::size_t offset, std::size_t size, bool truncated, bool multiline)>;
  SplitResult split(std::string_view piece, bool skipping, bool last, const Emit& emit) const;

 private:
  LineSplitter(std::size_t max_line, std::size_t max_group, std::size_t max_lines, std::unique_ptr<re2::RE2> start);
  SplitResult split_lines(std::string_view piece, std::size_t at, bool last, const Emit& emit) const;
  SplitResult split_groups(std::string_view piece, std::size_t at, bool last, const Emit& emit) const;
  void emit_line(std::string_view piece, std::size_t from, std::size_t end, const Emit& emit) const;

  std::size_t max_line_, max_group_, max_lines_;
  std::unique_ptr<re2::RE2> start_;
};

}  // namespace longshore::shipper
