#include "shipper/sinks/dead_letters.hpp"

#include <array>

#include "shipper/encode/json_text.hpp"
#include "shipper/encode/utf8.hpp"
#include "shipper/sinks/file_name.hpp"

namespace longshore::shipper {
namespace {

bool is_utf8(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p < end) {
    const int step = static_cast<signed char>(*p) >= 0 ? 1 : utf8_step(p, end);
    if (step < 0) return false;
    p += step;
  }
  return true;
}

std::string base64(std::string_view bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t at) { return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U; };
    const unsigned group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    out += kDigits[group >> 18];
    out += kDigits[group >> 12 & 63];
    out += i + 1 < bytes.size() ? kDigits[group >> 6 & 63] : '=';
    out += i + 2 < bytes.size() ? kDigits[group & 63] : '=';
  }
  return out;
}

}  // namespace

std::string dead_letter_line(const DeadLetter& letter, base::Timestamp now) {
  Output out;
  const auto text = [&out](std::string_view key, std::string_view value) {
    out.append(key);
    append_json_text(out, value);
    out.append('"');
  };
  text("{\"time\":\"", base::format_rfc3339(now));
  text(",\"sink\":\"", letter.sink);
  text(",\"reason\":\"", letter.reason);
  out.append(",\"seq\":");
  out.append(std::to_string(letter.seq));
  if (letter.event.source < letter.batch.sources.size())
    text(",\"source\":\"", letter.batch.sources[letter.event.source].name);
  const std::string_view frame = letter.batch.text(letter.event.frame);
  if (is_utf8(frame)) {
    text(",\"frame\":\"", frame);
  } else {
    text(",\"frame_base64\":\"", base64(frame));
  }
  out.append('}');
  return out.take();
}

DeadLetters::DeadLetters(std::string directory, base::Bytes max_size, base::FileSystem& file_system)
    : directory_(std::move(directory)), half_(max_size.value / 2), file_system_(file_system) {}

base::Result<void> DeadLetters::add(const DeadLetter& letter, base::Timestamp now) {
  const std::string line = dead_letter_line(letter, now) + "\n";
  const std::lock_guard lock(mutex_);
  TRY_VOID(file_system_.make_directories(directory_));
  const std::string path = directory_ + "/" + file_name_of(letter.sink) + ".jsonl";
  TRY(file, file_system_.open(path, base::OpenMode::create));
  TRY(size, file->size());
  if (size > 0 && size + line.size() > half_) {
    TRY_VOID(file_system_.rename(path, path + ".old"));
    TRY(fresh, file_system_.open(path, base::OpenMode::create_new));
    file = std::move(fresh);
    size = 0;
  }
  const std::array<std::string_view, 1> pieces{line};
  if (auto written = file->write(size, pieces); !written) {
    (void)file->truncate(size);  // no half line; if this fails, too, the next reader skips one damaged line
    return written;
  }
  TRY_VOID(file->sync());
  return file_system_.sync_directory(directory_);
}

}  // namespace longshore::shipper
