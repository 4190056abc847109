#include "rotator/rotation/archive_steps.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "rotator/archive/archive_reader.hpp"
#include "rotator/archive/text_stream.hpp"
#include "rotator/files/attributes.hpp"
#include "rotator/rotation/process.hpp"

namespace longshore::rotator {
namespace {

using base::Code;
using base::fail;
using base::fail_errno;
using base::Result;
using base::UniqueFd;

constexpr std::size_t kPiece = 1 << 20;  // bytes that are moved at once
constexpr int kHole = 64 << 10;          // bytes: what is made a hole at once
constexpr int kShredCycles = 3;          // as shred(1)

Result<std::size_t> read_at(int file, std::span<char> into, off_t offset) {
  while (true) {
    const ssize_t size = ::pread(file, into.data(), into.size(), offset);
    if (size >= 0) return static_cast<std::size_t>(size);
    if (errno != EINTR) return fail_errno(errno, "error reading");
  }
}

Result<void> write_at(int file, std::string_view bytes, off_t offset) {
  while (!bytes.empty()) {
    const ssize_t size = ::pwrite(file, bytes.data(), bytes.size(), offset);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return fail_errno(size == 0 ? ENOSPC : errno, "error writing");
    bytes.remove_prefix(static_cast<std::size_t>(size));
    offset += size;
  }
  return {};
}

// From hole to hole, until the source ends, which may grow meanwhile.
Result<void> copy_bytes(int source, int target) {
  std::vector<char> piece(kPiece);
  off_t at = 0;
  while (true) {
    const off_t data = ::lseek(source, at, SEEK_DATA);
    if (data < 0 && errno == ENXIO) break;  // a hole to the end, or the end
    if (data > at) at = data;
    TRY(size, read_at(source, piece, at));
    if (size == 0) break;
    TRY_VOID(write_at(target, {piece.data(), size}, at));
    at += static_cast<off_t>(size);
  }
  const off_t end = ::lseek(source, 0, SEEK_END);
  if (::ftruncate(target, std::max(at, end)) != 0) return fail_errno(errno, "error writing");
  return {};
}

Result<void> overwrite(int file, std::uint64_t size, int cycles) {
  std::vector<char> noise(kPiece);
  for (int i = 0; i < cycles; ++i) {
    for (std::uint64_t at = 0; at < size; at += noise.size()) {
      for (std::size_t filled = 0; filled < noise.size();) {
        const ssize_t got = ::getrandom(noise.data() + filled, noise.size() - filled, 0);
        if (got < 0 && errno != EINTR) return fail_errno(errno, "getrandom");
        if (got > 0) filled += static_cast<std::size_t>(got);
      }
      const std::size_t part = std::min<std::uint64_t>(noise.size(), size - at);
      TRY_VOID(write_at(file, {noise.data(), part}, static_cast<off_t>(at)));
    }
    if (::fdatasync(file) != 0) return fail_errno(errno, "sync");
  }
  return {};
}

// To a pipe.
Result<void> write_text(TextStream& text, int to) {
  std::vector<char> piece(kPiece);
  while (true) {
    TRY(size, text.read(piece));
    if (size == 0) return {};
    for (std::string_view rest(piece.data(), size); !rest.empty();) {
      const ssize_t written = ::write(to, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return fail_errno(errno, "error writing");
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
  }
}

}  // namespace

Result<UniqueFd> open_log(const Directory& directory, const std::string& name, const Policy& policy, int flags) {
  TRY(file, directory.open_file(name, flags));
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0) return fail_errno(errno, "fstat of " + directory.path_of(name) + " failed");
  if (status.st_nlink != 1 && !policy.allow_hard_links)
    return fail(Code::invalid, directory.path_of(name) + " has several hard links: see allowhardlink");
  return file;
}

Result<void> set_aside(const Run& run, const Directory& directory, const std::string& name) {
  const base::Civil& now = run.now.local;
  const std::string backup = fmt::format("{}-{:04}{:02}{:02}{:02}.backup", name, now.year, now.month, now.day, now.hour);
  run.messages.error(
      fmt::format("destination {} already exists, renaming to {}", directory.path_of(name), directory.path_of(backup)));
  auto moved = directory.rename(name, directory, backup);
  for (unsigned i = 1; !moved && moved.error().code == Code::exists; ++i)
    moved = directory.rename(name, directory, fmt::format("{}.{}", backup, i));
  return moved;
}

Result<void> compare_files(int one, int other, const std::string& name) {
  std::vector<char> a(kPiece), b(kPiece);
  for (off_t at = 0;;) {
    TRY(size, read_at(one, a, at));
    TRY(same, read_at(other, std::span(b).first(std::max<std::size_t>(size, 1)), at));
    if (size != same || !std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(size), b.begin()))
      return fail(Code::corrupt, fmt::format("the copy of {} differs from it at byte {} or later", name, at));
    if (size == 0) return {};
    at += static_cast<off_t>(size);
  }
}

Result<void> dig_holes(int file) {
  std::vector<char> piece(kHole);
  for (off_t at = 0;; at += kHole) {
    TRY(size, read_at(file, piece, at));
    if (size == 0) return {};
    const bool zeros =
        std::all_of(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(size), [](char c) { return c == 0; });
    // Where the file system has no holes, the zeros stay.
    if (zeros) static_cast<void>(::fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at, kHole) == 0);
  }
}

