// A month of a host in virtual time with real files: three volumes, three kinds of writer, restarts, downtime and clocks
// that jump, and a real shipper that follows all of it. At every step the limits hold, and every line that was ever written
// is in exactly one place: in its log, in an archive, or in an archive that a stated rule has removed, and then it is at
// shipper's sink.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "common/io/endpoint.hpp"
#include "rotator/daemon/keeper_for_test.hpp"

namespace longshore::rotator {
namespace {

using namespace std::chrono_literals;

std::string output_of(const std::string& command) {
  std::string text;
  FILE* const pipe = ::popen(command.c_str(), "r");
  for (char chunk[64 * 1024]; const std::size_t count = std::fread(chunk, 1, sizeof chunk, pipe);) text.append(chunk, count);
  EXPECT_EQ(::pclose(pipe), 0) << command;
  return text;
}
std::string text_of(const std::string& path) {
  return output_of((is_compressed_name(path) ? "zstd -dcq " : "cat ") + ("'" + path + "'"));
}

// The numbers of the lines in a text, each line whole.
std::vector<std::uint64_t> numbers_in(const std::string& text) {
  std::vector<std::uint64_t> found;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    EXPECT_NE(end, text.npos) << "a torn line";
    if (end == text.npos) break;
    EXPECT_EQ(text.substr(at, 5), "line ") << text.substr(at, 60);
    found.push_back(std::stoull(text.substr(at + 5)));
    at = end + 1;
  }
  return found;
}

// Remembers what was in the archives that the rules remove.
class WatchedHands final : public Hands {
 public:
  explicit WatchedHands(Hands& hands) : hands_(hands) {}
  base::Result<RotationOutcome> rotate(const LogOrder& order) override { return hands_.rotate(order); }
  base::Result<RotationOutcome> complete(const LogOrder& order) override { return hands_.complete(order); }
  base::Result<std::uint64_t> unarchived(const LogOrder& order) override { return hands_.unarchived(order); }
  base::Result<CompressionOutcome> compress(const LogOrder& order, const std::string& archive) override {
    return hands_.compress(order, archive);
  }
  base::Result<void> remove(const LogOrder& order, const std::string& archive) override {
    for (const std::uint64_t number : numbers_in(text_of(order.archive_folder + "/" + archive)))
      expired[order.path()].push_back(number);
    return hands_.remove(order, archive);
  }
  std::map<std::string, std::vector<std::uint64_t>> expired;  // by log

