#include "shipper/spool/spool_view.hpp"

#include <algorithm>
#include <utility>

#include "shipper/spool/cursor_file.hpp"
#include "shipper/spool/disk_reader.hpp"
#include "shipper/spool/recovery.hpp"
#include "shipper/spool/segment_scanner.hpp"

namespace longshore::shipper {
namespace {

// A shipper may delete a segment between the listing of its folder and the look at it.
constexpr int kAttempts = 10;

}  // namespace

base::Result<std::unique_ptr<SpoolView>> SpoolView::open(const std::string& directory, base::FileSystem& file_system) {
  TRY_VOID(file_system.list(directory));
  ReadOnlyFileSystem view(file_system);
  Quarantine none(view, directory);
  // Recovery finds what is there; the changes that it would make are refused, and it does not insist on any.
  auto recovered = recover(view, directory, none);
  for (int i = 1; i < kAttempts && !recovered && recovered.error().code == base::Code::not_found; ++i)
    recovered = recover(view, directory, none);
  if (!recovered) return base::fail(std::move(recovered).error());
  return std::unique_ptr<SpoolView>(new SpoolView(directory, file_system, *std::move(recovered)));
}

SpoolView::SpoolView(std::string directory, base::FileSystem& file_system, Recovered recovered)
    : file_system_(file_system),
      directory_(std::move(directory)),
      index_(std::move(recovered), 0),
      quarantine_(file_system_, directory_) {}

std::unique_ptr<SpoolReader> SpoolView::reader(std::uint64_t from_seq) {
  return std::make_unique<DiskReader>(file_system_, directory_, index_, quarantine_, from_seq);
}

base::Result<SpoolSummary> SpoolView::summary() {
  SpoolSummary found{.next_seq = index_.visible_seq(), .checkpoints = index_.checkpoints().size()};
  TRY(cursor_list, cursors());
  found.cursors = std::move(cursor_list);
  for (auto segment = index_.segment_at(0); segment; segment = index_.segment_at(segment->name.number + 1)) {
    const auto added = add_segment(*segment, found);
    if (!added && added.error().code != base::Code::not_found) return base::fail(added.error());
  }
  const std::string quarantine = directory_ + "/" + std::string(kQuarantineFolder);
  for (const std::string& name : file_system_.list(quarantine).value_or(std::vector<std::string>{}))
    if (const auto info = file_system_.stat(quarantine + "/" + name)) found.quarantined_bytes += info->size;
  return found;
}

base::Result<void> SpoolView::add_segment(const SpoolIndex::Segment& segment, SpoolSummary& summary) {
  TRY(file, file_system_.open(directory_ + "/" + segment_file_name(segment.name), base::OpenMode::read));
  SegmentScanner scanner(std::move(file), segment.name.number);
  scanner.treat_unreadable_as_damage(true);
  SegmentSummary& row = summary.segments.emplace_back();
  row = {.name = segment.name, .bytes = segment.size, .end_seq = segment.name.first_seq, .newest = segment.newest};
  for (;;) {
    TRY(step, scanner.next(segment.size));
    if (step == SegmentScanner::Step::end) return {};
    const BlockHeader& header = scanner.header();
    // As for readers: what the next segment repeats counts there.
    if (step == SegmentScanner::Step::damage || header.event_count == 0 || header.first_seq >= segment.end_seq) continue;
    const base::Timestamp received{header.received_ns};
    row.events += header.event_count;
    row.end_seq = header.end_seq();
    if (!row.first_time) row.first_time = received;
    row.last_time = received;
    for (CursorSummary& cursor : summary.cursors) {
      if (cursor.damaged || header.end_seq() <= cursor.seq) continue;
      cursor.behind += header.end_seq() - std::max(cursor.seq, header.first_seq);
      if (!cursor.waiting_since) cursor.waiting_since = received;
    }
  }
}

base::Result<std::vector<CursorSummary>> SpoolView::cursors() {
  std::vector<CursorSummary> found;
  TRY(names, file_system_.list(directory_));
  std::ranges::sort(names);
  for (const std::string& name : names) {
    if (!is_cursor_file_name(name)) continue;
    const auto cursor = read_cursor(file_system_, directory_ + "/" + name);
    if (!cursor && cursor.error().code != base::Code::corrupt) return base::fail(cursor.error());
    if (cursor)
      found.push_back({.sink = cursor->sink, .seq = cursor->seq});
    else
      found.push_back({.sink = name, .damaged = true});
  }
  return found;
}

}  // namespace longshore::shipper
