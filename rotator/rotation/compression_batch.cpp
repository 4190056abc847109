#include "rotator/rotation/compression_batch.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "rotator/archive/archive_files.hpp"
#include "rotator/archive/archive_reader.hpp"
#include "rotator/files/attributes.hpp"
#include "rotator/files/leases.hpp"
#include "rotator/rotation/archive_steps.hpp"
#include "rotator/rotation/process.hpp"

namespace longshore::rotator {
namespace {

using base::Code;
using base::fail;
using base::fail_errno;
using base::Result;
using base::UniqueFd;

constexpr std::size_t kMost = 128;            // two descriptors each, and a directory
constexpr std::uint64_t kMuch = 64ULL << 20;  // bytes of text

Result<void> by_command(const Run& run, const Policy& policy, const std::string& path, int source, int target) {
  ProcessRequest request{.words = {policy.compress_command.program},
                         .environment = {"LOGROTATE_COMPRESSED_FILENAME=" + path}};
  if (policy.compress_options)
    request.words.insert(request.words.end(), policy.compress_options->begin(), policy.compress_options->end());
  request.input = source;
  request.output = target;
  request.capture_errors = true;
  request.user = policy.su;
  TRY(result, run_process(request));
  if (!result.errors.empty()) {
    while (result.errors.ends_with('\n')) result.errors.pop_back();
    run.messages.error(fmt::format("Compressing program wrote following message to stderr when compressing log {}:\n{}",
                                   path, result.errors));
  }
  if (!result.good()) return fail(Code::io, "failed to compress log " + path);
  return {};
}

// Reads the archive back and compares. What a foreign program made of it can only be read if it is gzip or zstd.
Result<void> check(int archive, int source, std::uint64_t size) {
  TRY(facts, look_at_archive(archive));
  if (facts.codec == Codec::none) return {};
  return verify_archive(archive, source, {0, size}, facts.codec);
}

// Is it a whole archive of the same text?
bool holds(const Directory& directory, const std::string& name, int source, std::uint64_t size) {
  const auto archive = directory.open_file(name, O_RDONLY);
  if (!archive) return false;
  const auto facts = look_at_archive(archive->get());
  return facts && facts->codec != Codec::none && verify_archive(archive->get(), source, {0, size}, facts->codec).has_value();
}

// Writes out what of the file is not on the disk yet; `wait`: until it is. Neither its size nor its name is durable then.
void write_out(int file, bool wait) {
  constexpr unsigned kWait = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
  static_cast<void>(::sync_file_range(file, 0, 0, wait ? kWait : SYNC_FILE_RANGE_WRITE));
}

}  // namespace

CompressionBatch::~CompressionBatch() {
  for (const Item& item : begun_) static_cast<void>(item.directory->unlink(item.hidden()));
}

void CompressionBatch::add(std::shared_ptr<const Directory> directory, const std::string& name, Done done) {
  Item item{.directory = std::move(directory),
            .name = name,
            .target = name + block_.policy.compress_extension,
            .done = std::move(done),
            .source = {},
            .temporary = {},
            .facts = {},
            .result = {}};
  auto begun = begin(item);
  if (!begun && begun.error().code == Code::exhausted && !empty()) {
    finish();  // their sources make room
    begun = begin(item);
  }
  if (!begun || !*begun) return item.done(begun ? Result<void>() : fail(begun.error()));
  bytes_ += item.facts.size;
  begun_.push_back(std::move(item));
  if (begun_.size() >= kMost || bytes_ >= kMuch) finish();
}

// False: there is nothing more to do.
Result<bool> CompressionBatch::begin(Item& item) const {
  run_.messages.debug(fmt::format("compressing log with: {}", block_.policy.compress_command.program));
  if (run_.dry) return false;
  auto source = open_log(*item.directory, item.name, block_.policy, O_RDONLY);
  if (!source)
    return fail(source.error().code,
                fmt::format("unable to open {} (read-only) for compression: {}", item.path(), source.error().message));
  item.source = std::move(*source);
  struct stat status = {};
  if (::fstat(item.source.get(), &status) != 0) return fail_errno(errno, "fstat of " + item.path() + " failed");
  item.facts = facts_of(status);
  if (is_written_elsewhere(item.source.get()) == OpenElsewhere::yes) {
    item.postponed = true;
    end(item);
    return false;
  }
  if (const auto there = item.directory->facts(item.target)) {
    item.target_is_there = true;
    if (there->kind == FileKind::regular && holds(*item.directory, item.target, item.source.get(), item.facts.size)) {
      run_.messages.debug(fmt::format("{} was compressed by an earlier run", item.path()));
      TRY_VOID(remove_archive(run_, block_, *item.directory, item.name));
      return false;
    }
  }
  TRY(temporary, item.directory->create_temporary(item.target));
  item.temporary = std::move(temporary);
  if (auto filled = fill(item); !filled) {
    static_cast<void>(item.directory->unlink(item.hidden()));
    return fail(filled.error().code, fmt::format("failed to compress log {}: {}", item.path(), filled.error().message));
  }
  return true;
}

Result<void> CompressionBatch::fill(Item& item) const {
  const int source = item.source.get(), target = item.temporary.get();
  const Compression own = own_compression(block_.policy);
  if (own.codec == Codec::none) {
    TRY_VOID(by_command(run_, block_.policy, item.path(), source, target));
  } else {
    const auto index = compress_file(source, {0, item.facts.size}, target, own, item.facts.modified);
    if (!index) return fail(index.error());
  }
  TRY(access, access_of(source));
  TRY_VOID(give_access(target, access, item.directory->path_of(item.target)));
  write_out(target, false);
  return {};
}

// The text as well: what its writer has not made durable must not be shorter after a power loss than its archive. Each file
// is synced, as it must be; but when all bytes are written out already, the first of these calls takes the rest with it, and
// the others find little to do.
void CompressionBatch::make_durable() {
  for (const Item& item : begun_)
    for (const int file : {item.source.get(), item.temporary.get()}) write_out(file, true);
  for (Item& item : begun_)
    for (const int file : {item.source.get(), item.temporary.get()})
      if (::fsync(file) != 0) item.result = fail_errno(errno, "sync");
}

Result<void> CompressionBatch::give_name(Item& item) const {
  TRY_VOID(item.result);
  TRY_VOID(check(item.temporary.get(), item.source.get(), item.facts.size));
  give_times(item.temporary.get(), item.facts);  // it has been read
  struct stat status = {};
  if (::fstat(item.source.get(), &status) != 0) return fail_errno(errno, "fstat of " + item.path() + " failed");
  item.postponed = facts_of(status).size != item.facts.size;
  if (item.postponed) return item.directory->unlink(item.hidden());
  if (item.target_is_there) {
    // What only its own program can read is told from something else by being the same once more.
    const auto there = item.directory->open_file(item.target, O_RDONLY);
    if (there && compare_files(there->get(), item.temporary.get(), item.target))
      return item.directory->unlink(item.hidden());
    if (item.directory->facts(item.target)) TRY_VOID(set_aside(run_, *item.directory, item.target));
  }
  return item.directory->rename(item.hidden(), *item.directory, item.target);
}

void CompressionBatch::finish() {
  make_durable();
  std::set<const Directory*> changed;
  for (Item& item : begun_) {
    item.result = give_name(item);
    if (item.result) {
      changed.insert(item.directory.get());
      continue;
    }
    static_cast<void>(item.directory->unlink(item.hidden()));
    item.result = fail(item.result.error().code,
                       fmt::format("failed to compress log {}: {}", item.path(), item.result.error().message));
  }
  for (const Directory* directory : changed)
    if (const auto synced = directory->sync(); !synced)
      for (Item& item : begun_)
        if (item.directory.get() == directory && item.result) item.result = fail(synced.error());
  std::vector<Item> done;
  done.swap(begun_);
  bytes_ = 0;
  for (Item& item : done) {
    end(item);
    item.done(item.result);
  }
}

// From here on the archive survives whatever comes.
void CompressionBatch::end(Item& item) const {
  if (item.postponed)  // what its writer has not let go of would be lost with it
    run_.messages.warning(item.path() + " is still open for writing: it is compressed in a later run (see delaycompress)");
  else if (item.result)
    item.result = remove_archive(run_, block_, *item.directory, item.name);
}

Result<void> compress_archive(const Run& run, const Block& block, const Directory& directory, const std::string& name) {
  Result<void> result;
  CompressionBatch alone(run, block);
  alone.add({std::shared_ptr<const Directory>(), &directory}, name, [&](const Result<void>& done) { result = done; });
  alone.finish();
  return result;
}

}  // namespace longshore::rotator