 private:
  Hands& hands_;
};

class Writer {
 public:
  Writer(std::string path, std::size_t padding)
      : path_(std::move(path)), name_(std::filesystem::path(path_).stem().string()), padding_(padding) {
    open();
  }
  ~Writer() { ::close(fd_); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  void open() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  }
  void write(std::size_t lines) {
    std::string text;
    for (std::size_t i = 0; i < lines; ++i)
      text += "line " + std::to_string(next_++) + " " + name_ + " " + std::string(padding_, 'x') + "\n";
    ASSERT_EQ(::write(fd_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  const std::string& path() const { return path_; }
  const std::string& name() const { return name_; }
  std::uint64_t written() const { return next_; }

 private:
  std::string path_, name_;
  std::size_t padding_;
  int fd_ = -1;
  std::uint64_t next_ = 0;
};

// A real shipper that follows the volumes. Its standard output is the sink.
class Sink {
 public:
  explicit Sink(const std::string& volumes) {
    const base::UniqueFd listener = io::open_listener(io::parse_endpoint("tcp://127.0.0.1:0").value()).value();
    std::ofstream(folder_ / "shipper.yaml")
        << "data_dir: " << folder_.path() << "/data\nadmin: 127.0.0.1:" << io::bound_port(listener.get())
        << "\nsources: [{type: file, paths: ['" << volumes << "/*/*.log'], start: beginning}]\n"
        << "sinks: [{type: stdout, format: raw}]\n";
    const char* binaries = std::getenv("LONGSHORE_BIN");
    if (binaries == nullptr) throw std::runtime_error("LONGSHORE_BIN names the folder of binaries");
    const std::string shipper = std::string(binaries) + "/shipper run --config " + folder_ / "shipper.yaml";
    pipe_ = ::popen(("echo $$; exec setpriv --pdeathsig KILL " + shipper + " 2>" + folder_ / "log").c_str(), "re");
  }
  ~Sink() { static_cast<void>(end()); }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  // Waits until all that the writer has written is there.
  void expect_all_of(const Writer& writer) {
    const auto limit = std::chrono::steady_clock::now() + 60s;
    while (lines[writer.name()].size() < writer.written() && std::chrono::steady_clock::now() < limit && read()) {
    }
    ASSERT_EQ(lines[writer.name()].size(), writer.written()) << writer.path() << "\n"
                                                             << output_of("tail " + folder_ / "log");
  }
  // shipper's exit code; what it still had is here.
  int end() {
    if (pipe_ == nullptr) return 0;
    ::kill(pid_, SIGTERM);
    while (read()) {
    }
    return ::pclose(std::exchange(pipe_, nullptr));
  }

  std::map<std::string, std::set<std::uint64_t>> lines;  // by the writer's name
  std::uint64_t repeated = 0;

 private:
  bool read() {
    pollfd readable{::fileno(pipe_), POLLIN, 0};
    if (::poll(&readable, 1, 1000) == 0) return true;
    char chunk[64 * 1024];
    const ssize_t size = ::read(::fileno(pipe_), chunk, sizeof chunk);
    if (size > 0) text_.append(chunk, static_cast<std::size_t>(size));
    std::size_t begin = 0;
    for (std::size_t stop = 0; (stop = text_.find('\n', begin)) != text_.npos; begin = stop + 1)
      take(std::string_view(text_).substr(begin, stop - begin));
    text_.erase(0, begin);
    return size > 0;
  }
  void take(std::string_view line) {
    if (pid_ == 0) {
      std::from_chars(line.data(), line.data() + line.size(), pid_);
      return;
    }
    std::uint64_t number = 0;
    ASSERT_TRUE(line.starts_with("line ")) << line;
    const auto [end, error] = std::from_chars(line.data() + 5, line.data() + line.size(), number);
    ASSERT_EQ(error, std::errc()) << line;
    line.remove_prefix(static_cast<std::size_t>(end - line.data()) + 1);
    if (!lines[std::string(line.substr(0, line.find(' ')))].insert(number).second) ++repeated;
  }

  TemporaryFolder folder_;
  FILE* pipe_ = nullptr;
  pid_t pid_ = 0;
  std::string text_;
};

constexpr std::uint64_t kRuleLimit = 400 << 10, kVolumeLimit = 300 << 10;

class Month : public ::testing::Test, protected KeeperForTest {
 protected:
  Month() : KeeperForTest(base::parse_rfc3339("2026-10-20T12:00:00Z").value()) {
    hands = FileHands(docker::Engine("/nowhere/docker.sock"), 50ms);  // writers and shipper have all of it open
    for (const char* name : {"app", "web", "job"}) std::filesystem::create_directories(folder / name);
    configure(R"(
volumes: [{path: DIR/web, max_total_size: 300KiB}]
rules:
  - {paths: ['DIR/app/*.log'], when: daily, max_size: 64KiB, keep: -1, max_total_size: 400KiB}
  - {paths: ['DIR/web/*.log'], when: hourly, how: rename, create_mode: 0640, after: 'touch DIR/reopen', keep: 40, compress: gzip}
  - {paths: ['DIR/job/*.log'], when: daily, keep: 100, max_age: 10d}
)");
  }
  void begin_watched() {
    watch = std::make_unique<FolderWatch>();
    keeper = std::make_unique<Keeper>(rules, base::Zone::utc(), 1s, watched_, runner, *watch);
  }

  std::uint64_t allocated(const std::string& name) const {
    std::uint64_t sum = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder / name)) {
      struct stat info{};
      if (::stat(entry.path().c_str(), &info) == 0) sum += static_cast<std::uint64_t>(info.st_blocks) * 512;
    }
    return sum;
  }

  // Every number below written() exactly once.
  void expect_every_line_once(const Writer& writer) {
    std::vector<std::uint64_t> all = watched_.expired[writer.path()];
    for (const std::uint64_t number : all)
      ASSERT_TRUE(sink_.lines[writer.name()].contains(number)) << "removed, and not at the sink: " << writer.path();
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(writer.path()).parent_path())) {
      const std::string path = entry.path().string(), log = std::filesystem::path(writer.path()).filename().string();
      if (!parse_archive_name(entry.path().filename().string(), log, "")) continue;
      for (const std::uint64_t number : numbers_in(text_of(path))) all.push_back(number);
    }
    LogOrder order{rules,
                   rule_of(writer),
                   std::filesystem::path(writer.path()).parent_path().string(),
                   {},
                   std::filesystem::path(writer.path()).filename().string(),
                   now};
    order.archive_folder = order.folder;
    const std::string live = text_of(writer.path());
    const std::uint64_t fresh = order.block().block.policy.copytruncate ? hands.unarchived(order).value() : live.size();
    for (const std::uint64_t number : numbers_in(live.substr(live.size() - fresh))) all.push_back(number);
    std::ranges::sort(all);
    ASSERT_EQ(all.size(), writer.written()) << writer.path();
    for (std::uint64_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i], i) << writer.path();
  }
  std::size_t rule_of(const Writer& writer) const {
    return writer.path().find("/app/") != std::string::npos ? 0 : writer.path().find("/web/") != std::string::npos ? 1 : 2;
  }

  Sink sink_{folder.path()};
  WatchedHands watched_{hands};
};

