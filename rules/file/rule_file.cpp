#include "rules/file/rule_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "common/config/nearest.hpp"
#include "common/config/value.hpp"
#include "common/config/yaml.hpp"
#include "rules/file/rule_reader.hpp"

namespace longshore::rules {
namespace {

using base::Result;
using config::Spot;

constexpr std::size_t kMostFiles = 10'000, kDeepestFolder = 16;
constexpr std::uint64_t kLargestYaml = (1 << 20) + 1;  // parse_yaml refuses more than 1 MiB
constexpr std::uint64_t kLargestList = 16 << 20;
constexpr std::uint64_t kLargestZone = 1 << 20;
const std::string kZones = "/usr/share/zoneinfo/";

bool is_yaml(std::string_view name) { return name.ends_with(".yaml") || name.ends_with(".yml"); }
std::string stem(const std::string& name) { return name.substr(0, name.rfind('.')); }

class Loader {
 public:
  Loader(std::string directory, base::FileSystem& files) : top_(std::move(directory)), files_(files) {
    named_ = {[this](const std::string& zone) { return zone_problem(zone); },
              [this](const std::string& path) -> std::string {
                const auto info = files_.stat(path);
                return info ? "" : info.error().message;
              }};
  }

  RuleSet run() {
    read_lists();
    read_folder(top_, {}, 0);
    read_mutes();
    return std::move(set_);
  }

 private:
  struct Entry {
    std::string name;
    bool is_directory;
  };

  void problem(const std::string& line) { set_.problems += line + "\n"; }
  void report(const Findings& findings) {
    const auto add = [](std::string& to, const config::Problems& problems) {
      if (problems.count() > 0) to += problems.text() + "\n";
    };
    add(set_.problems, findings.errors);
    add(set_.warnings, findings.warnings);
    add(set_.hints, findings.hints);
  }

  // By name.
  std::vector<Entry> entries(const std::string& folder) {
    auto names = files_.list(folder);
    if (!names) {
      problem(fmt::format("{}: {}", folder, names.error().message));
      return {};
    }
    std::sort(names->begin(), names->end());
    std::vector<Entry> out;
    for (const std::string& name : *names) {
      if (name.starts_with('.')) continue;
      if (++seen_ > kMostFiles) {
        if (seen_ == kMostFiles + 1)
          problem(fmt::format("{}: more than {} files: is this the right folder?", top_, kMostFiles));
        return {};
      }
      const auto info = files_.stat(folder + "/" + name);
      if (!info)
        problem(fmt::format("{}/{}: {}", folder, name, info.error().message));
      else
        out.push_back({name, info->is_directory});
    }
    return out;
  }
  std::vector<Entry> entries_if_there(const std::string& folder) {
    const auto info = files_.stat(folder);
    return info && info->is_directory ? entries(folder) : std::vector<Entry>{};
  }

  Result<std::string> read(const std::string& path, std::uint64_t most) {
    TRY(file, files_.open(path, base::OpenMode::read));
    TRY(size, file->size());
    std::string text(std::min(size, most), '\0');
    TRY(got, file->read(0, text));
    text.resize(got);
    return text;
  }
  std::optional<std::string> content(const std::string& path, std::uint64_t most) {
    auto text = read(path, most);
    if (text) return std::move(*text);
    problem(fmt::format("{}: {}", path, text.error().message));
    return std::nullopt;
  }

  // Reads a YAML file and hands its root on; what is found is reported afterwards.
  template <class Read>
  void with_yaml(const std::string& path, Read read) {
    const auto text = content(path, kLargestYaml);
    if (!text) return;
    Findings findings(path);
    const config::Outside outside;  // these files name no secrets and no environment
    if (const auto root = config::parse_yaml(*text, findings.errors); root && findings.errors.count() == 0)
      read(Spot(*root, "", findings.errors, outside), *text, findings);
    report(findings);
  }

  // `key:` with a list at the top, or one item that is the whole file.
  template <class Read>
  static void for_each_item(const Spot& root, const std::string& key, Read read) {
    if (root.node().kind == config::Node::Kind::null) return;
    if (root.node().kind != config::Node::Kind::map)
      return root.wrong(fmt::format("needs a map: \"{}:\" with a list, or one by itself", key));
    if (root.node().find(key) == nullptr) return read(root);
    for (const auto& member : root.node().map)
      if (member.key.scalar != key)
        root.at(member.key).wrong(fmt::format("\"{}\" does not belong beside \"{}\"", member.key.scalar, key));
    const Spot items = root.option(key);
    if (items.node().kind != config::Node::Kind::list) return items.wrong("needs a list");
    for (std::size_t i = 0; i < items.node().list.size(); ++i) read(items.item(i));
  }

