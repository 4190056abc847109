#include <fmt/format.h>

#include <cstdio>
#include <map>

#include "common/base/json.hpp"
#include "rules/commands/commands.hpp"
#include "rules/engine/engine.hpp"
#include "rules/lines/line_file.hpp"
#include "rules/lines/line_parser.hpp"
#include "rules/query/field_ref.hpp"
#include "rules/trial/examiner.hpp"

namespace longshore::rules {
namespace {

class Matches {
 public:
  Matches(std::shared_ptr<const Program> program, const MatchOptions& options)
      : program_(std::move(program)),
        options_(options),
        examiner_(*program_),
        engine_(program_, {.host = "match", .late = base::Duration::max() / 4}, [](AlertChange) {}) {
    engine_.set_observer([this](const RuleMatch& match) { matched(match); });
  }

  // False: it could not be read to its end.
  bool read(const std::string& path) {
    auto file = LineFile::open(path);
    if (!file) return trouble(file.error().message);
    LineParser parser(options_.format, path == "-" ? "stdin" : path, file->modified());
    LineBatch batch;
    for (std::string_view line;;) {
      const auto more = file->next(line);
      if (!more) return trouble(more.error().message);
      if (!*more) return true;
      batch.clear();
      parser.parse(line, file->modified(), batch);
      file_ = &*file;
      const EventView event = batch[0];
      engine_.evaluate({&event, 1}, event.time);
      if (std::ferror(stdout) != 0) return false;
    }
  }

  std::uint64_t found() const { return found_; }
  void print_counts() const {
    for (const auto& [id, count] : counts_) fmt::print("{} {}\n", count, id);
  }

 private:
  static bool trouble(const std::string& what) {
    fmt::print(stderr, "{}\n", what);
    return false;
  }

  // A line that matches a rule's clear is no match of the rule.
  void matched(const RuleMatch& match) {
    if (match.role.kind != Program::Role::Kind::match) return;
    ++found_;
    if (options_.count) {
      ++counts_[match.rule.id];
      return;
    }
    base::JsonObject object;
    if (options_.files.size() > 1) object.text("file", file_->path());
    object.value("line", std::to_string(file_->number()));
    object.text("rule", match.rule.id);
    base::JsonObject captures, group;
    examiner_.look_at(match.event);
    for (const auto& [name, value] : examiner_.captures(program_->rules[match.role.owner])) captures.text(name, value);
    object.value("captures", captures.take());
    for (std::size_t i = 0; i < match.group.size() && i < match.rule.group_by.size(); ++i)
      group.text(field_name(match.rule.group_by[i]), match.group[i]);
    object.value("group", group.take());
    object.text("message", match.event.message);
    fmt::print("{}\n", object.take());
  }

  std::shared_ptr<const Program> program_;
  const MatchOptions& options_;
  Examiner examiner_;
  Engine engine_;
  const LineFile* file_ = nullptr;
  std::uint64_t found_ = 0;
  std::map<std::string, std::uint64_t> counts_;
};

}  // namespace

int match(const MatchOptions& options) {
  std::shared_ptr<const Program> program = load_program(options.dir);
  if (program == nullptr) return kTrouble;
  Matches matches(std::move(program), options);
  bool good = true;
  for (const std::string& file : options.files) good &= matches.read(file);
  if (options.count) matches.print_counts();
  if (!good) return kTrouble;
  return matches.found() > 0 ? kOk : kFailed;
}

}  // namespace longshore::rules
