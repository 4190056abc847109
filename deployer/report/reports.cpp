#include "deployer/report/reports.hpp"

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "deployer/report/html.hpp"
#include "deployer/report/junit.hpp"
#include "deployer/report/lines.hpp"
#include "deployer/report/live_table.hpp"
#include "deployer/report/log_file.hpp"
#include "deployer/report/ndjson.hpp"
#include "deployer/report/report_file.hpp"
#include "deployer/report/stream_file.hpp"

namespace longshore::deployer {
namespace {

// Errors are left alone: whoever read has gone (`| head`), and that is no reason to stop in the middle of a rollout.
void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

TextSink to_descriptor(int fd) {
  return [fd](std::string_view text) { write_all(fd, text); };
}

void warn(const std::string& text) { write_all(STDERR_FILENO, "WARNING " + text + "\n"); }

base::Result<TextSink> to_file(base::FileSystem& files, const std::string& path) {
  TRY(opened, StreamFile::open(files, path));
  return [file = std::shared_ptr<StreamFile>(std::move(opened)), told = false](std::string_view text) mutable {
    file->write(text);
    if (!file->trouble().empty() && !std::exchange(told, true)) warn("the report breaks off: " + file->trouble());
  };
}

base::Result<std::unique_ptr<Reporter>> whole_file(base::FileSystem& files, const std::string& path,
                                                   ReportFile::Render render) {
  TRY_VOID(write_whole(files, path, ""));
  return std::make_unique<ReportFile>(files, path, std::move(render), warn);
}

}  // namespace

base::Result<std::unique_ptr<FanOut>> make_reports(const ReportOptions& options, Redactor redactor, base::FileSystem& files,
                                                   const base::Clock& clock) {
  std::vector<std::unique_ptr<Reporter>> reporters;
  if (!options.log.empty()) {
    TRY(sink, to_file(files, options.log));
    reporters.push_back(std::make_unique<LogFile>(std::move(sink)));
  }
  if (options.json == "-") {
    reporters.push_back(std::make_unique<Ndjson>(to_descriptor(STDOUT_FILENO)));
  } else if (!options.json.empty()) {
    TRY(sink, to_file(files, options.json));
    reporters.push_back(std::make_unique<Ndjson>(std::move(sink)));
  }
  if (!options.junit.empty()) {
    TRY(junit, whole_file(files, options.junit, render_junit));
    reporters.push_back(std::move(junit));
  }
  if (!options.html.empty()) {
    TRY(html, whole_file(files, options.html, render_html));
    reporters.push_back(std::move(html));
  }
  // Last: what a person reads as the end is the end, the files are complete.
  const int people = options.json == "-" ? STDERR_FILENO : STDOUT_FILENO;
  if (!options.plain && is_drawable(people))
    reporters.push_back(std::make_unique<LiveTable>(to_descriptor(people), [people] { return screen_size(people); }));
  else
    reporters.push_back(std::make_unique<Lines>(to_descriptor(people)));
  return std::make_unique<FanOut>(clock, std::move(redactor), std::move(reporters));
}

}  // namespace longshore::deployer
