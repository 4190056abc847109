// Proves that in-place rotation loses nothing: writes numbered lines with check words and never reopens, rotates under them,
// and says of every line whether it arrived once. tests/fault/rotator_in_place_test.py and benchmarks/in_place_compare put
// it together.
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/base/crc32c.hpp"
#include "common/base/unique_fd.hpp"
#include "rotator/archive/archive_reader.hpp"
#include "rotator/archive/text_stream.hpp"
#include "rotator/inplace/head.hpp"
#include "rotator/inplace/rotate_in_place.hpp"

namespace {

using namespace longshore;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kLine = 128;  // writer, number, text, check word, line end
constexpr std::chrono::milliseconds kSlow{5};

// Spans of the monotonic clock, as JSON in milliseconds.
struct Spans {
  std::vector<std::pair<Clock::time_point, Clock::time_point>> all;

  void add(Clock::time_point begin, Clock::time_point end) {
    if (end - begin > kSlow) all.emplace_back(begin, end);
  }
  std::string json() const {
    std::string out = "[";
    const auto ms = [](Clock::time_point at) {
      return std::chrono::duration<double, std::milli>(at.time_since_epoch()).count();
    };
    for (const auto& [begin, end] : all)
      out += fmt::format("{}[{:.3f}, {:.3f}]", out.size() > 1 ? ", " : "", ms(begin), ms(end));
    return out + "]";
  }
};

template <unsigned kBase>
void put_number(char* at, std::size_t digits, std::uint64_t value) {
  for (; digits > 0; value /= kBase) at[--digits] = "0123456789abcdef"[value % kBase];
}

std::uint64_t get_number(std::string_view digits, unsigned base) {
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, static_cast<int>(base));
  return value;
}

// "03 000000001234 INFO … 6b86b273\n"; quick, so that the writer mostly writes.
void make_line(char* line, unsigned writer, std::uint64_t number) {
  static constexpr std::string_view kText =
      "00 000000000000 INFO http: GET /api/v1/orders/0123456789abcdef 200 user=01234567 upstream=10.0.0.17:8080 cache=hit   "
      " ";
  static_assert(kText.size() == kLine - 10);
  kText.copy(line, kText.size());
  const std::uint64_t hash = number * 0x9E3779B97F4A7C15ULL;
  put_number<10>(line, 2, writer);
  put_number<10>(line + 3, 12, number);
  put_number<16>(line + 46, 16, hash);
  put_number<16>(line + 72, 8, hash >> 9);
  line[kLine - 10] = ' ';
  put_number<16>(line + kLine - 9, 8, base::crc32c({line, kLine - 10}));
  line[kLine - 1] = '\n';
}

volatile sig_atomic_t stopped = 0;

