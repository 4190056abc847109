// Random lives of a log file against what must come out: every line that was written once, none twice, whatever is done to
// the file between two looks and however often shipper restarts.
#include <algorithm>
#include <random>

#include "shipper/tail/tailer_for_test.hpp"

namespace longshore::shipper {
namespace {

class Life {
 public:
  explicit Life(unsigned seed) : random_(seed) {
    scenario_.options.paths = {scenario_.dir + (random_() % 2 == 0 ? "/app.log" : "/app.log*")};
    scenario_.options.max_line = base::Bytes{2048};
    scenario_.start();
  }

  void step() {
    switch (random_() % 12) {
      case 0:
      case 1:
      case 2:
        return write(1 + random_() % 20);
      case 3:
        return write_half();
      case 4:
        return rotate_by_rename();
      case 5:
        return rotate_by_copy();
      case 6:
        return restart();
      case 7:
        return compress_oldest();
      case 8: {
        Batch batch;
        scenario_.tailer->read_some(batch, scenario_.now, 1, scenario_.lost);  // a little
        return scenario_.take(batch);
      }
      default:
        scenario_.settle(std::chrono::milliseconds(20 + random_() % 3000));
    }
  }

  void check() {
    end_half();
    for (int i = 0; i < 3; ++i) scenario_.settle(std::chrono::minutes(2));
    std::sort(written_.begin(), written_.end());
    std::sort(scenario_.lines.begin(), scenario_.lines.end());
    ASSERT_EQ(scenario_.lines, written_) << log_;
    ASSERT_TRUE(scenario_.gaps.empty()) << scenario_.gaps[0] << "\n" << log_;
  }

 private:
  std::string next_line() {
    written_.push_back("line " + std::to_string(10'000'000 + next_++) + std::string(random_() % 200, 'x'));
    return written_.back();
  }
  void write(std::size_t count) {
    end_half();
    std::string bytes;
    for (std::size_t i = 0; i < count; ++i) bytes += next_line() + "\n";
    scenario_.append("app.log", bytes);
    log_ += "write " + std::to_string(count) + "\n";
  }
  void write_half() {
    end_half();
    const std::string line = next_line();
    const std::size_t cut = random_() % line.size();
    scenario_.append("app.log", line.substr(0, cut));
    half_ = line.substr(cut) + "\n";
    log_ += "write half\n";
  }
  void end_half() {
    if (!half_.empty()) scenario_.append("app.log", std::exchange(half_, ""));
  }
  bool exists() { return std::filesystem::exists(scenario_.path("app.log")); }
  void shift() {
    for (int i = 3; i >= 1; --i) {
      const std::string from = "app.log." + std::to_string(i);
      if (std::filesystem::exists(scenario_.path(from))) scenario_.rename(from, "app.log." + std::to_string(i + 1));
    }
  }
  void rotate_by_rename() {
    if (!exists()) return;
    end_half();
    scenario_.remove("app.log.4");
    // What was deleted had been read: that is what a look between two rotations is for.
    scenario_.settle();
    shift();
    scenario_.rename("app.log", "app.log.1");
    log_ += "rename\n";
    if (random_() % 2 == 0) write(1);
  }
  void rotate_by_copy() {
    if (!exists()) return;
    end_half();
    scenario_.settle();
    write(random_() % 3);
    shift();
    scenario_.copy("app.log", "app.log.1");
    if (random_() % 3 == 0) scenario_.settle();
    scenario_.truncate("app.log");
    log_ += "copytruncate\n";
    // The source of the next copy is told from this one by a beginning of its own.
    if (random_() % 2 == 0) scenario_.settle();
    write(1);
    scenario_.settle();
  }
  void compress_oldest() {
    if (!std::filesystem::exists(scenario_.path("app.log.2"))) return;
    scenario_.settle();
    scenario_.rename("app.log.2", "app.log.2.gz");
    log_ += "compress\n";
  }
  void restart() {
    if (random_() % 2 == 0) write(1 + random_() % 3);
    scenario_.start();
    log_ += "restart\n";
  }

  TailScenario scenario_;
  std::mt19937 random_;
  std::vector<std::string> written_;
  std::string half_;
  std::string log_;
  unsigned next_ = 0;
};

TEST(TailerModel, EveryLineComesExactlyOnceThroughEveryLifeOfAFile) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Life life(seed);
    for (int i = 0; i < 40; ++i) life.step();
    life.check();
    if (testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace longshore::shipper
