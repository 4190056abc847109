#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "deployer/commands/composition_commands.hpp"
#include "deployer/commands/composition_exit.hpp"
#include "deployer/commands/composition_files.hpp"
#include "deployer/commands/registry_options.hpp"
#include "deployer/composition/quote.hpp"
#include "deployer/composition/version.hpp"
#include "deployer/junit/test_results.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::Result;
using base::operator""_MiB;

constexpr base::Bytes kMostResults = 128_MiB;

Result<std::string> candidate_name(const PromoteOptions& options) {
  const Version from = read_version(options.composition);
  if (from.kind != VersionKind::composition)
    return base::fail(Code::invalid,
                      fmt::format("{} cannot be promoted: that is for a composition c_STAMP, e.g. c_20150619_1504",
                                  quote(options.composition)));
  const std::string to = options.to.empty() ? fmt::format("rc_{}", from.stamp) : options.to;
  if (read_version(to).kind != VersionKind::candidate)
    return base::fail(Code::invalid,
                      fmt::format("--to {}: a tested composition is named rc_STAMP, e.g. rc_{}", quote(to), from.stamp));
  return to;
}

// All files together must show a green test.
Result<void> check_tests(const std::vector<std::string>& files) {
  std::size_t ran = 0, skipped = 0;
  for (const std::string& file : files) {
    TRY(xml, read_file_up_to(file, kMostResults));
    TRY(results, read_test_results(xml, file));
    if (!results.failed.empty()) {
      const std::size_t shown = std::min<std::size_t>(results.failed.size(), 10);
      return base::fail(Code::exists,
                        fmt::format("{}: the test is not green, {} of {} failed:\n  {}{}", file, results.failed.size(),
                                    results.ran, fmt::join(results.failed.begin(), results.failed.begin() + shown, "\n  "),
                                    results.failed.size() > shown ? "\n  …" : ""));
    }
    if (!results.green())
      return base::fail(Code::exists,
                        fmt::format("{}: no test ran ({} were skipped): that proves nothing", file, results.skipped));
    ran += results.ran;
    skipped += results.skipped;
  }
  fmt::print("tests: {} green, {} skipped\n", ran, skipped);
  return {};
}

// An image of ours that gets the candidate's tag.
struct Retag {
  Image image;
  bool done = false;  // it has it already
};

// Of every image of ours with a stamp, whether it can get the tag. Nothing is changed yet.
Result<std::vector<Retag>> plan_retags(const Composition& locked, const std::string& tag, Registries& registries) {
  std::map<std::string, Retag> by_repository;
  for (const auto& [name, image] : locked.components) {
    if (!registries.is_ours(image.domain) || read_version(image.tag).kind != VersionKind::stamp) {
      fmt::print("{}  {}  left as it is\n", name, image.text());
      continue;
    }
    const auto [other, added] = by_repository.emplace(image.repository(), Retag{image});
    if (!added && other->second.image.digest != image.digest)
      return base::fail(Code::exists, fmt::format("{}: {} is here as {} and as {}: {} can be only one of them", name,
                                                  image.repository(), other->second.image.tag, image.tag, tag));
  }
  std::vector<Retag> retags;
  for (auto& [repository, retag] : by_repository) {
    Registry& registry = registries.of(retag.image.domain);
    const auto has = registry.digest(retag.image.path, tag);
    if (has && *has != retag.image.digest)
      return base::fail(Code::exists, fmt::format("{}:{} is there already and is {}, not {}: choose another name with --to",
                                                  repository, tag, *has, retag.image.digest));
    if (!has && has.error().code != Code::not_found) return base::fail(has.error());
    retag.done = has.has_value();
    retags.push_back(std::move(retag));
  }
  return retags;
}

Result<void> retag_all(const std::vector<Retag>& retags, const std::string& tag, Registries& registries) {
  for (const auto& [image, done] : retags) {
    if (!done) {
      Registry& registry = registries.of(image.domain);
      TRY(manifest, registry.get(image.path, image.digest));
      TRY_VOID(registry.tag(image.path, tag, manifest));
    }
    fmt::print("{}:{}  {}  {}\n", image.repository(), tag, image.digest, done ? "has it already" : "tagged");
  }
  return {};
}

Result<void> keep_file(const std::string& path, const std::string& text) {
  const auto there = read_file(path);
  if (there && *there == text) return {};
  if (there) return base::fail(Code::exists, fmt::format("{} is there already, and is of something else", path));
  if (there.error().code != Code::not_found) return base::fail(there.error());
  TRY_VOID(write_file(path, text));
  fmt::print("{} is written\n", path);
  return {};
}

Result<void> promote_or_say_why_not(const PromoteOptions& options, const Surroundings& surroundings) {
  TRY(to, candidate_name(options));
  TRY(registries, registries_of(options.common, surroundings));
  TRY_VOID(check_tests(options.junit));

  const Git git = repository_of(options.common.folder);
  const std::string& from = options.composition;
  TRY(commit, git.commit_of(from));
  if (!commit)
    return base::fail(
        Code::not_found,
        fmt::format("there is no git tag {0}: commit the composition with its lock, then `git tag -a {0}`", from));
  TRY(tested, tagged_composition(from, options.common.folder));
  if (!tested.lock)
    return base::fail(Code::not_found,
                      fmt::format("{} is not in the commit: `deployer resolve`, commit the lock, tag that commit, test that",
                                  tested.lock_file));
  TRY(candidate, git.commit_of(to));
  if (candidate && *candidate != *commit)
    return base::fail(Code::exists,
                      fmt::format("the git tag {} is there already, on {}, not on {} as {}: choose another name with --to",
                                  to, *candidate, *commit, from));
  TRY(retags, plan_retags(*tested.lock, to, registries));

  // Up to here nothing is changed; from here each step is one that a second run finds done, and the git tag, which says that
  // all is, is the last.
  TRY_VOID(retag_all(retags, to, registries));
  const std::string stem = fmt::format("{}/{}", options.common.folder, to);
  Composition lock = *tested.lock;
  lock.name = to;
  TRY_VOID(keep_file(stem + std::string(kCompositionSuffix), fmt::format("# {}: {}, tested\n{}", to, from, tested.text)));
  TRY_VOID(keep_file(stem + std::string(kLockSuffix), print_lock(lock)));
  if (!candidate) {
    TRY_VOID(git.tag(to, *commit, fmt::format("{} is {}, tested\n\nComposition: {}\n", to, from, from)));
    fmt::print("git tag {} is made, on {}; now: git push REMOTE {}\n", to, *commit, to);
  }
  fmt::print("{} is promoted to {}\n", from, to);
  return {};
}

}  // namespace

int promote(const PromoteOptions& options, const Surroundings& surroundings) {
  const auto done = promote_or_say_why_not(options, surroundings);
  return done ? kExitDone : complain(done.error());
}

}  // namespace longshore::deployer
