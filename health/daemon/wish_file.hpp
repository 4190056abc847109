// Where the wish is kept. A process that dies at any moment, and a power cut, leave the old one or the new one, whole.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "common/base/file_system.hpp"
#include "health/decision/wish.hpp"

namespace longshore::health {

class WishFile {
 public:
  WishFile(base::FileSystem& file_system, std::string path) : file_system_(file_system), path_(std::move(path)) {}

  // Nothing if there is no file. Code::corrupt: it holds something else.
  base::Result<std::optional<Wish>> read();
  // Durable when it returns. Makes the folder if it is missing. Blocks for the disk.
  base::Result<void> write(const Wish& wish);

 private:
  base::FileSystem& file_system_;
  std::string path_;
};

// What a process begins with (Start), kept at once, so that a folder that cannot be written is known now and not when the
// node is to be drained. A file that cannot be read means out: it is not known whether the node may come back.
base::Result<Wish> first_wish(WishFile& file, Start start, base::Timestamp now);

}  // namespace longshore::health
