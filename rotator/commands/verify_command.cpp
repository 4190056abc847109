#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "common/base/bytes.hpp"
#include "common/base/utf8.hpp"
#include "rotator/archive/archive_files.hpp"
#include "rotator/commands/search_output.hpp"
#include "rotator/search/log_files.hpp"

namespace longshore::rotator {
namespace {

enum class Verdict { good, damaged, unread };

struct Checked {
  Verdict verdict = Verdict::good;
  std::string report;  // lines
};

Checked check(const LogFile& log) {
  Checked checked;
  const std::string name = base::printable(log.name);
  auto open = open_log_file(log);
  if (!open) return {Verdict::unread, base::printable(open.error().message) + "\n"};
  const auto state = check_archive(open->fd.get(), [&](const Damage& damage) {
    checked.verdict = Verdict::damaged;
    checked.report += fmt::format("{}: DAMAGED at byte {}: {}\n", name, damage.offset, damage.what);
  });
  if (!state) return {Verdict::unread, fmt::format("{}{}: {}\n", checked.report, name, state.error().message)};
  if (checked.verdict == Verdict::damaged) return checked;
  if (state->codec == Codec::none)
    checked.report = name + ": not compressed, nothing to check\n";
  else if (state->indexed)
    checked.report =
        fmt::format("{}: good, {} frames, {} of text\n", name, state->frames, base::format_bytes({state->text_size}));
  else
    checked.report = fmt::format("{}: good, no index, {} of text\n", name, base::format_bytes({state->text_size}));
  return checked;
}

}  // namespace

int verify(const VerifyOptions& options, Output output) {
  Verdict worst = Verdict::good;
  const auto files = find_log_files(options.paths, [&](const base::Error& error) {
    tell_problem(output, "verify", error.message);
    worst = Verdict::unread;
  });
  std::vector<std::optional<Checked>> results(files.size());
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::size_t printed = 0;
  const auto work = [&] {
    for (std::size_t i = 0; (i = next++) < files.size();) {
      Checked checked = check(files[i]);
      const std::lock_guard lock(mutex);
      results[i] = std::move(checked);
      for (; printed < files.size() && results[printed]; ++printed) {  // in the order of the files
        const Checked& file = *results[printed];
        worst = std::max(worst, file.verdict);
        const int fd = file.verdict == Verdict::unread ? output.err : output.out;
        const bool quiet = options.quiet && file.verdict == Verdict::good;
        if (!quiet && ::write(fd, file.report.data(), file.report.size()) < 0) worst = Verdict::unread;
        results[printed]->report = {};
      }
    }
  };
  {
    const unsigned threads =
        options.threads != 0 ? options.threads : std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
    std::vector<std::jthread> workers;
    for (unsigned i = 1; i < threads; ++i) workers.emplace_back(work);
    work();
  }
  return static_cast<int>(worst);
}

}  // namespace longshore::rotator