  void read_folder(const std::string& folder, DefaultsText defaults, std::size_t depth) {
    if (depth > kDeepestFolder) return problem(fmt::format("{}: deeper than {} folders", folder, kDeepestFolder));
    const std::vector<Entry> found = entries(folder);
    for (const auto& [name, is_directory] : found)
      if (!is_directory && (name == "defaults.yaml" || name == "defaults.yml"))
        with_yaml(folder + "/" + name, [&](const Spot& root, std::string_view text, Findings& findings) {
          defaults = read_defaults(root, surroundings(text, folder, name, defaults, findings));
        });
    for (const auto& [name, is_directory] : found) {
      const std::string path = folder + "/" + name;
      if (is_directory) {
        if (depth > 0 || (name != "mutes" && name != "lists")) read_folder(path, defaults, depth + 1);
      } else if (is_yaml(name) && stem(name) != "defaults") {
        with_yaml(path, [&](const Spot& root, std::string_view text, Findings& findings) {
          for_each_item(root, "rules", [&](const Spot& spot) {
            const std::size_t before = spot.problems();
            RuleSpec rule = read_rule(spot, surroundings(text, folder, name, defaults, findings));
            if (spot.problems() == before) add_rule(spot, std::move(rule));
          });
        });
      }
    }
  }
  void add_rule(const Spot& spot, RuleSpec rule) {
    const auto [first, is_new] = ids_.try_emplace(rule.id, fmt::format("{}:{}", rule.file, rule.place.line));
    if (!is_new) return spot.option("rule").wrong(fmt::format("\"{}\" stands twice, first in {}", rule.id, first->second));
    set_.rules.push_back(std::move(rule));
  }
  RuleSurroundings surroundings(std::string_view text, const std::string& folder, const std::string& name,
                                const DefaultsText& defaults, Findings& findings) const {
    return {.file_text = text,
            .file = folder + "/" + name,
            .folder = folder + "/",
            .defaults = defaults,
            .lists = set_.lists,
            .named = named_,
            .findings = findings};
  }

  void read_mutes() {
    const std::string folder = top_ + "/mutes";
    const DefaultsText none;
    for (const auto& [name, is_directory] : entries_if_there(folder)) {
      if (is_directory || !is_yaml(name)) continue;
      with_yaml(folder + "/" + name, [&, &file = name](const Spot& root, std::string_view text, Findings& findings) {
        for_each_item(root, "mutes", [&](const Spot& spot) {
          MuteSpec mute = read_mute(spot, surroundings(text, folder, file, none, findings));
          check_rules_of(mute, spot.into(findings.warnings));
          set_.mutes.push_back(std::move(mute));
        });
      });
    }
  }
  void check_rules_of(const MuteSpec& mute, const Spot& warn) const {
    for (const std::string& pattern : mute.rules) {
      const bool open_end = pattern.ends_with('*');
      const std::string_view start = std::string_view(pattern).substr(0, pattern.size() - (open_end ? 1 : 0));
      const bool known = std::any_of(set_.rules.begin(), set_.rules.end(), [&](const RuleSpec& rule) {
        return open_end ? rule.id.starts_with(start) : rule.id == start;
      });
      if (!known) warn.option("rules").wrong(fmt::format("there is no rule \"{}\"", pattern));
    }
  }

  void read_lists() {
    const std::string folder = top_ + "/lists";
    for (const auto& [name, is_directory] : entries_if_there(folder)) {
      const std::string path = folder + "/" + name;
      if (is_directory || (!is_yaml(name) && !name.ends_with(".txt"))) continue;
      if (!is_rule_id(stem(name))) {
        problem(fmt::format("{}: the name of a list is made of a-z, 0-9, \".\", \"_\" and \"-\"", path));
        continue;
      }
      if (set_.lists.contains(stem(name))) {
        problem(fmt::format("{}: there are two lists \"{}\"", path, stem(name)));
        continue;
      }
      std::vector<std::string>& values = set_.lists[stem(name)];
      if (is_yaml(name)) {
        with_yaml(path, [&](const Spot& root, std::string_view, Findings&) {
          config::Value<std::vector<std::string>>::read(root, values);
        });
      } else if (const auto text = content(path, kLargestList + 1)) {
        if (text->size() > kLargestList) problem(fmt::format("{}: larger than 16 MiB", path));
        values = lines(*text);
      }
    }
  }
  static std::vector<std::string> lines(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r";
    std::vector<std::string> out;
    while (!text.empty()) {
      std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      line.remove_prefix(std::min(line.size(), line.find_first_not_of(kBlanks)));
      line = line.substr(0, line.find_last_not_of(kBlanks) + 1);
      if (!line.empty() && line[0] != '#') out.emplace_back(line);
    }
    return out;
  }

  // Where the machine knows time zones, each must be one of them.
  // The zone is kept in the set; otherwise what is wrong with its name.
  std::string zone_problem(const std::string& name) {
    if (const auto offset = base::Zone::from_offset(name)) {
      set_.zones.emplace(name, *offset);
      return {};
    }
    if (!files_.stat(kZones))
      return fmt::format("time zone \"{}\": there is no {}; mount it, or write an offset, e.g. +02:00", name, kZones);
    const auto bytes = read(kZones + name, kLargestZone);
    if (!bytes) return unknown_zone(name);
    const auto zone = base::Zone::from_tzif(*bytes, name);
    if (!zone) return zone.error().message;
    set_.zones.emplace(name, *zone);
    return {};
  }
  std::string unknown_zone(const std::string& zone) {
    const std::size_t slash = zone.find('/');
    const std::string area = slash == std::string::npos ? "" : zone.substr(0, slash + 1);
    std::vector<std::string> known = files_.list(kZones + area).value_or(std::vector<std::string>{});
    for (std::string& name : known) name = area + name;
    const std::string_view near = config::nearest(zone, known);
    return fmt::format("unknown time zone \"{}\"{}", zone, near.empty() ? "" : fmt::format(", did you mean \"{}\"?", near));
  }

  std::string top_;
  base::FileSystem& files_;
  Named named_;
  RuleSet set_;
  std::map<std::string, std::string> ids_;  // with the place of each
  std::size_t seen_ = 0;
};

}  // namespace

RuleSet load_rules(const std::string& directory, base::FileSystem& files) { return Loader(directory, files).run(); }

}  // namespace longshore::rules
