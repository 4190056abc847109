#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "rotator/archive/archive_files.hpp"
#include "rotator/archive/archive_reader.hpp"
#include "rotator/files/attributes.hpp"
#include "rotator/rotation/archive_steps.hpp"
#include "rotator/rotation/process.hpp"

namespace longshore::rotator {
namespace {

using base::Code;
using base::fail;
using base::fail_errno;
using base::Result;
using base::UniqueFd;

constexpr std::array<std::string_view, 6> kGzip = {"/bin/gzip", "/usr/bin/gzip", "gzip",
                                                   "/bin/pigz", "/usr/bin/pigz", "pigz"};
constexpr std::array<std::string_view, 3> kZstd = {"/bin/zstd", "/usr/bin/zstd", "zstd"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// "-9", "--best", "-19": the level; false: an option that changes more than that.
bool read_level(std::string_view option, int& level) {
  static constexpr std::array<std::string_view, 12> without_meaning = {
      "-f", "--force", "-q", "--quiet", "-n", "--no-name", "-c", "--stdout", "-T0", "-T1", "--check", "--no-progress"};
  if (option == "--fast") return level = 1, true;
  if (option == "--best") return level = 9, true;
  if (is_one_of(without_meaning, option)) return true;
  if (option.size() < 2 || option.size() > 3 || option[0] != '-') return false;
  int number = 0;
  for (const char c : option.substr(1)) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + (c - '0');
  }
  level = number;
  return number > 0;
}

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

Result<void> fill(const Run& run, const Policy& policy, const std::string& path, int source, const FileFacts& facts,
                  int target) {
  const Compression own = own_compression(policy);
  if (own.codec == Codec::none) {
    TRY_VOID(by_command(run, policy, path, source, target));
  } else {
    if (auto index = compress_file(source, {0, facts.size}, target, own, facts.modified); !index) return fail(index.error());
  }
  if (::fsync(target) != 0) return fail_errno(errno, "sync");
  return check(target, source, facts.size);
}

// A read lease is refused while anybody can write; it is given back at once.
bool written_by_others(int source) {
  if (::fcntl(source, F_SETLEASE, F_RDLCK) != 0) return errno == EAGAIN;
  ::fcntl(source, F_SETLEASE, F_UNLCK);
  return false;
}

// What its writer has not let go of would be lost with it.
Result<void> postpone(const Run& run, const std::string& path) {
  run.messages.warning(path + " is still open for writing: it is compressed in a later run (see delaycompress)");
  return {};
}

}  // namespace

Compression own_compression(const Policy& policy) {
  const std::string& program = policy.compress_command.program;
  Compression compression{.codec = Codec::none, .level = 0};
  const bool gzip = is_one_of(kGzip, program);
  if (!gzip && !is_one_of(kZstd, program)) return compression;
  for (const std::string& option : policy.compress_options.value_or(std::vector<std::string>{}))
    if (!read_level(option, compression.level)) return compression;
  compression.codec = gzip ? Codec::gzip : Codec::zstd;
  return compression;
}

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

Result<void> compress_archive(const Run& run, const Block& block, const Directory& directory, const std::string& name) {
  const Policy& policy = block.policy;
  const std::string path = directory.path_of(name), target = name + policy.compress_extension;
  run.messages.debug(fmt::format("compressing log with: {}", policy.compress_command.program));
  if (run.dry) return {};
  auto source = open_log(directory, name, policy, O_RDONLY);
  if (!source)
    return fail(source.error().code,
                fmt::format("unable to open {} (read-only) for compression: {}", path, source.error().message));
  struct stat status = {};
  if (::fstat(source->get(), &status) != 0) return fail_errno(errno, "fstat of " + path + " failed");
  const FileFacts facts = facts_of(status);
  if (written_by_others(source->get())) return postpone(run, path);
  if (const auto there = directory.facts(target)) {
    if (there->kind == FileKind::regular && holds(directory, target, source->get(), facts.size)) {
      run.messages.debug(fmt::format("{} was compressed by an earlier run", path));
      return remove_archive(run, block, directory, name);
    }
    TRY_VOID(set_aside(run, directory, target));
  }
  TRY(temporary, directory.create_temporary(target));
  const std::string hidden = Directory::temporary_name(target);
  auto done = fill(run, policy, path, source->get(), facts, temporary.get());
  if (done) {
    auto access = access_of(source->get());
    done = access ? give_access(temporary.get(), *access, directory.path_of(target)) : fail(access.error());
  }
  give_times(temporary.get(), facts);
  const bool grown = ::fstat(source->get(), &status) == 0 && facts_of(status).size != facts.size;
  if (done && !grown) done = directory.rename(hidden, directory, target);
  if (!done || grown) {
    static_cast<void>(directory.unlink(hidden));
    if (done) return postpone(run, path);
    return fail(done.error().code, fmt::format("failed to compress log {}: {}", path, done.error().message));
  }
  TRY_VOID(directory.sync());
  return remove_archive(run, block, directory, name);
}

}  // namespace longshore::rotator
