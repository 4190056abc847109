// JSON inside an event, read once and only as far as queries ask: the values of the members that they name, and the texts
// that are written with escapes. The only file of rules/match that knows simdjson. Pure; keeps memory between calls; one
// thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace longshore::rules {

// Paths of members that somebody asks for, "a.b.c". Built once, then read by any thread.
class JsonPaths {
 public:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  // `field`: what is reported when a value at the path is found.
  void add(std::string_view path, std::uint32_t field);
  bool empty() const { return nodes_[0].children.empty(); }

  struct Node {
    std::map<std::string, std::uint32_t, std::less<>> children;  // by the member's name
    std::vector<std::uint32_t> fields;                           // that end here
  };
  const Node& node(std::uint32_t index) const { return nodes_[index]; }
  // The node of the member `key` below `parent`; kNone if nobody asks for it or for anything below it.
  std::uint32_t child(std::uint32_t parent, std::string_view key) const;

 private:
  std::uint32_t child_to_make(std::uint32_t parent, std::string_view key);
  std::vector<Node> nodes_ = std::vector<Node>(1);  // the first: the top
};

class JsonText {
 public:
  struct Found {
    std::vector<std::pair<std::uint32_t, std::string_view>> values;  // field and value, in the order of the text
    std::vector<std::string_view> texts;                             // every string and name, if they were asked for
  };

  JsonText();
  JsonText(JsonText&&) noexcept;
  ~JsonText();

  // Forgets what was found; views into it end.
  void clear();
  // Reads `text`, an object or an array that stands at `top` of the paths, and adds to found(): strings without quotes and
  // escapes, all else as it stands. Elements of arrays stand where their array stands. A text that is no JSON, or ends too
  // early, counts as far as it can be read; levels below the 64th are passed over.
  void read(std::string_view text, const JsonPaths& paths, std::uint32_t top, bool all_texts);
  const Found& found() const { return found_; }

 private:
  struct Document;
  std::vector<std::unique_ptr<Document>> documents_;  // one for each text of an event: views stay valid until clear()
  std::size_t used_ = 0;
  Found found_;
};

// Whether JSON text writes some of its characters with escapes by which a search would not see a text. Quotes, backslashes
// and control characters do not count: LiteralScanner knows what their escapes look like.
bool hides_text(std::string_view json);

}  // namespace longshore::rules
