#include "rules/commands/import_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "rules/commands/commands.hpp"
#include "rules/import/elastalert.hpp"
#include "rules/import/sigma.hpp"
#include "rules/report/words.hpp"

namespace longshore::rules {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestFile = 1 << 20;  // YAML of more is refused anyway

bool trouble(const std::string& path, const std::string& what) {
  fmt::print(stderr, "{}: {}\n", path, what);
  return false;
}

bool read_file(const fs::path& path, std::vector<ImportFile>& files) {
  std::ifstream in(path, std::ios::binary);
  std::string text(kLargestFile + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.eof() && !in) return trouble(path, "cannot be read");
  text.resize(static_cast<std::size_t>(in.gcount()));
  files.push_back({path, std::move(text)});
  return true;
}

// A folder's files in the order of their names, so that the same folder gives the same rules.
bool read_path(const std::string& path, std::vector<ImportFile>& files) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return read_file(path, files);
  std::vector<fs::path> found;
  for (fs::recursive_directory_iterator each(path, error), end; !error && each != end; each.increment(error))
    if (each->is_regular_file(error) && (each->path().extension() == ".yml" || each->path().extension() == ".yaml"))
      found.push_back(each->path());
  if (error) return trouble(path, error.message());
  std::sort(found.begin(), found.end());
  return std::all_of(found.begin(), found.end(), [&](const fs::path& file) { return read_file(file, files); });
}

bool write(const ImportCommandOptions& options, const std::vector<std::string>& rules,
           const std::vector<std::string>& files) {
  if (options.into.empty()) {
    if (!files.empty()) std::fputs("rules:\n", stdout);
    for (const std::string& rule : rules) std::fputs(rule.c_str(), stdout);
    if (files.size() > 1) fmt::print(stderr, "too many rules for one file: write them into a folder with --into DIR\n");
    return std::fflush(stdout) == 0;
  }
  std::error_code error;
  fs::create_directories(options.into, error);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const fs::path path = fs::path(options.into) / fmt::format("{}-{:02}.yaml", options.from, i + 1);
    if (!(std::ofstream(path) << files[i]).flush()) return trouble(path, "cannot be written");
  }
  return true;
}

}  // namespace

int import_rules(const ImportCommandOptions& options) {
  std::vector<ImportFile> files;
  for (const std::string& path : options.paths)
    if (!read_path(path, files)) return kUnavailable;
  const ImportResult result =
      options.from == "sigma" ? import_sigma(files, {.service_clause = options.service_clause}) : import_elastalert(files);
  for (const std::string& note : result.notes) fmt::print(stderr, "note: {}\n", note);
  for (const std::string& refused : result.refused) fmt::print(stderr, "refused: {}\n", refused);
  if (!write(options, result.rules, result.files())) return kUnavailable;
  fmt::print(stderr, "{} of {} imported, {}\n", result.rules.size(), plural(result.rules.size() + result.refused.size(), "rule"),
             plural(result.notes.size(), "note"));
  return result.rules.empty() ? kDataError : kOk;
}

}  // namespace longshore::rules
