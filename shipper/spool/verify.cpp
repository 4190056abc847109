#include "shipper/spool/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "shipper/spool/cursor_file.hpp"
#include "shipper/spool/file_names.hpp"
#include "shipper/spool/recovery.hpp"
#include "shipper/spool/segment_scanner.hpp"

namespace longshore::shipper {
namespace {

using base::Code;
using Step = SegmentScanner::Step;

constexpr int kPatience = 10;  // looks at a tail before it is torn

class Verifier {
 public:
  Verifier(const std::string& directory, base::FileSystem& file_system, const std::function<void(const Damage&)>& damaged,
           const std::function<void()>& pause)
      : directory_(directory), file_system_(file_system), damaged_(damaged), pause_(pause) {}

  base::Result<VerifyTotals> run() {
    std::map<std::uint32_t, SegmentName> segments;
    TRY(names, file_system_.list(directory_));
    std::ranges::sort(names);
    for (const std::string& name : names) {
      if (const auto segment = parse_segment_file_name(name)) segments[segment->number] = *segment;
      if (is_cursor_file_name(name)) TRY_VOID(check_cursor(name));
    }
    for (auto it = segments.begin(); it != segments.end(); ++it) {
      const auto next = std::next(it);
      const bool newest = next == segments.end();
      const auto checked = check_segment(it->second, newest ? ~std::uint64_t{0} : next->second.first_seq, newest);
      if (!checked && checked.error().code != Code::not_found)
        return base::fail(checked.error());  // else: deleted meanwhile
    }
    return totals_;
  }

 private:
  base::Result<void> check_cursor(const std::string& name) {
    const auto cursor = read_cursor(file_system_, directory_ + "/" + name);
    if (!cursor && cursor.error().code == Code::not_found) return {};
    if (!cursor && cursor.error().code != Code::corrupt) return base::fail(cursor.error());
    ++totals_.files;
    totals_.bytes += 2 * kCursorSlotSize;
    if (!cursor)
      damaged_({name, 0, 2 * kCursorSlotSize, "neither slot is valid: the sink will start again at the oldest event"});
    return {};
  }

  base::Result<void> check_segment(SegmentName name, std::uint64_t end_seq, bool newest) {
    const std::string file_name = segment_file_name(name);
    const std::string path = directory_ + "/" + file_name;
    TRY(file, file_system_.open(path, base::OpenMode::read));
    TRY(size, file->size());
    ++totals_.files;
    totals_.bytes += size;
    std::optional<SegmentScanner> scanner(std::in_place, std::move(file), name.number);
    scanner->treat_unreadable_as_damage(true);
    int looks = 0;
    for (std::uint64_t limit = size; scanner->position() < size;) {
      TRY(step, scanner->next(limit));
      if (step == Step::end) return {};
      bool intact = step == Step::block;
      if (intact) {
        batch_.clear();
        TRY(read, scanner->read(batch_));
        intact = read;
      }
      if (!intact && newest && scanner->position() == limit && looks < kPatience) {
        ++looks;
        pause_();
        TRY(again, file_system_.open(path, base::OpenMode::read));
        TRY(now, again->size());
        if (now <= scanner->damage_begin()) return {};  // its writer cut it off
        limit = now;
        scanner.emplace(std::move(again), name.number, scanner->damage_begin());
        scanner->treat_unreadable_as_damage(true);
        continue;
      }
      const Damage place{file_name, scanner->damage_begin(), scanner->position(), {}};
      if (intact)
        count(scanner->header(), end_seq, place);
      else
        report(place, step == Step::block ? describe(scanner->header()) : "holds no block that can be read");
    }
    return {};
  }

  // What a block with bad data was.
  static std::string describe(const BlockHeader& header) {
    if (header.event_count == 0) return "a block of checkpoints: its content is wrong";
    return fmt::format("events {} to {}: their checksum or content is wrong", header.first_seq, header.end_seq() - 1);
  }

  void count(const BlockHeader& header, std::uint64_t end_seq, Damage place) {
    ++totals_.blocks;
    if (header.event_count == 0 || header.first_seq >= end_seq || header.end_seq() <= next_seq_) return;
    if (next_seq_ != 0 && header.first_seq > next_seq_ && header.first_seq - next_seq_ < kUnknownGap)
      report({place.file, place.begin, place.begin, {}},
             fmt::format("events {} to {} are missing before it", next_seq_, header.first_seq - 1));
    totals_.events += header.end_seq() - std::max(next_seq_, header.first_seq);
    next_seq_ = header.end_seq();
  }

  void report(Damage place, std::string what) {
    place.what = std::move(what);
    damaged_(place);
  }

  const std::string& directory_;
  base::FileSystem& file_system_;
  const std::function<void(const Damage&)>& damaged_;
  const std::function<void()>& pause_;
  VerifyTotals totals_;
  std::uint64_t next_seq_ = 0;  // behind the last event seen
  Batch batch_;
};

}  // namespace

base::Result<VerifyTotals> verify_spool(const std::string& directory, base::FileSystem& file_system,
                                        const std::function<void(const Damage&)>& damaged,
                                        const std::function<void()>& pause) {
  return Verifier(directory, file_system, damaged, pause).run();
}

}  // namespace longshore::shipper