Result<void> copy_file(const Directory& directory, const std::string& name, const Directory& to, const std::string& to_name,
                       const Policy& policy) {
  TRY(source, open_log(directory, name, policy, O_RDONLY));
  TRY(temporary, to.create_temporary(to_name));
  auto done = copy_bytes(source.get(), temporary.get());
  if (done) {
    auto access = access_of(source.get());
    done = access ? give_access(temporary.get(), *access, to.path_of(to_name)) : fail(access.error());
  }
  if (done && ::fsync(temporary.get()) != 0) done = fail_errno(errno, "sync");
  const std::string hidden = Directory::temporary_name(to_name);
  if (done) done = to.rename(hidden, to, to_name);
  if (!done) {
    static_cast<void>(to.unlink(hidden));
    return fail(done.error().code, fmt::format("error copying {} to {}: {}", directory.path_of(name), to.path_of(to_name),
                                               done.error().message));
  }
  return to.sync();
}

Result<void> mail_archive(const Run& run, const Block& block, const Directory& directory, const std::string& name,
                          const std::string& subject) {
  const Policy& policy = block.policy;
  const std::string path = directory.path_of(name);
  run.messages.debug(fmt::format("mailing {} to {}", path, policy.mail));
  if (run.dry) return {};
  auto file = open_log(directory, name, policy, O_RDONLY);
  if (!file) return fail(file.error().code, fmt::format("failed to open {} for mailing: {}", path, file.error().message));
  TRY(facts, look_at_archive(file->get()));
  const bool foreign = facts.codec == Codec::none && policy.compress && name.ends_with(policy.compress_extension);
  const auto text = [&](int pipe) -> Result<void> {
    if (!foreign) {
      TRY(stream, open_text(file->get(), facts.codec));
      return write_text(*stream, pipe);
    }
    ProcessRequest uncompress{
        .words = {policy.uncompress_command.program}, .input = file->get(), .output = pipe, .user = policy.su};
    TRY(ended, run_process(uncompress));
    if (!ended.good()) return fail(Code::io, "uncompress command failed mailing " + path);
    return {};
  };
  TRY(mailed, run_process_fed({.words = {run.mail_command, "-s", subject, policy.mail}, .silent_output = true}, text));
  if (!mailed.good()) return fail(Code::io, "mail command failed for " + path);
  return {};
}

Result<void> remove_archive(const Run& run, const Block& block, const Directory& directory, const std::string& name) {
  const Policy& policy = block.policy;
  const std::string path = directory.path_of(name);
  run.messages.debug("removing old log " + path);
  if (run.dry) return {};
  const auto facts = directory.facts(name);
  if (!facts && facts.error().code == Code::not_found) return {};
  if (!facts) return fail(facts.error());
  if (policy.pre_remove) {
    run.messages.debug("running preremove script");
    const auto script = run_script(*policy.pre_remove, {path});
    if (!script || !script->good())
      return fail(Code::io, fmt::format("error running preremove script for {} of '{}'. Not removing this file.", path,
                                        block.pattern));
  }
  if (policy.shred) {
    run.messages.debug(fmt::format("overwriting {} before it is removed", path));
    TRY(file, open_log(directory, name, policy, O_RDWR));
    TRY_VOID(overwrite(file.get(), facts->size, policy.shred_cycles > 0 ? policy.shred_cycles : kShredCycles));
  }
  return directory.unlink(name, *facts);
}

}  // namespace longshore::rotator
