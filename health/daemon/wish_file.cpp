#include "health/daemon/wish_file.hpp"

#include <array>

#include "common/telemetry/log.hpp"

namespace longshore::health {

using base::Code;
using base::Result;

Result<std::optional<Wish>> WishFile::read() {
  const auto file = file_system_.open(path_, base::OpenMode::read);
  if (!file && file.error().code == Code::not_found) return std::nullopt;
  if (!file) return base::fail(file.error());
  std::array<char, 256> bytes;
  TRY(size, (*file)->read(0, bytes));
  auto wish = read_wish({bytes.data(), size});
  if (!wish) return base::fail(Code::corrupt, path_ + ": " + wish.error().message);
  return *wish;
}

Result<void> WishFile::write(const Wish& wish) {
  const std::string folder = path_.substr(0, std::max<std::size_t>(path_.rfind('/'), 1));
  const std::string next = path_ + ".new", line = write_wish(wish);
  const std::array pieces{std::string_view(line)};
  TRY_VOID(file_system_.make_directories(folder));
  TRY(file, file_system_.open(next, base::OpenMode::create));
  TRY_VOID(file->truncate(0));
  TRY_VOID(file->write(0, pieces));
  TRY_VOID(file->sync());
  TRY_VOID(file_system_.rename(next, path_));
  return file_system_.sync_directory(folder);
}

Result<Wish> first_wish(WishFile& file, Start start, base::Timestamp now) {
  Wish wish{start == Start::drained, now, "start"};
  if (start == Start::as_before) {
    const auto before = file.read();
    if (!before) {
      telemetry::log_error("the node stays out, for it is not known whether it was drained; `health ready` brings it in",
                           {{"why", before.error().message}});
      wish.out = true;
    } else if (*before) {
      wish = **before;
    }
  }
  if (auto kept = file.write(wish); !kept)
    return base::fail(kept.error().code, kept.error().message + " (state_file: its folder must be writable)");
  return wish;
}

}  // namespace longshore::health
