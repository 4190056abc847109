#include "shipper/import/log_paths.hpp"

#include <algorithm>
#include <utility>

#include "shipper/import/driver.hpp"

namespace longshore::shipper {
namespace {

constexpr int kDeepestBlock = 8;  // blocks that stand for blocks
constexpr std::size_t kMostPaths = 10'000;

// What only has an effect where a log path names it.
bool only_named(const Item& keyword) { return keyword.is("filter") || keyword.is("parser") || keyword.is("rewrite"); }

}  // namespace

LogPaths::LogPaths(Loader& loader) : loader_(loader) {
  for (const LoadedStatement& loaded : loader_.statements()) define(loaded);
  for (const LoadedStatement& loaded : loader_.statements()) {
    const Item& item = loaded.statement->items[0];
    if (item.is("log") && item.has_block) walk(loaded.file, item.block, {.place = {*loaded.file, item.line}});
  }
}

const Template* LogPaths::find_template(std::string_view name) const {
  const auto found = templates_.find(name);
  return found == templates_.end() ? nullptr : &found->second;
}

void LogPaths::define(const LoadedStatement& loaded) {
  const std::vector<Item>& items = loaded.statement->items;
  const Item& keyword = items[0];
  if (keyword.is("source") && items.size() > 1) {
    sources_[items[1].text] = {loaded.file, &items[1]};
  } else if (keyword.is("destination") && items.size() > 1) {
    destinations_[items[1].text] = {loaded.file, &items[1]};
  } else if (keyword.is("template") && items.size() > 1) {
    const Item* text = items.size() > 2 ? &items[2] : nullptr;
    for (const Statement& statement : items[1].block)
      if (const Item* const value = statement.items[0].value(); statement.items[0].is("template") && value != nullptr)
        text = value;
    if (text != nullptr) templates_[items[1].text] = {text->text, {*loaded.file, text->line}};
  } else if (keyword.is("options")) {
    std::string names;
    for (const Statement& option : keyword.block) names += (names.empty() ? "" : ", ") + printable(option.items[0].text);
    note(loaded.file, keyword.line, "options: " + names);
  } else if (!keyword.is("log") && !only_named(keyword)) {
    note(loaded.file, keyword.line, printable(keyword.text));
  }
}

std::vector<Driver> LogPaths::drivers(std::string_view kind, const std::shared_ptr<const std::string>& file,
                                      const std::vector<Statement>& block, int depth) {
  std::vector<Driver> found;
  for (const Statement& statement : block) add_drivers(kind, file, statement, depth, found);
  return found;
}

void LogPaths::add_drivers(std::string_view kind, const std::shared_ptr<const std::string>& file, const Statement& statement,
                           int depth, std::vector<Driver>& found) {
  const Item& item = statement.items[0];
  if (!item.has_arguments) return note(file, item.line, printable(item.text) + " in a " + std::string(kind));
  const std::vector<LoadedStatement>* const expanded = depth < kDeepestBlock ? loader_.expand(kind, item) : nullptr;
  if (expanded == nullptr) return found.push_back({file, &item});
  for (const LoadedStatement& loaded : *expanded) add_drivers(kind, loaded.file, *loaded.statement, depth + 1, found);
}

const std::vector<Driver>& LogPaths::referred(std::string_view kind, const std::shared_ptr<const std::string>& file,
                                              const Item& item) {
  static const std::vector<Driver> kNone;
  auto& definitions = kind == "source" ? sources_ : destinations_;
  const auto found = item.value() == nullptr ? definitions.end() : definitions.find(item.value()->text);
  if (found == definitions.end()) {
    note(file, item.line, std::string(kind) + " that is not defined");
    return kNone;
  }
  Definition& definition = found->second;
  if (!std::exchange(definition.expanded, true))
    definition.drivers = drivers(kind, definition.file, definition.item->block, 0);
  return definition.drivers;
}

void LogPaths::walk(const std::shared_ptr<const std::string>& file, const std::vector<Statement>& block, LogPath path) {
  path.destinations.clear();
  path.destination_names.clear();
  for (const Statement& statement : block) {
    const Item& item = statement.items[0];
    const std::string name = item.value() == nullptr ? "{...}" : "(" + printable(item.value()->text) + ")";
    for (const char* const kind : {"source", "destination"}) {
      if (!item.is(kind)) continue;
      auto& drivers_of_path = item.is("source") ? path.sources : path.destinations;
      const std::vector<Driver> found = item.has_block ? drivers(kind, file, item.block, 0) : referred(kind, file, item);
      drivers_of_path.insert(drivers_of_path.end(), found.begin(), found.end());
      if (item.is("destination"))
        path.destination_names.push_back(item.has_block ? "{...}"
                                                        : printable(item.value() == nullptr ? "" : item.value()->text));
    }
    if (item.is("flags")) {
      for (const Item& flag : item.arguments)  // that one is what shipper does anyway
        if (!flag.is("flow-control")) path.steps.push_back("flags(" + printable(flag.text) + ")");
    } else if (only_named(item) || item.is("if")) {
      path.steps.push_back(item.is("if") ? "if" : printable(item.text) + name);
    } else if (!item.is("source") && !item.is("destination") && !item.has_block) {
      path.steps.push_back(printable(item.text));
    }
  }
  if (!path.destinations.empty()) {
    if (paths_.size() < kMostPaths)
      paths_.push_back(path);
    else
      note(file, path.place.line, "log path: there are too many");
  }
  // Inner log paths, junctions, channels and branches see what reached this one.
  for (const Statement& statement : block)
    for (const Item& item : statement.items)
      if (item.has_block && !item.is("source") && !item.is("destination") && !only_named(item)) {
        path.place.line = item.line;
        walk(file, item.block, path);
      }
}

void LogPaths::note(const std::shared_ptr<const std::string>& file, std::uint32_t line, std::string what) {
  loader_.notes().push_back({{*file, line}, std::move(what)});
}

}  // namespace longshore::shipper
