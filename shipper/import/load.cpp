#include "shipper/import/load.hpp"

#include <algorithm>

namespace longshore::shipper {
namespace {

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? "." : path.substr(0, slash);
}

std::string canonical(std::string_view name) {
  std::string result(name);
  std::ranges::replace(result, '_', '-');
  return result;
}

bool is_include(const Item& item) { return item.is("@include") || item.is("include"); }

// The library that comes with syslog-ng; what it holds is known here.
bool is_standard_library(std::string_view path) { return path.ends_with("scl.conf") || path.contains("/scl/"); }

}  // namespace

base::Result<void> Loader::load(const std::string& path) {
  TRY(text, files_.read(path));
  main_folder_ = folder_of(path);
  // Twice: in the second reading the variables of every file are known in every file.
  for (int reading = 0; reading < 2; ++reading) {
    files_read_ = bytes_read_ = 0;
    sources_.clear();
    trees_.clear();
    statements_.clear();
    blocks_.clear();
    notes_.clear();
    load_text(path, text, 0);
  }
  return {};
}

void Loader::load_text(const std::string& path, std::string_view text, std::size_t depth) {
  ++files_read_;
  bytes_read_ += text.size();
  const auto file = std::make_shared<const std::string>(path);
  for (const LoadedStatement& loaded : parse(expand_variables(text, variables_), 1, file)) {
    const std::vector<Item>& items = loaded.statement->items;
    if (is_include(items[0])) {
      include(*loaded.statement, path, depth);
    } else if (items[0].is("@define") && items.size() >= 3) {
      variables_[items[1].text] = items[2].text;
    } else if (items[0].is("block") && items.size() >= 3 && items[2].has_block) {
      blocks_[{canonical(items[1].text), canonical(items[2].text)}] = {file, &items[2]};
    } else if (!items[0].pragma) {  // others set nothing that matters here
      statements_.push_back(loaded);
    }
  }
}

std::vector<LoadedStatement> Loader::parse(std::string source, std::uint32_t first_line,
                                           std::shared_ptr<const std::string> file) {
  std::vector<Problem> problems;
  const std::string& kept = sources_.emplace_back(std::move(source));
  const std::vector<Statement>& tree = trees_.emplace_back(parse_tree(kept, first_line, problems));
  for (Problem& problem : problems) note(*file, problem.line, std::move(problem.what));
  std::vector<LoadedStatement> found;
  for (const Statement& statement : tree) found.push_back({file, &statement});
  return found;
}

void Loader::include(const Statement& statement, const std::string& from, std::size_t depth) {
  const std::string pattern = statement.items.size() > 1 ? statement.items[1].text : "";
  if (is_standard_library(pattern)) return;
  std::vector<std::string> found;
  if (pattern.starts_with('/')) {
    found = files_.find(pattern);
  } else if (!pattern.empty()) {
    found = files_.find(folder_of(from) + "/" + pattern);
    if (found.empty()) found = files_.find(main_folder_ + "/" + pattern);
  }
  if (found.empty() && pattern.find_first_of("*?") == pattern.npos) note(from, statement.line(), "no file to include");
  for (const std::string& path : found) {
    if (depth >= kDeepestInclude || files_read_ >= kMostImportFiles)
      return note(from, statement.line(), "too many files include each other: the rest is not read");
    const auto text = files_.read(path);
    if (!text)
      note(from, statement.line(), text.error().message);
    else if (bytes_read_ + text->size() > kMostImportBytes)
      note(from, statement.line(), path + " is too large to be read");
    else
      load_text(path, *text, depth + 1);
  }
}

const std::vector<LoadedStatement>* Loader::expand(std::string_view kind, const Item& call) {
  const auto found = blocks_.find(std::pair(canonical(kind), canonical(call.text)));
  if (found == blocks_.end() || call.quoted) return nullptr;
  const auto [entry, is_new] = expanded_.try_emplace(&call);
  if (!is_new) return &entry->second;
  const auto& [file, block] = found->second;
  if (++expansions_ > kMostExpansions) {
    note(*file, block->line, "too many blocks use each other: the rest is left out");
    return &entry->second;
  }
  Variables variables;
  for (const Item& parameter : block->arguments) variables[parameter.text] = parameter.raw_arguments;
  std::string rest;
  for (const Item& argument : call.arguments) {
    if (const auto known = variables.find(argument.text); known != variables.end())
      known->second = argument.raw_arguments;
    else if (argument.has_arguments)
      rest += argument.text + "(" + std::string(argument.raw_arguments) + ") ";
  }
  variables["__VARARGS__"] = rest;
  entry->second = parse(expand_variables(block->raw_block, variables), block->block_line, file);
  return &entry->second;
}

}  // namespace longshore::shipper
