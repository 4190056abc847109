#include "deployer/git/git.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "deployer/process/process.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::Result;

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

// "./" makes git read the path from the folder that it was sent to.
std::string below(const std::string& at, const std::string& path) { return fmt::format("{}:./{}", at, path); }

}  // namespace

// What git prints. It ends well, or the error is what it says.
Result<std::string> Git::run(std::vector<std::string> words) const {
  std::vector<std::string> argv = {"git", "-C", folder_};
  argv.insert(argv.end(), words.begin(), words.end());
  TRY(ended, run_and_collect(argv));
  if (ended.status == 0) return std::move(ended.out);
  return base::fail(Code::not_found, fmt::format("git {}: {}", words[0], trimmed(ended.err)));
}

Result<std::optional<std::string>> Git::commit_of(const std::string& tag) const {
  TRY_VOID(run({"rev-parse", "--git-dir"}));
  auto commit = run({"rev-parse", "--verify", "--quiet", "--end-of-options", "refs/tags/" + tag + "^{commit}"});
  if (!commit) return std::optional<std::string>();
  return std::optional(trimmed(*std::move(commit)));
}

Result<std::map<std::string, std::string>> Git::tags() const {
  TRY(text, run({"for-each-ref", "--format=%(refname:strip=2)%00%(contents)%00", "refs/tags/"}));
  std::map<std::string, std::string> all;
  for (std::string_view rest = text; rest.contains('\0');) {
    const auto next = [&] {
      const std::size_t end = std::min(rest.find('\0'), rest.size());
      const std::string_view part = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      return std::string(part);
    };
    std::string name = next();
    if (name.starts_with('\n')) name.erase(0, 1);  // each tag's output ends with one
    all.insert_or_assign(std::move(name), next());
  }
  return all;
}

Result<std::string> Git::show(const std::string& at, const std::string& path) const {
  return run({"cat-file", "blob", below(at, path)});
}

Result<void> Git::tag(const std::string& name, const std::string& commit, const std::string& message) const {
  TRY(existing, commit_of(name));
  if (existing) return base::fail(Code::exists, fmt::format("git tag {}: is there already, on {}", name, *existing));
  TRY_VOID(run({"tag", "--annotate", "--message", message, "--end-of-options", name, commit}));
  return {};
}

}  // namespace longshore::deployer