// write PATH WRITER LINES_A_SECOND(0: as fast as it goes) append|plain: until SIGTERM
int write_lines(const std::string& path, unsigned writer, std::uint64_t rate, bool append) {
  ::signal(SIGTERM, [](int) { stopped = 1; });
  const base::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | (append ? O_APPEND : 0), 0644));
  std::vector<std::uint64_t> slower(65536);  // writes by their time, in steps of 10 µs
  Spans slow;
  char line[kLine];
  std::uint64_t number = 0;
  const auto begin = Clock::now();
  while (stopped == 0) {
    make_line(line, writer, number + 1);
    const auto before = Clock::now();
    const ssize_t count = ::write(fd.get(), line, kLine);
    const auto took = Clock::now() - before;
    if (count < 0 && errno == EINTR) continue;
    if (count != static_cast<ssize_t>(kLine)) {
      fmt::print(stderr, "write: {}\n", count < 0 ? std::strerror(errno) : "in part");
      return 1;
    }
    ++number;
    slow.add(before, before + took);
    ++slower[static_cast<std::size_t>(std::min<std::int64_t>(took / std::chrono::microseconds(10), 65535))];
    if (rate != 0) std::this_thread::sleep_until(begin + std::chrono::nanoseconds(1'000'000'000 / rate) * number);
  }
  std::uint64_t rest = number / 10000;
  std::size_t step = slower.size();
  while (step > 0 && slower[step - 1] <= rest) rest -= slower[--step];
  fmt::print("{{\"written\": {}, \"slow\": {}, \"p9999_ms\": {:.2f}, \"seconds\": {:.2f}}}\n", number, slow.json(),
             static_cast<double>(step) / 100, std::chrono::duration<double>(Clock::now() - begin).count());
  return 0;
}

// watch: until SIGTERM, when the processors stood still, each: not even what goes before all else ran there. On a virtual
// machine they do, and every write() with them. Where nothing may go before all else, it says nothing.
int watch() {
  ::signal(SIGTERM, [](int) { stopped = 1; });
  std::vector<Spans> stalls(std::thread::hardware_concurrency());
  {
    std::vector<std::jthread> watchers;
    for (std::size_t processor = 0; processor < stalls.size(); ++processor)
      watchers.emplace_back([&mine = stalls[processor], processor] {
        constexpr std::chrono::milliseconds kNap{1};
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(processor, &one);
        const sched_param first{.sched_priority = 50};
        const bool may = ::sched_setaffinity(0, sizeof one, &one) == 0 && ::sched_setscheduler(0, SCHED_FIFO, &first) == 0;
        while (stopped == 0) {
          const auto until = Clock::now() + kNap;
          std::this_thread::sleep_until(until);
          if (may) mine.add(until, Clock::now());
        }
      });
  }
  std::string all;
  for (const Spans& one : stalls) all += (all.empty() ? "" : ", ") + one.json();
  fmt::print("{{\"stalls\": [{}]}}\n", all);
  return 0;
}

bool is_stopped(int pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string text;
  std::getline(file, text);
  const std::size_t state = text.rfind(") ");
  return state != text.npos && text[state + 2] == 'T';
}

// rotate LOG ARCHIVE_PREFIX MODE CODEC TIMES BYTES WRITER_PID…: each time when so many bytes are in no archive yet
int rotate(const std::string& path, const std::string& prefix, std::string_view mode, std::string_view codec, int times,
           std::uint64_t bytes, const std::vector<int>& pids) {
  const auto folder = [](const std::string& of) {
    return ::open(of.substr(0, of.rfind('/')).c_str(), O_RDONLY | O_DIRECTORY);
  };
  const base::UniqueFd live(::open(path.c_str(), O_RDWR)), directory(folder(path)), archives(folder(prefix));
  rotator::InPlaceRequest request;
  request.live = live.get();
  request.live_directory = directory.get();
  request.archive_directory = archives.get();
  request.live_name = path.substr(path.rfind('/') + 1);
  request.compression = {codec == "zstd"   ? rotator::Codec::zstd
                         : codec == "gzip" ? rotator::Codec::gzip
                                           : rotator::Codec::none,
                         0};
  const std::pair<std::string_view, rotator::InPlaceMode> kModes[] = {
      {"automatic", rotator::InPlaceMode::automatic}, {"exchange", rotator::InPlaceMode::exchange},
      {"collapse", rotator::InPlaceMode::collapse},   {"punch", rotator::InPlaceMode::punch},
      {"pause", rotator::InPlaceMode::pause},         {"truncate", rotator::InPlaceMode::truncate}};
  for (const auto& [name, value] : kModes)
    if (name == mode) request.mode = value;
  request.freeze = [&]() -> base::Result<void> {
    for (const int pid : pids) ::kill(pid, SIGSTOP);
    for (const int pid : pids)
      while (!is_stopped(pid)) std::this_thread::yield();
    return {};
  };
  request.thaw = [&]() -> base::Result<void> {
    for (const int pid : pids) ::kill(pid, SIGCONT);
    return {};
  };
  for (int number = 1; number <= times;) {
    const auto waiting = rotator::unarchived_bytes(live.get(), archives.get(), request.live_name);
    if (!waiting || *waiting < bytes) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      continue;
    }
    request.archive_name = fmt::format("{}.{:04}", prefix.substr(prefix.rfind('/') + 1), number++);
    const auto report = rotator::rotate_in_place(request);
    if (!report) {
      fmt::print(stderr, "{}\n", report.error().message);
      return 1;
    }
    fmt::print("{}\n", rotator::describe(*report));
  }
  return 0;
}

struct Check {
  std::vector<std::vector<bool>> seen;
  std::uint64_t doubled = 0, torn = 0, nuls = 0;

