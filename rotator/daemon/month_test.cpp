// A month of a host in virtual time with real files: three volumes, three kinds of writer, restarts, downtime and clocks
// that jump. At every step the limits hold, and every line that was ever written is in exactly one place: in its log, in an
// archive, or in an archive that a stated rule has removed.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <map>
#include <random>
#include <set>

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
  Writer(std::string path, std::size_t padding) : path_(std::move(path)), padding_(padding) { open(); }
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
      text += "line " + std::to_string(next_++) + " " + std::string(padding_, 'x') + "\n";
    ASSERT_EQ(::write(fd_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  const std::string& path() const { return path_; }
  std::uint64_t written() const { return next_; }

 private:
  std::string path_;
  std::size_t padding_;
  int fd_ = -1;
  std::uint64_t next_ = 0;
};

constexpr std::uint64_t kRuleLimit = 400 << 10, kVolumeLimit = 300 << 10;

class Month : public ::testing::Test, protected KeeperForTest {
 protected:
  Month() : KeeperForTest(base::parse_rfc3339("2026-10-20T12:00:00Z").value()) {
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

  WatchedHands watched_{hands};
};

TEST_F(Month, KeepsEveryLineAndEveryLimit) {
  begin_watched();
  std::mt19937 random(20);
  Writer app(folder / "app/app.log", 180), web(folder / "web/access.log", 90), job(folder / "job/job.log", 30);
  for (int step = 0; step < 30 * 12; ++step) {
    app.write(random() % 200);
    web.write(random() % 120);
    if (step % 12 == 7) job.write(1 + random() % 20);
    if (step % 53 == 20) begin_watched();  // killed and started anew
    const bool down = step % 71 > 65;      // for ten hours
    if (step == 150) now = now - 2h;       // the clock is set back
    if (step == 200) now = now + 30h;      // and ahead
    if (down) {
      now = now + 2h;
      steady += 2h;
      continue;
    }
    pass(2h);
    if (std::filesystem::remove(folder / "reopen")) web.open();
    pass(20s);  // what was rotated is compressed when the writer has left it
    EXPECT_LE(allocated("app"), kRuleLimit) << "step " << step << " " << ::testing::PrintToString(names());
    EXPECT_LE(allocated("web"), kVolumeLimit) << "step " << step;
    if (HasFailure()) return;
    if (step % 48 == 0) {
      for (const Writer* writer : {&app, &web, &job})
        ASSERT_NO_FATAL_FAILURE(expect_every_line_once(*writer)) << "step " << step;
    }
  }
  for (const Writer* writer : {&app, &web, &job}) ASSERT_NO_FATAL_FAILURE(expect_every_line_once(*writer));
  const KeeperCounts& counts = keeper->counts();
  EXPECT_EQ(counts.rotation_failures + counts.compression_failures + counts.at_risk_bytes, 0U);
  EXPECT_GT(watched_.expired[app.path()].size(), 0U);
  EXPECT_GT(watched_.expired[web.path()].size(), 0U);
  EXPECT_GT(watched_.expired[job.path()].size(), 0U);
}

}  // namespace
}  // namespace longshore::rotator
