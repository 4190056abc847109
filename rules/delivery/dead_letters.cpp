#include "rules/delivery/dead_letters.hpp"

#include <array>

#include "common/base/json.hpp"

namespace longshore::rules {

base::Result<void> AlertDeadLetters::add(const std::string& sink, std::string_view reason, std::string_view line,
                                         base::Timestamp now) {
  base::JsonObject letter;
  letter.text("time", base::format_rfc3339(now));
  letter.text("sink", sink);
  letter.text("reason", reason);
  letter.value("change", line);
  const std::string text = letter.take() + "\n", path = directory_ + "/" + sink + ".jsonl";
  TRY_VOID(file_system_.make_directories(directory_));
  TRY(file, file_system_.open(path, base::OpenMode::create));
  TRY(size, file->size());
  if (size > 0 && size + text.size() > half_) {
    TRY_VOID(file_system_.rename(path, path + ".old"));
    TRY(fresh, file_system_.open(path, base::OpenMode::create));
    file = std::move(fresh);
    size = 0;
  }
  const std::array<std::string_view, 1> pieces{text};
  if (auto written = file->write(size, pieces); !written) {
    (void)file->truncate(size);  // no half line
    return written;
  }
  TRY_VOID(file->sync());
  return file_system_.sync_directory(directory_);
}

}  // namespace longshore::rules
