#include "shipper/import/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "common/config/value.hpp"
#include "shipper/import/driver.hpp"
#include "shipper/import/log_paths.hpp"
#include "shipper/import/loggly.hpp"
#include "shipper/import/source_driver.hpp"

namespace longshore::shipper {
namespace {

using config::print_text;
using Tags = std::set<std::string>;

constexpr std::size_t kMostSources = 500, kMostSinks = 50, kMostNotes = 2000;
constexpr std::size_t kMostTags = 100;  // of one source or sink

std::string where(const Place& place) { return fmt::format("{}:{}", printable(place.file), place.line); }

// One for each account: shipper gives every event to every sink, and a request has the tags of its events' source.
struct Sink {
  std::string host, token;
  Place place;
  std::vector<Tags> tag_sets;  // of the destinations that became this sink
  bool json = false;
  std::string ca_file;
  Tags common_tags() const {
    Tags common = tag_sets.front();
    for (const Tags& tags : tag_sets) std::erase_if(common, [&](const std::string& tag) { return !tags.contains(tag); });
    return common;
  }
};

struct Source {
  ImportedSource imported;
  Place place;
  std::set<std::size_t> sinks;
  Tags destination_tags;
};

class Importer {
 public:
  explicit Importer(Loader& loader) : loader_(loader), paths_(loader) {
    for (const LogPath& path : paths_.paths()) add_path(path);
  }
  bool found() const { return !sinks_.empty(); }

  std::string yaml(const std::string& file) {
    std::string out = fmt::format(
        "# Made by `shipper import {}` from {} files. Read it before you use it; `shipper check` validates it.\n"
        "data_dir: /var/lib/longshore/shipper\n",
        printable(file), loader_.files());
    // syslog-ng acknowledges nothing, so what it forwards over TCP can be lost; HTTP is acknowledged.
    out += sources_yaml() + sinks_yaml();
    return out + notes_comment();
  }

 private:
  void note(const Place& place, std::string what) { loader_.notes().push_back({place, std::move(what)}); }

  void add_path(const LogPath& path) {
    std::vector<std::pair<std::size_t, Tags>> targets;
    for (const Driver& driver : path.destinations) {
      const std::optional<std::size_t> sink = sink_of(driver);
      if (sink) targets.emplace_back(*sink, target_of(driver)->second);
    }
    const std::string to = fmt::format("{}", fmt::join(path.destination_names, ", "));
    if (targets.empty()) return note(path.place, "log path to " + to + ": it does not go to Loggly");
    if (targets.size() < path.destinations.size()) note(path.place, "log path to " + to + ": its other destinations");
    for (const std::string& step : path.steps)
      note(path.place,
           step + " on the way to Loggly: shipper sends every event of these sources; see `transforms` for dropping some");
    for (const Driver& driver : path.sources)
      for (const std::size_t index : sources_of(driver))
        for (const auto& [sink, tags] : targets) {
          sources_[index].sinks.insert(sink);
          sources_[index].destination_tags.insert(tags.begin(), tags.end());
        }
  }

  // The sink that a destination's driver becomes; none if it is not Loggly.
  std::optional<std::size_t> sink_of(const Driver& driver) {
    if (const auto* const known = target_of(driver); known != nullptr) return known->first;
    const auto target = loggly_target(*driver.item, [&](std::string_view name) { return paths_.find_template(name); });
    if (!target) return {};
    for (const std::string& what : target->untranslated) note(driver.place(), what);
    const auto same = std::ranges::find_if(
        sinks_, [&](const Sink& sink) { return sink.host == target->host && sink.token == target->token; });
    const auto index = static_cast<std::size_t>(same - sinks_.begin());
    if (same == sinks_.end()) {
      if (sinks_.size() == kMostSinks) {
        note(driver.place(), "too many Loggly destinations");
        return {};
      }
      sinks_.push_back({.host = target->host,
                        .token = target->token,
                        .place = target->from_template.line == 0 ? driver.place() : target->from_template,
                        .tag_sets = {},
                        .json = target->json,
                        .ca_file = target->ca_file});
    } else if (same->json != target->json || same->ca_file != target->ca_file) {
      note(driver.place(), "another form of the events, or another ca-file(), than the first destination of this account");
    }
    sinks_[index].tag_sets.emplace_back(target->tags.begin(), target->tags.end());
    targets_[driver.item] = {index, sinks_[index].tag_sets.back()};
    return index;
  }
  const std::pair<std::size_t, Tags>* target_of(const Driver& driver) const {
    const auto found = targets_.find(driver.item);
    return found == targets_.end() ? nullptr : &found->second;
  }

