#include "rules/commands/explanation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/utf8.hpp"
#include "rules/commands/terminal.hpp"
#include "rules/query/field_ref.hpp"

namespace longshore::rules {
namespace {

std::string short_text(std::string_view text) {
  constexpr std::size_t kMost = 100;
  return printable(base::cut_to_characters(text, kMost));
}

std::string values_text(const Explained& leaf) {
  const std::string name = field_name(leaf.node->leaf.field);
  if (leaf.values.empty()) return fmt::format("there is no {}", name);
  constexpr std::size_t kMost = 3;
  std::string text = (name.empty() ? "the text" : name) + " is ";
  for (std::size_t i = 0; i < std::min(kMost, leaf.values.size()); ++i)
    text += fmt::format("{}\"{}\"", i > 0 ? ", " : "", short_text(leaf.values[i]));
  return leaf.values.size() > kMost ? text + fmt::format(" and {} more", leaf.values.size() - kMost) : text;
}

}  // namespace

std::string explanation(const Explained& explained, const std::string& query, const std::string& indent, bool colours) {
  const Node& node = *explained.node;
  const std::string verdict = explained.holds ? paint("PASS", Colour::green, colours) : paint("FAIL", Colour::red, colours);
  const auto line = [&](std::string_view what, const std::string& why) {
    return fmt::format("{}{}  {}{}\n", indent, verdict, what,
                       why.empty() ? "" : "   " + paint(fmt::format("({})", why), Colour::dim, colours));
  };
  switch (node.kind) {
    case Node::Kind::everything:
      return line("everything", "");
    case Node::Kind::leaf:
      return line(short_text(std::string_view(query).substr(node.begin, node.end - node.begin)), values_text(explained));
    default:
      break;
  }
  std::string text = line(node.kind == Node::Kind::all ? "all of" : node.kind == Node::Kind::any ? "any of" : "not", "");
  for (const Explained& child : explained.children) text += explanation(child, query, indent + "  ", colours);
  return text;
}

double nearness(const Explained& explained) {
  switch (explained.node->kind) {
    case Node::Kind::all: {
      double sum = 0;
      for (const Explained& child : explained.children) sum += nearness(child);
      return sum / static_cast<double>(explained.children.size());
    }
    case Node::Kind::any: {
      double most = 0;
      for (const Explained& child : explained.children) most = std::max(most, nearness(child));
      return most;
    }
    default:
      return explained.holds ? 1 : 0;
  }
}

}  // namespace longshore::rules