constexpr base::Duration kStep = 2h;
constexpr int kDay = 24h / kStep;

TEST_F(Month, KeepsEveryLineAndEveryLimit) {
  begin_watched();
  std::mt19937 random(20);
  Writer app(folder / "app/app.log", 180), web(folder / "web/access.log", 90), job(folder / "job/job.log", 30);
  for (int step = 0; step < 30 * kDay; ++step) {
    app.write(random() % 200);
    web.write(random() % 120);
    if (step % kDay == 7) job.write(1 + random() % 20);
    // Archives expire after hours at the earliest; shipper is not to be slower than that in a time of which it knows
    // nothing.
    for (const Writer* writer : {&app, &web, &job}) ASSERT_NO_FATAL_FAILURE(sink_.expect_all_of(*writer)) << "step " << step;
    if (step % 53 == 20) begin_watched();  // killed and started anew
    const bool down = step % 71 > 65;      // for ten hours
    if (step == 150) now = now - 2h;       // the clock is set back
    if (step == 200) now = now + 30h;      // and ahead
    if (down) {
      now = now + kStep;
      steady += kStep;
      continue;
    }
    pass(kStep);
    if (std::filesystem::remove(folder / "reopen")) web.open();
    pass(20s);  // what was rotated is compressed when the writer has left it
    EXPECT_LE(allocated("app"), kRuleLimit) << "step " << step << " " << ::testing::PrintToString(names());
    EXPECT_LE(allocated("web"), kVolumeLimit) << "step " << step;
    if (HasFailure()) return;
    if (step % (4 * kDay) == 0) {
      for (const Writer* writer : {&app, &web, &job})
        ASSERT_NO_FATAL_FAILURE(expect_every_line_once(*writer)) << "step " << step;
    }
  }
  EXPECT_EQ(sink_.end(), 0);
  EXPECT_EQ(sink_.repeated, 0U);
  for (const Writer* writer : {&app, &web, &job}) ASSERT_NO_FATAL_FAILURE(expect_every_line_once(*writer));
  const KeeperCounts& counts = keeper->counts();
  EXPECT_EQ(counts.rotation_failures + counts.compression_failures + counts.at_risk_bytes, 0U);
  EXPECT_GT(watched_.expired[app.path()].size(), 0U);
  EXPECT_GT(watched_.expired[web.path()].size(), 0U);
  EXPECT_GT(watched_.expired[job.path()].size(), 0U);
}

}  // namespace
}  // namespace longshore::rotator