  const std::vector<std::size_t>& sources_of(const Driver& driver) {
    const auto [entry, is_new] = imported_.try_emplace(driver.item);
    if (!is_new) return entry->second;
    ImportedDriver imported = import_source_driver(*driver.item);
    for (std::string& what : imported.untranslated) note(driver.place(), std::move(what));
    for (ImportedSource& source : imported.sources) {
      const auto same =
          std::ranges::find(sources_, source.origin, [](const Source& known) { return known.imported.origin; });
      entry->second.push_back(static_cast<std::size_t>(same - sources_.begin()));
      if (same != sources_.end()) {
        note(driver.place(), "a second source at " + source.origin + ": the first stands for both");
      } else if (sources_.size() == kMostSources) {
        entry->second.pop_back();
        note(driver.place(), "too many sources");
      } else {
        sources_.push_back({std::move(source), driver.place(), {}, {}});
      }
    }
    return entry->second;
  }

  std::string sources_yaml() {
    std::string out = "sources:\n";
    Tags of_sinks;  // that need not stand at sources
    if (sinks_.size() == 1) of_sinks = sinks_[0].common_tags();
    for (const Source& source : sources_) {
      out += fmt::format("  # {}\n  - {{type: {}", where(source.place), source.imported.type);
      for (const auto& [name, value] : source.imported.options) out += fmt::format(", {}: {}", name, value);
      Tags tags(source.imported.tags.begin(), source.imported.tags.end());
      for (const std::string& tag : source.destination_tags)
        if (!of_sinks.contains(tag)) tags.insert(tag);
      out += tags_yaml(tags, source.place) + "}\n";
      if (source.sinks.size() < sinks_.size())
        note(source.place, "it was not sent to every Loggly destination, but shipper gives every event to every sink");
    }
    if (sources_.empty())
      out +=
          "  # No source could be translated; this one only holds the place.\n"
          "  - {type: syslog, listen: \"udp://127.0.0.1:5514\"}\n";
    return out;
  }

  std::string sinks_yaml() {
    std::string out = "sinks:\n";
    for (std::size_t i = 0; i < sinks_.size(); ++i) {
      const Sink& sink = sinks_[i];
      const std::string suffix = i == 0 ? "" : fmt::format("_{}", i + 1);
      const std::string token_file = "/etc/longshore/loggly_token" + suffix;
      out += fmt::format(
          "  # {0}: {1}. Put it, and nothing else, into a file that only shipper can read:\n"
          "  #   install -m 600 /dev/null {2} && editor {2}\n",
          where(sink.place), sink.token.empty() ? "no token was found there" : "the token stands there", token_file);
      if (!sink.json)
        out += "  # rfc5424: searches for syslog.* fields go on finding what they found; json has more fields.\n";
      out += fmt::format("  - {{type: loggly, name: loggly{}, url: \"https://{}\", token_file: {}", suffix, sink.host,
                         token_file);
      if (sinks_.size() == 1) out += tags_yaml(sink.common_tags(), sink.place);
      if (!sink.json) out += ", format: rfc5424";
      if (!sink.ca_file.empty()) out += ", ca_file: " + print_text(sink.ca_file);
      out += "}\n";
    }
    return out;
  }

  std::string tags_yaml(const Tags& tags, const Place& place) {
    if (tags.empty()) return {};
    if (tags.size() > kMostTags) {
      note(place, "its tags: they are too many");
      return {};
    }
    std::string out;
    for (const std::string& tag : tags) out += (out.empty() ? ", tags: [" : ", ") + print_text(tag);
    return out + "]";
  }

  std::string notes_comment() {
    std::vector<Note>& notes = loader_.notes();
    std::ranges::stable_sort(notes, {}, [](const Note& note) { return std::tie(note.place.file, note.place.line); });
    std::string out;
    for (std::size_t i = 0; i < std::min(notes.size(), kMostNotes); ++i)
      out += fmt::format("# not translated: {}: {}\n", where(notes[i].place), printable(notes[i].what));
    if (notes.size() > kMostNotes) out += fmt::format("# not translated: {} more\n", notes.size() - kMostNotes);
    return out;
  }

  Loader& loader_;
  LogPaths paths_;
  std::vector<Sink> sinks_;
  std::vector<Source> sources_;
  std::map<const Item*, std::pair<std::size_t, Tags>> targets_;
  std::map<const Item*, std::vector<std::size_t>> imported_;
};

}  // namespace

base::Result<std::string> import_syslog_ng(const std::string& path, const ImportFiles& files) {
  Loader loader(files);
  TRY_VOID(loader.load(path));
  Importer importer(loader);
  if (!importer.found())
    return base::fail(base::Code::not_found, fmt::format("{} ({} files read): no log path leads to a Loggly destination",
                                                         printable(path), loader.files()));
  return importer.yaml(path);
}

}  // namespace longshore::shipper
