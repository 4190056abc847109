#include "shipper/commands/spool_commands.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

#include "shipper/commands/commands.hpp"
#include "shipper/commands/spool_table.hpp"
#include "shipper/config/config.hpp"
#include "shipper/sinks/compress.hpp"
#include "shipper/spool/spool_view.hpp"
#include "shipper/spool/verify.hpp"

namespace longshore::shipper {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

base::FileSystem& disk() {
  static base::PosixFileSystem file_system;
  return file_system;
}

int fail(int code, const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  return code;
}

// Whoever looks at a spool need not be allowed to read the secrets of its configuration.
config::Outside without_secrets() {
  return {.environment = [](const std::string&) { return std::optional<std::string>("not read"); },
          .secret_file = [](const std::string&) -> base::Result<base::Secret> { return base::Secret("not read"); },
          .readable = [](const std::string&) -> base::Result<void> { return {}; }};
}

// Calls `look` with the spool's folder; or says why there is none.
template <class Look>
int with_folder(const SpoolPlace& place, const Look& look) {
  std::string dir = place.data_dir + "/spool";
  if (place.data_dir.empty()) {
    const auto config = load_config(place.config, without_secrets());
    if (!config) return fail(kConfiguration, config.error().message);
    dir = config->spool.dir;
  }
  const auto info = disk().stat(dir);
  if (!info || !info->is_directory)
    return fail(kUnavailable, fmt::format("no spool at {}: {}; name its place with --data-dir DIR or -c CONFIG", dir,
                                          info ? "that is no folder" : info.error().message));
  return look(dir);
}

template <class Look>
int with_view(const SpoolPlace& place, const Look& look) {
  return with_folder(place, [&](const std::string& dir) {
    const auto view = SpoolView::open(dir, disk());
    return view ? look(**view) : fail(kUnavailable, view.error().message);
  });
}

base::Result<void> write_to(std::FILE* file, std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() && std::fflush(file) == 0) return {};
  return base::fail_errno(errno, "write");
}

int copy(SpoolView& view, const SpoolRange& range, SpoolLine form,
         const std::function<base::Result<void>(std::string_view)>& write) {
  const auto reader = view.reader(range.from);
  if (const auto written = write_lines(*reader, range, form, write); !written)
    return fail(kUnavailable, written.error().message);
  const SpoolStats stats = view.stats();
  if (stats.corrupt_blocks == 0) return kOk;
  return fail(kDataError, fmt::format("{} damaged places ({} bytes) were skipped: `shipper spool verify` names them",
                                      stats.corrupt_blocks, stats.corrupt_bytes));
}

}  // namespace

int spool_ls(const SpoolPlace& place) {
  return with_view(place, [](SpoolView& view) {
    const auto summary = view.summary();
    if (!summary) return fail(kUnavailable, summary.error().message);
    std::fputs(spool_table(*summary).c_str(), stdout);
    return static_cast<int>(kOk);
  });
}

int spool_cat(const SpoolPlace& place, const SpoolRange& range, SpoolLine form) {
  return spool_export(place, range, form, {});
}

int spool_export(const SpoolPlace& place, const SpoolRange& range, SpoolLine form, const std::string& file) {
  return with_view(place, [&](SpoolView& view) {
    if (file.empty()) return copy(view, range, form, [](std::string_view lines) { return write_to(stdout, lines); });
    const std::unique_ptr<std::FILE, CloseFile> out(std::fopen(file.c_str(), "wbx"));
    if (!out) return fail(kUsage, base::errno_error(errno, "make " + file).message + ": name a new file");
    const bool compress = file.ends_with(".zst");
    const int code = copy(view, range, form, [&](std::string_view lines) -> base::Result<void> {
      if (!compress) return write_to(out.get(), lines);
      TRY(frame, zstd_frame(lines, 3));
      return write_to(out.get(), frame);
    });
    if (code == kUnavailable) std::remove(file.c_str());  // half an export helps nobody
    return code;
  });
}

int spool_verify(const SpoolPlace& place) {
  return with_folder(place, [](const std::string& dir) {
    std::uint64_t damages = 0;
    const auto print = [&](const Damage& damage) {
      ++damages;
      std::printf("%s\n", fmt::format("{}/{}: byte {}: {} ({} bytes)", dir, damage.file, damage.begin, damage.what,
                                      damage.end - damage.begin)
                              .c_str());
    };
    const auto pause = [] { std::this_thread::sleep_for(std::chrono::milliseconds(50)); };
    const auto totals = verify_spool(dir, disk(), print, pause);
    if (!totals) return fail(kUnavailable, totals.error().message);
    std::printf("%s\n", fmt::format("{} files, {} blocks, {} events, {}: {}", totals->files, totals->blocks, totals->events,
                                    base::format_bytes({totals->bytes}),
                                    damages == 0 ? "all good" : fmt::format("{} damaged places", damages))
                            .c_str());
    return damages == 0 ? 0 : 1;
  });
}

}  // namespace longshore::shipper
