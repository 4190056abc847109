#include "rotator/logrotate/config_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include "rotator/logrotate/directives.hpp"
#include "rotator/logrotate/words.hpp"

namespace longshore::rotator {
namespace {

constexpr unsigned kMaxNesting = 16;            // of `include`
constexpr std::size_t kMaxFileSize = 0xffffff;  // bytes; what is larger is no configuration
constexpr const char* kTaboo[] = {",v",         ".bak",      ".cfsaved",  ".disabled", ".dpkg-bak",      ".dpkg-del",
                                  ".dpkg-dist", ".dpkg-new", ".dpkg-old", ".dpkg-tmp", ".rhn-cfg-tmp-*", ".rpmnew",
                                  ".rpmorig",   ".rpmsave",  ".swp",      ".ucf-dist", ".ucf-new",       ".ucf-old",
                                  "~"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

Script* script_of(Policy& policy, std::string_view word) {
  if (word == "firstaction") return &policy.first_action;
  if (word == "prerotate") return &policy.pre_rotate;
  if (word == "postrotate") return &policy.post_rotate;
  if (word == "lastaction") return &policy.last_action;
  if (word == "preremove") return &policy.pre_remove;
  return nullptr;
}

// What the files that are read have in common.
struct Reading {
  Outside& outside;
  Messages& messages;
  Configuration result = {};
  std::vector<std::string> taboo = {};            // fnmatch patterns
  std::map<std::string, std::size_t> owner = {};  // path → the block that has it
  std::vector<std::string> open = {};             // files that are being read, one from within the other
};

bool read_path(Reading& reading, const std::string& path, const std::string& base, Policy& defaults);

// One file.
class FileReader {
 public:
  FileReader(Reading& reading, std::string name, std::string base, std::string_view text)
      : reading_(reading), name_(std::move(name)), base_(std::move(base)), text_(text) {}

  // Whether all was well. After an error outside of blocks, the rest is not read.
  bool read(Policy& defaults) {
    bool good = true;
    bool criterion_said = false;
    while (true) {
      skip_blanks();
      if (at_end()) return good && !failed_;
      const char c = peek();
      if (c == '\n') {
        advance();
      } else if (c == '#') {
        skip_line();
      } else if (is_letter(c)) {
        if (!directive(defaults, criterion_said, false)) return false;
      } else if (c == '/' || c == '"' || c == '\'' || c == '~') {
        Block block;
        block.policy = defaults;
        block.source = name_;
        block.line = line_;
        if (!header(block)) return false;
        good &= body(block);
      } else if (c == '}') {
        error("unexpected }");
        return false;
      } else {
        error("lines must begin with a keyword or a filename (possibly in double quotes)");
        return false;
      }
    }
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\n' : text_[at_]; }
  void advance() {
    if (peek() == '\n') ++line_;
    ++at_;
  }
  void skip_blanks() {
    while (!at_end() && is_blank(peek())) ++at_;
  }
  void skip_line() {
    while (!at_end() && peek() != '\n') ++at_;
  }
  std::string_view rest_of_line() {
    const std::size_t begin = at_;
    skip_line();
    return trim(text_.substr(begin, at_ - begin));
  }
  std::string_view word() {
    const std::size_t begin = at_;
    while (!at_end() && is_letter(peek())) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  void error(std::string_view what) { reading_.messages.error(fmt::format("{}:{} {}", name_, line_, what)); }

  // The patterns up to '{'. Lines of comments between them are left out.
  bool header(Block& block) {
    bool line_begins = false;
    while (!at_end()) {
      const char c = peek();
      if (line_begins && c == '#') {
        skip_line();
        continue;
      }
      if (c == '\n') line_begins = true;
      if (c == '}') {
        error("unexpected } (missing previous '{')");
        return false;
      }
      advance();
      if (c == '{') {
        auto globs = split_words(block.pattern);
        if (!globs || globs->empty()) {
          error(globs ? "{ expected after log file name(s)" : "error parsing filename");
          return false;
        }
        block.globs = std::move(*globs);
        return true;
      }
      if (!is_blank(c) && c != '\n') line_begins = false;
      block.pattern += c;
    }
    error("missing '{' after log files definition");
    return false;
  }

  // Up to '}'; a bad block is read over.
  bool body(Block& block) {
    bool criterion_said = false;
    while (true) {
      skip_blanks();
      if (at_end()) break;
      const char c = peek();
      if (c == '\n') {
        advance();
      } else if (c == '#') {
        skip_line();
      } else if (is_letter(c)) {
        if (!directive(block.policy, criterion_said, true)) return skip_block(block);
      } else if (c == '}') {
        advance();
        end_of_block();
        break;
      } else {
        error(c == '/' || c == '"' || c == '\'' || c == '~'
                  ? "unexpected log filename"
                  : "lines must begin with a keyword or a filename (possibly in double quotes)");
        return skip_block(block);
      }
    }
    return add_block(std::move(block));
  }

  void end_of_block() {
    skip_blanks();
    if (peek() == '\n') return;
    reading_.messages.error(fmt::format("{}:{}, unexpected text after }}", name_, line_));
    skip_line();
  }

  bool skip_block(const Block& block) {
    reading_.messages.error(fmt::format("found error in {}, skipping", block.pattern));
    // The line of the error is read over first; a script may hold a '}' that ends nothing.
    for (skip_line(); !at_end(); skip_line()) {
      advance();
      skip_blanks();
      if (peek() == '}') {
        advance();
        end_of_block();
        break;
      }
      Policy ignored;
      if (Script* script = script_of(ignored, word())) {
        if (!read_script(*script)) break;
      }
    }
    return false;
  }

  bool add_block(Block block) {
    const std::size_t index = reading_.result.blocks.size();
    bool good = true;
    for (const std::string& pattern : block.globs) {
      GlobMatches matches = reading_.outside.glob(pattern);
      if (!matches.error.empty()) {
        if (block.policy.missing_ok) continue;
        reading_.messages.error(fmt::format("{}:{} glob failed for {}: {}", name_, block.line, pattern, matches.error));
        good = false;
      }
      for (std::string& path : matches.paths) {
        const auto [place, fresh] = reading_.owner.try_emplace(path, index);
        if (fresh) {
          block.files.push_back(std::move(path));
          continue;
        }
        const bool ignored = block.policy.ignore_duplicates ||
                             (place->second != index && reading_.result.blocks[place->second].policy.ignore_duplicates);
        if (ignored) {
          reading_.messages.debug(fmt::format("{}:{} ignore duplicate log entry for {}", name_, block.line, path));
        } else {
          reading_.messages.error(fmt::format("{}:{} duplicate log entry for {}", name_, block.line, path));
          good = false;
        }
      }
    }
    reading_.result.blocks.push_back(std::move(block));
    return good;
  }

  // From behind its keyword to the line `endscript`.
  bool read_script(Script& into) {
    const std::size_t begin = at_;
    for (skip_line(); !at_end(); skip_line()) {
      advance();
      const std::size_t line_begin = at_;
      skip_blanks();
      if (word() != "endscript") continue;
      into = std::string(text_.substr(begin, line_begin - begin));
      return true;
    }
    reading_.messages.error(name_ + ":prerotate, postrotate or preremove without endscript");
    return false;
  }

  bool directive(Policy& policy, bool& criterion_said, bool in_block) {
    const std::string_view name = word();
    if (const char next = peek(); !is_blank(next) && next != '\n' && next != '=' && next != '\v' && next != '\f') {
      error(fmt::format("keyword '{}' not properly separated, found {:#x}", name, static_cast<unsigned char>(next)));
      return false;
    }
    if (Script* script = script_of(policy, name)) return read_script(*script);
    const DirectiveContext context{policy, criterion_said, reading_.outside, reading_.messages};
    const DirectiveKind kind = kind_of_directive(name);
    if (kind == DirectiveKind::word) {
      apply_word(name, context);
      return true;
    }
    std::string_view value = rest_of_line();
    if (value.starts_with('=')) value = trim(value.substr(1));
    if (kind == DirectiveKind::value) {
      const std::string problem = apply_value(name, value, context);
      if (!problem.empty()) error(problem);
      return problem.empty();
    }
    if (name == "include") return include(std::string(value), policy);
    if (name == "tabooext" || name == "taboopat") {
      if (!in_block) return taboo(name, value);
      error(fmt::format("{} may not appear inside of log file definition", name));
      return false;
    }
    error(fmt::format("unknown option '{}' -- ignoring line", name));
    return true;
  }

  bool include(const std::string& value, Policy& policy) {
    if (value.empty()) {
      error("argument expected after include");
      return false;
    }
    auto path = reading_.outside.expand_home(value);
    if (!path) {
      error(path.error().message);
      return false;
    }
    reading_.messages.debug("including " + *path);
    if (reading_.open.size() > kMaxNesting) {
      error("include nesting too deep");
      failed_ = true;
    } else if (!read_path(reading_, *path, base_, policy)) {
      failed_ = true;
    }
    return true;
  }

  bool taboo(std::string_view name, std::string_view value) {
    if (value.empty()) {
      error(fmt::format("argument expected after {}", name));
      return true;
    }
    if (value.starts_with('+')) {
      value.remove_prefix(1);
    } else {
      reading_.taboo.clear();
    }
    while (!value.empty()) {
      const auto end = std::min(value.find_first_of(", \t"), value.size());
      if (end > 0) reading_.taboo.push_back((name == "tabooext" ? "*" : "") + std::string(value.substr(0, end)));
      value.remove_prefix(std::min(end + 1, value.size()));
    }
    return true;
  }

  Reading& reading_;
  std::string name_;  // for messages
  std::string base_;  // what relative paths in it begin at; empty: the working directory
  std::string_view text_;
  std::size_t at_ = 0;
  unsigned line_ = 1;
  bool failed_ = false;
};

std::string joined(const std::string& base, const std::string& path) {
  return base.empty() || path.starts_with('/') ? path : base + "/" + path;
}

bool read_file(Reading& reading, const std::string& name, const std::string& base, const ConfigSource& source,
               Policy& defaults) {
  if (!source.odd.empty()) reading.messages.warning(source.odd);
  if (!source.distrusted.empty()) {
    reading.messages.error(fmt::format("Ignoring {} because {}.", name, source.distrusted));
    return false;
  }
  if (source.text.size() > kMaxFileSize) {
    reading.messages.error(fmt::format("file {} too large, probably not a config file.", name));
    return false;
  }
  const std::string path = joined(base, name);
  if (std::find(reading.open.begin(), reading.open.end(), path) != reading.open.end()) {
    reading.messages.error(fmt::format("{} includes itself", name));
    return false;
  }
  reading.messages.debug("reading config file " + name);
  reading.open.push_back(path);
  const Policy before = defaults;
  const bool good = FileReader(reading, name, base, source.text).read(defaults);
  if (!good) defaults = before;
  reading.open.pop_back();
  return good;
}

bool read_path(Reading& reading, const std::string& path, const std::string& base, Policy& defaults) {
  const std::string whole = joined(base, path);
  const auto source = reading.outside.read(whole);
  if (!source) {
    reading.messages.error(source.error().message);
    return false;
  }
  if (source->kind == ConfigSource::Kind::other) {
    reading.messages.debug(fmt::format("Ignoring {} because it's not a regular file.", whole));
    return true;
  }
  if (source->kind == ConfigSource::Kind::file) return read_file(reading, path, base, *source, defaults);
  bool good = true;
  for (const std::string& name : source->names) {
    if (std::any_of(reading.taboo.begin(), reading.taboo.end(),
                    [&](const std::string& pattern) { return reading.outside.matches(pattern, name); })) {
      reading.messages.debug(fmt::format("Ignoring {}, because of its name", name));
      continue;
    }
    const auto inside = reading.outside.read(joined(whole, name));
    const bool read = inside ? read_file(reading, name, whole, *inside, defaults) : false;
    if (!inside) reading.messages.error(inside.error().message);
    if (!read) reading.messages.error(fmt::format("found error in file {}, skipping", name));
    good &= read;
  }
  return good;
}

}  // namespace

Configuration read_configuration(const std::vector<std::string>& paths, Outside& outside, Messages& messages) {
  Reading reading{outside, messages};
  for (const char* extension : kTaboo) reading.taboo.push_back(std::string("*") + extension);
  Policy defaults;
  for (const std::string& path : paths)
    if (!read_path(reading, path, "", defaults)) reading.result.failed = true;
  return std::move(reading.result);
}

}  // namespace longshore::rotator
