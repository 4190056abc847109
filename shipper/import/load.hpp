// A syslog-ng configuration with its includes, as one list of statements: variables are replaced, and blocks (syslog-ng's
// macros) can be expanded. Within limits, whatever the files hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.hpp"
#include "shipper/import/tree.hpp"
#include "shipper/import/variables.hpp"

namespace longshore::shipper {

inline constexpr std::size_t kMostImportFiles = 200;
inline constexpr std::size_t kMostImportBytes = 8 << 20;  // of all files
inline constexpr std::size_t kDeepestInclude = 16;
inline constexpr std::size_t kMostExpansions = 200;  // of blocks

// The files of the machine, handed in.
struct ImportFiles {
  std::function<base::Result<std::string>(const std::string& path)> read;
  // Paths of the files that a pattern means (a name, one with wildcards, a folder), sorted; empty if there is none.
  std::function<std::vector<std::string>(const std::string& pattern)> find;
};

struct Place {
  std::string file;
  std::uint32_t line = 0;
};

struct Note {
  Place place;
  std::string what;
};

// A statement that knows its file.
struct LoadedStatement {
  std::shared_ptr<const std::string> file;
  const Statement* statement = nullptr;
};

class Loader {
 public:
  explicit Loader(ImportFiles files) : files_(std::move(files)) {}

  // Code of reading if the file itself cannot be read; all else is noted.
  base::Result<void> load(const std::string& path);
  const std::vector<LoadedStatement>& statements() const { return statements_; }
  std::size_t files() const { return files_read_; }
  std::vector<Note>& notes() { return notes_; }

  // What a call of a user's block ("block destination NAME(…) {…}") stands for; null if there is no such block.
  const std::vector<LoadedStatement>* expand(std::string_view kind, const Item& call);

 private:
  struct Block {
    std::shared_ptr<const std::string> file;
    const Item* item = nullptr;
  };

  void load_text(const std::string& path, std::string_view text, std::size_t depth);
  void include(const Statement& statement, const std::string& from, std::size_t depth);
  std::vector<LoadedStatement> parse(std::string source, std::uint32_t first_line, std::shared_ptr<const std::string> file);
  void note(const std::string& file, std::uint32_t line, std::string what) {
    notes_.push_back({{file, line}, std::move(what)});
  }

  ImportFiles files_;
  std::string main_folder_;
  Variables variables_;
  std::size_t files_read_ = 0, bytes_read_ = 0, expansions_ = 0;
  std::deque<std::string> sources_;  // what raw parts of items are views of
  std::deque<std::vector<Statement>> trees_;
  std::vector<LoadedStatement> statements_;
  std::map<std::pair<std::string, std::string>, Block, std::less<>> blocks_;
  std::map<const Item*, std::vector<LoadedStatement>> expanded_;
  std::vector<Note> notes_;
};

}  // namespace longshore::shipper