  // Takes whole lines; returns how many bytes are left of one that is not whole yet.
  std::size_t take(std::string_view text) {
    while (!text.empty()) {
      if (text[0] == '\0') {
        const std::size_t end = std::min(text.find_first_not_of('\0'), text.size());
        nuls += end;
        text.remove_prefix(end);
        continue;
      }
      const std::size_t end = text.find('\n');
      if (end == text.npos) return text.size();
      take_line(text.substr(0, end + 1));
      text.remove_prefix(end + 1);
    }
    return 0;
  }
  void take_line(std::string_view line) {
    if (line.size() == kLine && get_number(line.substr(kLine - 9, 8), 16) == base::crc32c(line.substr(0, kLine - 10))) {
      const std::uint64_t writer = get_number(line.substr(0, 2), 10), number = get_number(line.substr(3, 12), 10);
      if (writer < seen.size() && number < seen[writer].size()) {
        doubled += seen[writer][number] ? 1 : 0;
        seen[writer][number] = true;
        return;
      }
    }
    ++torn;
  }
};

// check LOG WRITTEN,WRITTEN… ARCHIVE…: in the order in which they were made
int check(const std::string& log, const std::string& written, const std::vector<std::string>& archives) {
  Check all;
  for (std::size_t at = 0; at < written.size(); at = std::min(written.find(',', at), written.size() - 1) + 1)
    all.seen.emplace_back(std::strtoull(written.c_str() + at, nullptr, 10) + 1);
  std::string buffer(4 << 20, '\0');
  std::size_t kept = 0;
  const auto take = [&](std::size_t count) {
    const std::size_t size = kept + count;
    kept = all.take({buffer.data(), size});
    if (kept > buffer.size() / 2) kept = 0, ++all.torn;
    std::memmove(buffer.data(), buffer.data() + size - kept, kept);
  };
  for (const std::string& archive : archives) {
    const base::UniqueFd fd(::open(archive.c_str(), O_RDONLY));
    const auto facts = rotator::look_at_archive(fd.get());
    auto text = rotator::open_text(fd.get(), facts ? facts->codec : rotator::Codec::none);
    while (text) {
      const auto count = (*text)->read({buffer.data() + kept, buffer.size() - kept});
      if (!count) {
        fmt::print(stderr, "{}: {}\n", archive, count.error().message);
        return 1;
      }
      if (*count == 0) break;
      take(*count);
    }
  }
  const base::UniqueFd live(::open(log.c_str(), O_RDWR)), folder(::open(log.substr(0, log.rfind('/')).c_str(), O_RDONLY));
  const std::uint64_t size = *rotator::size_of(live.get());
  std::uint64_t at =
      size - rotator::unarchived_bytes(live.get(), folder.get(), log.substr(log.rfind('/') + 1)).value_or(size);
  at = std::max(at, *rotator::next_data(live.get(), at));
  while (at < size) {
    const auto count = ::pread(live.get(), buffer.data() + kept, buffer.size() - kept, static_cast<off_t>(at));
    if (count <= 0) break;
    at += static_cast<std::uint64_t>(count);
    take(static_cast<std::size_t>(count));
  }
  if (kept > 0) ++all.torn;
  std::uint64_t lost = 0, expected = 0;
  for (const auto& seen : all.seen) {
    expected += seen.size() - 1;
    for (std::size_t number = 1; number < seen.size(); ++number) lost += seen[number] ? 0 : 1;
  }
  fmt::print("{{\"written\": {}, \"lost\": {}, \"doubled\": {}, \"torn\": {}, \"nuls\": {}}}\n", expected, lost, all.doubled,
             all.torn, all.nuls);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto number = [&](std::size_t at) { return std::strtoull(words[at].c_str(), nullptr, 10); };
  if (words.size() == 5 && words[0] == "write")
    return write_lines(words[1], static_cast<unsigned>(number(2)), number(3), words[4] == "append");
  if (words.size() == 1 && words[0] == "watch") return watch();
  if (words.size() >= 7 && words[0] == "rotate") {
    std::vector<int> pids;
    for (std::size_t at = 7; at < words.size(); ++at) pids.push_back(static_cast<int>(number(at)));
    return rotate(words[1], words[2], words[3], words[4], static_cast<int>(number(5)), number(6), pids);
  }
  if (words.size() >= 3 && words[0] == "check") return check(words[1], words[2], {words.begin() + 3, words.end()});
  fmt::print(stderr, "usage: in_place_torture write|watch|rotate|check … (see its source)\n");
  return 64;
}
