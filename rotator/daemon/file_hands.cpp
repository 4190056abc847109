#include "rotator/daemon/file_hands.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>

#include <cerrno>
#include <optional>

#include "common/telemetry/log.hpp"
#include "rotator/daemon/leftovers.hpp"
#include "rotator/daemon/renaming.hpp"
#include "rotator/daemon/reopen.hpp"
#include "rotator/daemon/writer_pause.hpp"
#include "rotator/files/attributes.hpp"
#include "rotator/files/directory.hpp"
#include "rotator/files/leases.hpp"
#include "rotator/files/thread_user.hpp"
#include "rotator/inplace/rotate_in_place.hpp"
#include "rotator/policy/name_scheme.hpp"
#include "rotator/retention/archive_name.hpp"
#include "rotator/rotation/archive_steps.hpp"
#include "rotator/rotation/compression_batch.hpp"
#include "rotator/rotation/process.hpp"

namespace longshore::rotator {
namespace {

using base::Code;
using base::fail;
using base::Result;

class LoggedMessages final : public Messages {
 public:
  void say(Level level, std::string text) override {
    if (level == Level::warning) telemetry::log_warn(text);
    if (level == Level::error) telemetry::log_error(text);
  }
};

// As long as it lives this thread works as the rule's user, if it names one. Scripts are run as who has started us all the
// same.
Result<std::optional<ThreadUser>> work_for(const LogOrder& order) {
  const Policy& policy = order.block().block.policy;
  std::optional<UserAndGroup> wanted = policy.su;
  if (policy.su_owner) {
    TRY(folder, Directory::open(order.folder));
    auto log = folder.facts(order.name);
    if (!log) log = folder.facts(renaming_name(order.name));  // it was about to get its successor
    TRY(owned, log ? log : folder.facts());                   // only archives of it are left
    wanted = {owned.uid, owned.gid};
  }
  if (!wanted) return std::nullopt;
  TRY(user, ThreadUser::become(wanted->uid, wanted->gid));
  return user;
}

Result<Directory> open_archive_folder(const LogOrder& order, const Directory& folder) {
  auto opened = Directory::open(order.archive_folder);
  const auto& wish = order.block().block.policy.create_old_directory;
  if (opened || opened.error().code != Code::not_found || !wish) return opened;
  TRY(like, folder.facts());
  TRY_VOID(make_directories(order.archive_folder, wish->mode.value_or(like.mode), wish->uid.value_or(like.uid),
                            wish->gid.value_or(like.gid)));
  return Directory::open(order.archive_folder);
}

// A name of this second that no archive has, compressed or not.
Result<std::string> free_name(const LogOrder& order, const Directory& archives, std::string_view compressor) {
  const std::string& extension = order.block().block.policy.extension;
  for (std::uint64_t sequence = 0; sequence < 10'000; ++sequence) {
    const std::string plain = make_archive_name(order.name, extension, order.now, sequence, "");
    bool taken = archives.facts(plain).has_value();
    for (const std::string_view known : kCompressedExtensions)
      taken |= archives.facts(plain + std::string(known)).has_value();
    if (!taken) return plain + std::string(compressor);
  }
  return fail(Code::exists, order.path() + ": more than 10,000 archives of one second");
}

// Nobody may write to what is compressed.
Result<void> nobody_writes(const Directory& folder, const std::string& name, base::Timestamp now) {
  TRY(file, folder.open_file(name, O_RDONLY));
  const OpenElsewhere writer = is_written_elsewhere(file.get());
  if (writer == OpenElsewhere::no) return {};
  if (writer == OpenElsewhere::yes) return fail(Code::unavailable, folder.path_of(name) + " is still written to");
  // Then by the time of the last write.
  TRY(facts, folder.facts(name));
  if (now - facts.modified < std::chrono::seconds(10))
    return fail(Code::unavailable, folder.path_of(name) + " was written to just now");
  return {};
}

Result<void> run_before(const LogOrder& order) {
  const Script& script = order.block().block.policy.pre_rotate;
  if (!script) return {};
  TRY(result, run_script(*script, {order.path()}));
  if (result.good()) return {};
  return fail(Code::invalid, order.path() + ": prerotate ended with an error, so it is not rotated");
}

InPlaceRequest request_for(const LogOrder& order, const Directory& folder, const Directory& archives, int live) {
  InPlaceRequest request;
  request.live = live;
  request.live_directory = folder.fd();
  request.archive_directory = archives.fd();
  request.live_name = order.name;
  return request;
}

Result<void> let_writers_go(const LogOrder& order, WriterPause& pause) {
  TRY(count, pause.thaw_left_behind());
  if (count > 0)
    telemetry::log_warn("a rotator that was killed had paused its writers; they go on",
                        {{"file", order.path()}, {"containers", count}});
  return {};
}

// A log that is gone: its journal is completed with nothing in its place.
Result<base::UniqueFd> open_or_nothing(const LogOrder& order, const Directory& folder) {
  auto live = open_log(folder, order.name, order.block().block.policy, O_RDWR);
  if (live || live.error().code != Code::not_found) return live;
  base::UniqueFd nothing(::memfd_create("log that is gone", MFD_CLOEXEC));
  if (!nothing) return base::fail_errno(errno, "make a file in memory");
  return nothing;
}

Access access_for(const Ownership& wish, Access access) {
  access.mode = wish.mode.value_or(access.mode);
  access.uid = wish.uid.value_or(access.uid);
  access.gid = wish.gid.value_or(access.gid);
  if (wish.mode) access.access_list.reset();
  return access;
}

}  // namespace

Result<RotationOutcome> FileHands::rotate(const LogOrder& order) {
  const Policy& policy = order.block().block.policy;
  TRY(user, work_for(order));
  TRY(folder, Directory::open(order.folder));
  TRY(archives, open_archive_folder(order, folder));
  TRY_VOID(run_before(order));
  if (policy.copytruncate) return in_place(order, folder, archives);
  return policy.copy ? copy(order, folder, archives) : rename(order, folder, archives);
}

Result<RotationOutcome> FileHands::rename(const LogOrder& order, const Directory& folder, const Directory& archives) {
  const Policy& policy = order.block().block.policy;
  TRY(earlier, complete_renaming(order, folder, archives));
  if (!earlier.archive.empty()) return earlier;
  TRY(file, open_log(folder, order.name, policy, O_RDONLY));
  TRY(access, access_of(file.get()));
  TRY(facts, folder.facts(order.name));
  TRY(name, free_name(order, archives, ""));
  Renaming renaming(folder, archives, order.name);
  TRY_VOID(renaming.move(name, policy.create ? std::optional(access_for(*policy.create, access)) : std::nullopt));
  return renamed(order, renaming, name, facts.size);
}

// From here on the log is an archive, whatever happens; what fails now is told, but undoes nothing.
RotationOutcome FileHands::renamed(const LogOrder& order, Renaming& renaming, const std::string& archive,
                                   std::uint64_t size) {
  RotationOutcome outcome{.archive = archive, .archived = size, .at_risk = 0, .how = "rename", .stall = {}, .problem = {}};
  outcome.problem = tell_writers(order.block().block.policy, engine_, order.path());
  if (const auto forgotten = renaming.forget(); !forgotten)
    outcome.problem += (outcome.problem.empty() ? "" : "; ") + forgotten.error().message;
  return outcome;
}

Result<RotationOutcome> FileHands::complete_renaming(const LogOrder& order, const Directory& folder,
                                                     const Directory& archives) {
  Renaming renaming(folder, archives, order.name);
  TRY(archive, renaming.complete());
  if (!archive) return RotationOutcome{};
  const auto facts = archives.facts(*archive);
  return renamed(order, renaming, *archive, facts ? facts->size : 0);
}

Result<RotationOutcome> FileHands::copy(const LogOrder& order, const Directory& folder, const Directory& archives) {
  TRY(name, free_name(order, archives, ""));
  TRY_VOID(copy_file(folder, order.name, archives, name, order.block().block.policy));
  TRY(facts, archives.facts(name));
  return RotationOutcome{.archive = name,
                         .archived = facts.size,
                         .at_risk = 0,
                         .how = "copy",
                         .stall = {},
                         .problem = tell_writers(order.block().block.policy, engine_, order.path())};
}

Result<RotationOutcome> FileHands::in_place(const LogOrder& order, const Directory& folder, const Directory& archives) {
  const Policy& policy = order.block().block.policy;
  const Compression compression = policy.compress ? own_compression(policy) : Compression{Codec::none, 0};
  TRY(live, open_log(folder, order.name, policy, O_RDWR));
  Disk disk;
  InPlaceRequest request = request_for(order, folder, archives, live.get());
  request.compression = compression;
  request.mode = policy.in_place;
  const std::string_view extension = compression.codec == Codec::none ? "" : std::string_view(policy.compress_extension);
  TRY(name, free_name(order, archives, extension));
  request.archive_name = name;
  request.time_for_readers = time_for_readers_;
  WriterPause pause(disk, engine_, archives.fd(), order.name);
  TRY_VOID(let_writers_go(order, pause));
  if (!policy.signals.empty()) {
    request.freeze = [&] { return pause.freeze(policy.signals); };
    request.thaw = [&] { return pause.thaw(); };
  }
  TRY(report, rotate_in_place(request, disk));
  RotationOutcome outcome{.archive = report.archive_name,
                          .archived = report.archived,
                          .at_risk = report.at_risk,
                          .how = std::string(name_of(report.method)),
                          .stall = report.stall,
                          .problem = {}};
  if (policy.post_rotate) {
    const auto after = run_script(*policy.post_rotate, {order.path()});
    if (!after || !after->good()) outcome.problem = "postrotate ended with an error";
  }
  return outcome;
}

Result<RotationOutcome> FileHands::complete(const LogOrder& order) {
  TRY(user, work_for(order));
  TRY(folder, Directory::open(order.folder));
  TRY(archives, open_archive_folder(order, folder));
  Disk disk;
  WriterPause pause(disk, engine_, archives.fd(), order.name);
  const auto let_go = let_writers_go(order, pause);  // the rest does not wait for Docker
  TRY(moved, complete_renaming(order, folder, archives));
  TRY(live, open_or_nothing(order, folder));
  TRY(report, complete_interrupted(request_for(order, folder, archives, live.get()), disk));
  TRY(names, archives.list());
  for (const std::string& name : temporaries_of(names, order.name, order.block().block.policy.extension))
    if (const auto removed = archives.remove_abandoned(name); !removed) return fail(removed.error());
  if (!let_go) return fail(let_go.error());
  if (!moved.archive.empty()) return moved;
  return RotationOutcome{.archive = report.archive_name,
                         .archived = report.archived,
                         .at_risk = 0,
                         .how = std::string(name_of(report.method)),
                         .stall = {},
                         .problem = {}};
}

Result<std::uint64_t> FileHands::unarchived(const LogOrder& order) {
  TRY(user, work_for(order));
  TRY(folder, Directory::open(order.folder));
  TRY(archives, open_archive_folder(order, folder));
  TRY(live, folder.open_file(order.name, O_RDONLY));
  return unarchived_bytes(live.get(), archives.fd(), order.name);
}

Result<CompressionOutcome> FileHands::compress(const LogOrder& order, const std::string& archive) {
  const Block& block = order.block().block;
  TRY(user, work_for(order));
  TRY(archives, Directory::open(order.archive_folder));
  TRY_VOID(nobody_writes(archives, archive, order.now));
  TRY(before, archives.facts(archive));
  LoggedMessages messages;
  const Run run{.messages = messages, .now = {order.now, base::to_civil(order.now)}};
  TRY_VOID(compress_archive(run, block, archives, archive));
  TRY(after, archives.facts(archive + block.policy.compress_extension));
  return CompressionOutcome{before.allocated, after.allocated};
}

Result<void> FileHands::remove(const LogOrder& order, const std::string& archive) {
  TRY(user, work_for(order));
  TRY(archives, Directory::open(order.archive_folder));
  LoggedMessages messages;
  const Run run{.messages = messages, .now = {order.now, base::to_civil(order.now)}};
  return remove_archive(run, order.block().block, archives, archive);
}

}  // namespace longshore::rotator
