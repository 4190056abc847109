// The only place that knows yaml-cpp. Its events are used, not its tree: limits then hold while it parses, which keeps its
// recursion shallow.
#include "common/config/yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <string>

#include "common/base/utf8.hpp"

namespace longshore::config {
namespace {

constexpr std::size_t kMostText = 1 << 20;
constexpr std::size_t kMostLevels = 32;
constexpr std::size_t kMostCost = 4 << 20;

Place place_of(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {static_cast<std::size_t>(mark.line + 1), static_cast<std::size_t>(mark.column + 1)};
}

std::size_t cost(const Node& node) {
  std::size_t sum = 256 + node.scalar.size();
  for (const Node& item : node.list) sum += cost(item);
  for (const auto& [key, item] : node.map) sum += cost(key) + cost(item);
  return sum;
}

class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(Problems& problems) : problems_(problems) {}

  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) stop(mark, "a second document begins: one file, one document");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    begin(mark, anchor, Node::Kind::null);
    end();
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    refuse_tag(mark, tag);
    begin(mark, anchor, Node::Kind::scalar);
    open_.back().node.scalar = value;
    end();
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    refuse_tag(mark, tag);
    begin(mark, anchor, Node::Kind::list);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    refuse_tag(mark, tag);
    begin(mark, anchor, Node::Kind::map);
  }
  void OnMapEnd() override { end(); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchored_.find(anchor);
    if (found == anchored_.end()) stop(mark, "an alias inside of what it stands for");
    spend(mark, cost(found->second));
    place(found->second);
  }

 private:
  struct Open {
    Node node;
    YAML::anchor_t anchor = 0;
    std::optional<Node> key;  // of a map: read, its value not yet
  };

  [[noreturn]] static void stop(const YAML::Mark& mark, const std::string& what) { throw YAML::Exception(mark, what); }
  static void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!") stop(mark, fmt::format("the tag {} has no meaning here", tag));
  }
  void spend(const YAML::Mark& mark, std::size_t amount) {
    spent_ += amount;
    if (spent_ > kMostCost) stop(mark, "too many values: are there aliases of aliases?");
  }

  void begin(const YAML::Mark& mark, YAML::anchor_t anchor, Node::Kind kind) {
    if (open_.size() >= kMostLevels) stop(mark, fmt::format("nested deeper than {} levels", kMostLevels));
    open_.push_back({{kind, place_of(mark), {}, {}, {}}, anchor, {}});
  }
  void end() {
    Open done = std::move(open_.back());
    open_.pop_back();
    YAML::Mark mark;
    mark.line = static_cast<int>(done.node.place.line - 1);
    mark.column = static_cast<int>(done.node.place.column - 1);
    spend(mark, 256 + done.node.scalar.size());
    if (done.anchor != 0) {
      spend(mark, cost(done.node));
      anchored_.insert_or_assign(done.anchor, done.node);
    }
    place(std::move(done.node));
  }
  void place(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == Node::Kind::list) {
      parent.node.list.push_back(std::move(node));
    } else if (!parent.key) {
      parent.key = std::move(node);
    } else {
      add_entry(parent, std::move(node));
      parent.key.reset();
    }
  }
  void add_entry(Open& parent, Node value) {
    Node& key = *parent.key;
    if (key.kind != Node::Kind::scalar) return problems_.add(key.place, "", "a key must be plain text");
    if (const auto& map = parent.node.map; parent.node.find(key.scalar) != nullptr) {
      const auto first =
          std::find_if(map.begin(), map.end(), [&](const auto& entry) { return entry.key.scalar == key.scalar; });
      return problems_.add(key.place, "",
                           fmt::format("\"{}\" stands twice, first in line {}", key.scalar, first->key.place.line));
    }
    parent.node.map.push_back({std::move(key), std::move(value)});
  }

  Problems& problems_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Node> anchored_;
  Node root_;
  std::size_t spent_ = 0;
  unsigned documents_ = 0;
};

// Adds a problem and says false if the text is not UTF-8, or has control characters. YAML forbids these (YAML 1.2 §5.1), and
// the library would take some for the end of the file.
bool is_text(std::string_view text, Problems& problems) {
  Place place;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    const std::size_t size = base::character_size(text.substr(i));
    const bool control = static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t';
    if (control || size == 0) {
      problems.add(place, "", fmt::format("the byte 0x{:02x} is not text in UTF-8", static_cast<unsigned char>(c)));
      return false;
    }
    place = c == '\n' ? Place{place.line + 1, 1} : Place{place.line, place.column + 1};
    i += size;
  }
  return true;
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const auto& [name, value] : map)
    if (name.scalar == key) return &value;
  return nullptr;
}

std::optional<Node> parse_yaml(std::string_view text, Problems& problems) {
  if (text.size() > kMostText) {
    problems.add({}, "", "larger than 1 MiB: is this the right file?");
    return std::nullopt;
  }
  if (!is_text(text, problems)) return std::nullopt;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    TreeBuilder builder(problems);
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take();
  } catch (const YAML::Exception& error) {
    problems.add(place_of(error.mark), "", error.msg);
    return std::nullopt;
  }
}

}  // namespace longshore::config
