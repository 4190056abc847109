#include "deployer/commands/composition_files.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "common/base/file_system.hpp"
#include "deployer/composition/quote.hpp"
#include "deployer/composition/version.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::OpenMode;
using base::Result;

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? "." : path.substr(0, slash + 1);
}

Result<CompositionFile> parsed(std::string name, std::string file, const Result<std::string>& text, std::string lock_file,
                               const Result<std::string>& lock_text) {
  if (!text) return base::fail(text.error());
  TRY(composition, read_composition(*text, name, file));
  CompositionFile found{std::move(composition), std::move(file), *text, std::nullopt, std::move(lock_file)};
  if (!lock_text && lock_text.error().code == Code::not_found) return found;
  if (!lock_text) return base::fail(lock_text.error());
  TRY(lock, read_lock(*lock_text, name, found.lock_file));
  TRY_VOID(check_lock(found.composition, lock, found.lock_file));
  found.lock = std::move(lock);
  return found;
}

}  // namespace

std::string tested_composition(std::string_view message) {
  constexpr std::string_view kKey = "\nComposition: ";
  const std::size_t at = message.find(kKey);
  if (at == message.npos) return {};
  message.remove_prefix(at + kKey.size());
  return std::string(message.substr(0, message.find_first_of("\r\n")));
}

Result<std::string> read_file_up_to(const std::string& path, base::Bytes most) {
  base::PosixFileSystem files;
  TRY(file, files.open(path, OpenMode::read));
  TRY(size, file->size());
  if (size > most.value)
    return base::fail(Code::invalid, fmt::format("{}: is larger than {}", path, base::format_bytes(most)));
  std::string text(size, '\0');
  TRY(read, file->read(0, text));
  text.resize(read);
  return text;
}

Result<std::string> read_file(const std::string& path) { return read_file_up_to(path, {1 << 20}); }

Result<void> write_file(const std::string& path, std::string_view text) {
  base::PosixFileSystem files;
  const std::string beside = fmt::format("{}.{}.new", path, ::getpid());
  const auto write = [&]() -> Result<void> {
    TRY(file, files.open(beside, OpenMode::create));
    TRY_VOID(file->truncate(0));
    TRY_VOID(file->write(0, std::span(&text, 1)));
    TRY_VOID(file->sync());
    return files.rename(beside, path);
  };
  if (auto written = write(); !written) {
    (void)files.unlink(beside);
    return written;
  }
  return files.sync_directory(folder_of(path));
}

Git repository_of(const std::string& folder) { return Git(folder_of(folder)); }

Result<CompositionFile> tagged_composition(const std::string& name, const std::string& folder) {
  const Git git = repository_of(folder);
  const std::string inside = folder.substr(folder.rfind('/') + 1);
  const auto text_of = [&](const std::string& stem, std::string_view suffix) {
    return git.show(name, fmt::format("{}/{}{}", inside, stem, suffix));
  };
  std::string stem = name;
  auto text = text_of(stem, kCompositionSuffix);
  if (!text) {
    TRY(tags, git.tags());
    if (std::string tested = tested_composition(tags[name]); is_composition_name(tested)) {
      stem = tested;
      text = text_of(stem, kCompositionSuffix);
    }
  }
  const std::string file = fmt::format("{}:{}/{}{}", name, folder, stem, kCompositionSuffix);
  if (!text)
    return base::fail(Code::not_found, fmt::format("the git tag {} has no {}/{}{}", name, folder, name, kCompositionSuffix));
  return parsed(name, file, text, fmt::format("{}:{}/{}{}", name, folder, stem, kLockSuffix), text_of(stem, kLockSuffix));
}

Result<CompositionPath> locate_composition(const std::string& what, const std::string& folder) {
  std::string stem = what;
  if (what.ends_with(kLockSuffix)) {
    stem.resize(what.size() - kLockSuffix.size());
  } else if (what.ends_with(kCompositionSuffix)) {
    stem.resize(what.size() - kCompositionSuffix.size());
  } else if (is_composition_name(what)) {
    stem = fmt::format("{}/{}", folder, what);
  } else {
    return base::fail(Code::invalid, fmt::format("{} is neither the path of a NAME{} nor a composition's name", quote(what),
                                                 kCompositionSuffix));
  }
  return CompositionPath{.name = stem.substr(stem.rfind('/') + 1),
                         .file = fmt::format("{}{}", stem, kCompositionSuffix),
                         .lock_file = fmt::format("{}{}", stem, kLockSuffix)};
}

Result<CompositionFile> find_composition(const std::string& what, const std::string& folder) {
  TRY(path, locate_composition(what, folder));
  if (what.ends_with(kLockSuffix)) {
    TRY(text, read_file(what));
    TRY(lock, read_lock(text, path.name, what));
    return CompositionFile{lock, what, std::move(text), lock, what};
  }
  auto text = read_file(path.file);
  if (text || text.error().code != Code::not_found || !is_composition_name(what))
    return parsed(path.name, path.file, text, path.lock_file, read_file(path.lock_file));
  const auto tagged = repository_of(folder).commit_of(what);
  if (tagged && *tagged) return tagged_composition(what, folder);
  return base::fail(Code::not_found, fmt::format("there is no {}, and no git tag {}{}", path.file, what,
                                                 tagged ? "" : " (" + tagged.error().message + ")"));
}

Result<Composition> find_locked(const std::string& what, const std::string& folder) {
  TRY(found, find_composition(what, folder));
  if (found.lock) return *std::move(found.lock);
  return base::fail(Code::invalid, fmt::format("{} is not locked: there is no {}; `deployer resolve` writes it", found.file,
                                               found.lock_file));
}

Result<std::vector<std::string>> composition_names(const std::string& folder) {
  base::PosixFileSystem files;
  auto all = files.list(folder);
  if (!all && all.error().code == Code::not_found) return std::vector<std::string>();
  if (!all) return base::fail(all.error());
  std::vector<std::string> names;
  for (const std::string& file : *all)
    if (file.ends_with(kCompositionSuffix)) names.push_back(file.substr(0, file.size() - kCompositionSuffix.size()));
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace longshore::deployer
