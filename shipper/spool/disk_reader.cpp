#include "shipper/spool/disk_reader.hpp"

#include <algorithm>
#include <utility>

#include "shipper/spool/file_names.hpp"

namespace longshore::shipper {
namespace {

// A place that cannot be read so often, one try after the other, will not become readable: it is damage.
constexpr int kPatience = 3;

}  // namespace

DiskReader::DiskReader(base::FileSystem& file_system, std::string directory, SpoolIndex& index, Quarantine& quarantine,
                       std::uint64_t from_seq)
    : file_system_(file_system),
      directory_(std::move(directory)),
      index_(index),
      quarantine_(quarantine),
      pool_(2, 4 << 20),
      next_seq_(std::max(from_seq, index.first_seq())),
      position_(index.begin_of(next_seq_)) {
  index_.set_reader(this, next_seq_);
}

DiskReader::~DiskReader() { index_.forget_reader(this); }

base::Result<std::shared_ptr<const Batch>> DiskReader::next() {
  SpoolIndex::Lookup found = index_.find(this, next_seq_);
  if (found.batch) {
    next_seq_ = found.batch->end_seq();
    position_ = found.end;
    scanner_.reset();
    return std::move(found.batch);
  }
  if (!found.on_disk) return nullptr;
  auto batch = next_from_disk();
  if (batch) {
    failures_ = 0;
  } else {
    if (batch.error().code == base::Code::io) ++failures_;
    scanner_.reset();  // it may have gone past the block that could not be read
  }
  return batch;
}

base::Result<std::shared_ptr<const Batch>> DiskReader::next_from_disk() {
  while (const auto segment = index_.segment_at(position_.segment)) {
    if (segment->name.number != position_.segment) position_ = {segment->name.number, 0};
    if (!scanner_ || scanner_->number() != position_.segment) {
      const auto opened = open_segment(*segment);
      if (!opened && opened.error().code != base::Code::not_found) return base::fail(opened.error());
      if (!opened) {  // deleted meanwhile, or by somebody else
        if (segment->newest) return nullptr;
        position_ = {segment->name.number + 1, 0};
        continue;
      }
    }
    TRY(batch, step(*segment));
    if (batch) return batch;
    if (segment->newest) return nullptr;
    position_ = {segment->name.number + 1, 0};
  }
  return nullptr;
}

// The next batch of this segment; null at its end.
base::Result<std::shared_ptr<const Batch>> DiskReader::step(const SpoolIndex::Segment& segment) {
  for (;; position_.offset = scanner_->position()) {
    TRY(found, scanner_->next(segment.size));
    if (found == SegmentScanner::Step::end) return nullptr;
    if (found == SegmentScanner::Step::damage) {
      report_damage(segment);
      continue;
    }
    // After a failed sync the next segment repeats what it failed for. That copy counts: this one may have holes by now.
    const BlockHeader& header = scanner_->header();
    if (header.event_count == 0 || header.end_seq() <= next_seq_ || header.first_seq >= segment.end_seq) continue;
    const std::shared_ptr<Batch> batch = pool_.get();
    TRY(intact, scanner_->read(*batch));
    if (!intact) {
      report_damage(segment);
      continue;
    }
    // What every cursor has passed was deleted because nobody needs it, perhaps just now: it is not missing.
    const std::uint64_t expected = std::max(next_seq_, index_.needed_seq());
    if (header.first_seq > expected) index_.report_gap(expected, header.first_seq);
    next_seq_ = header.end_seq();
    position_.offset = scanner_->position();
    return batch;
  }
}

base::Result<void> DiskReader::open_segment(const SpoolIndex::Segment& segment) {
  TRY(file, file_system_.open(path_of(segment.name), base::OpenMode::read));
  scanner_.emplace(std::move(file), segment.name.number, position_.offset);
  scanner_->treat_unreadable_as_damage(failures_ >= kPatience);
  return {};
}

void DiskReader::report_damage(const SpoolIndex::Segment& segment) {
  if (index_.report_damage(segment.name.number, scanner_->damage_begin(), scanner_->position()))
    quarantine_.keep(path_of(segment.name), segment.name.number, scanner_->damage_begin(), scanner_->position());
}

std::string DiskReader::path_of(SegmentName name) const { return directory_ + "/" + segment_file_name(name); }

}  // namespace longshore::shipper
