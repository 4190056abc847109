#include "rules/delivery/alert_spool.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>

#include "common/base/crc32c.hpp"

namespace longshore::rules {
namespace {

constexpr std::string_view kMark = "LSal";
constexpr std::size_t kHeader = 12, kKindAndNumber = 9;
constexpr char kChange = 1, kSettled = 2;
constexpr std::uint64_t kSlack = 64 << 10;  // bytes of settled records before the file is written anew

template <class T>
T number_at(std::string_view bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

template <class T>
void append_number(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

void append_record(std::string& out, char kind, std::uint64_t number, std::string_view text) {
  std::string payload(1, kind);
  append_number(payload, number);
  payload += text;
  out += kMark;
  append_number(out, static_cast<std::uint32_t>(payload.size()));
  append_number(out, base::crc32c(payload));
  out += payload;
}

std::optional<std::string_view> payload_at(std::string_view bytes, std::size_t at) {
  bytes = bytes.substr(at);
  if (bytes.size() < kHeader || !bytes.starts_with(kMark)) return {};
  const auto size = number_at<std::uint32_t>(bytes, 4);
  if (size < kKindAndNumber || size > kKindAndNumber + AlertSpool::kLongestLine || size > bytes.size() - kHeader) return {};
  const std::string_view payload = bytes.substr(kHeader, size);
  if (number_at<std::uint32_t>(bytes, 8) != base::crc32c(payload)) return {};
  return payload;
}

}  // namespace

AlertSpool::AlertSpool(base::FileSystem& file_system, std::string directory, std::set<std::string> sinks, base::Bytes limit)
    : file_system_(&file_system), directory_(std::move(directory)), sinks_(std::move(sinks)), limit_(limit.value) {}

base::Result<AlertSpool> AlertSpool::open(base::FileSystem& file_system, std::string directory, std::set<std::string> sinks,
                                          base::Bytes limit) {
  AlertSpool spool(file_system, std::move(directory), std::move(sinks), limit);
  TRY_VOID(file_system.make_directories(spool.directory_));
  TRY(file, file_system.open(spool.path(), base::OpenMode::create));
  TRY(size, file->size());
  std::string bytes(size, '\0');
  TRY(read, file->read(0, bytes));
  bytes.resize(read);
  spool.recover(bytes);
  // Also what was read may not be durable yet, when only the process had died.
  TRY_VOID(spool.rewrite());
  return spool;
}

void AlertSpool::recover(std::string_view bytes) {
  std::size_t at = 0, damage_from = std::string_view::npos;
  while (at < bytes.size()) {
    if (const auto payload = payload_at(bytes, at)) {
      if (damage_from != std::string_view::npos) ++counts_.damaged;
      damage_from = std::string_view::npos;
      apply(*payload);
      at += kHeader + payload->size();
      continue;
    }
    if (damage_from == std::string_view::npos) damage_from = at;
    at = std::min(bytes.find(kMark, at + 1), bytes.size());
  }
  if (damage_from != std::string_view::npos) counts_.cut = bytes.size() - damage_from;
}

void AlertSpool::apply(std::string_view payload) {
  const auto number = number_at<std::uint64_t>(payload, 1);
  if (number >= 1ULL << 62) return;
  next_ = std::max(next_, number + 1);
  const std::string text(payload.substr(kKindAndNumber));
  if (payload[0] == kChange && !sinks_.empty()) {
    const bool fresh = waiting_.try_emplace(number, Entry{.line = text, .pending = sinks_}).second;
    if (fresh) live_ += text.size();
  } else if (payload[0] == kSettled) {
    forget(text, number);
  }
}

void AlertSpool::forget(const std::string& sink, std::uint64_t number) {
  const auto found = waiting_.find(number);
  if (found == waiting_.end()) return;
  found->second.pending.erase(sink);
  if (!found->second.pending.empty()) return;
  live_ -= found->second.line.size();
  waiting_.erase(found);
}

bool AlertSpool::has_room(const Line& line, std::uint64_t live) const {
  const std::uint64_t share = line.kind == AlertChange::Kind::repeat ? limit_ / 2
                              : line.kind == AlertChange::Kind::note ? limit_ / 4 * 3
                                                                     : limit_;
  return line.text.size() <= kLongestLine && live + line.text.size() <= share;
}

base::Result<std::vector<std::uint64_t>> AlertSpool::save(std::span<const Line> lines, std::span<const Settled> settled) {
  std::string records;
  std::vector<std::uint64_t> numbers;
  std::uint64_t live = live_, next = next_;
  for (const Line& line : lines) {
    numbers.push_back(has_room(line, live) ? next++ : 0);
    if (numbers.back() == 0) continue;
    append_record(records, kChange, numbers.back(), line.text);
    live += line.text.size();
  }
  for (const auto& [sink, number] : settled) append_record(records, kSettled, number, sink);
  if (!records.empty()) TRY_VOID(write(records));
  next_ = next;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (numbers[i] == 0) ++counts_.no_room;
    if (numbers[i] == 0 || sinks_.empty()) continue;
    waiting_.emplace(numbers[i], Entry{.line = lines[i].text, .pending = sinks_});
    live_ += lines[i].text.size();
  }
  for (const auto& [sink, number] : settled) forget(sink, number);
  return numbers;
}

base::Result<void> AlertSpool::write(std::string_view records) {
  if (suspect_ || end_ > 2 * live_ + kSlack) TRY_VOID(rewrite());
  suspect_ = true;
  const std::array<std::string_view, 1> pieces{records};
  TRY_VOID(file_->write(end_, pieces));
  TRY_VOID(file_->sync());
  suspect_ = false;
  end_ += records.size();
  return {};
}

// What waits goes into a new file, which then takes the name.
base::Result<void> AlertSpool::rewrite() {
  std::string bytes;
  for (const auto& [number, entry] : waiting_) {
    append_record(bytes, kChange, number, entry.line);
    for (const std::string& sink : sinks_)
      if (!entry.pending.contains(sink)) append_record(bytes, kSettled, number, sink);
  }
  // Numbers are never used twice: this one stands for nothing but itself.
  append_record(bytes, kSettled, next_ - 1, "");
  suspect_ = true;
  const std::string next = path() + ".new";
  TRY(file, file_system_->open(next, base::OpenMode::create));
  TRY_VOID(file->truncate(0));
  const std::array<std::string_view, 1> pieces{bytes};
  TRY_VOID(file->write(0, pieces));
  TRY_VOID(file->sync());
  TRY_VOID(file_system_->rename(next, path()));
  TRY_VOID(file_system_->sync_directory(directory_));
  file_ = std::move(file);
  end_ = bytes.size();
  suspect_ = false;
  return {};
}

}  // namespace longshore::rules
