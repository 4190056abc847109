#include "rules/query/print.hpp"

#include "rules/query/field_ref.hpp"

namespace longshore::rules {
namespace {

using Kind = Node::Kind;
using Op = Predicate::Op;

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}
// A pattern as a bare word: what would end or change it is escaped, and what is escaped in it already stays so.
std::string word(const std::string& pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size())
      out += pattern[i++];
    else if (std::string_view("()<>\"~^ \t\r\n/[{").find(pattern[i]) != std::string_view::npos)
      out += '\\';
    out += pattern[i];
  }
  return out;
}

std::string value(const Predicate& p) {
  switch (p.op) {
    case Op::exists:
      return "*";
    case Op::tokens: {
      std::string text;
      bool pattern = false;
      for (const Literal& token : p.values) {
        text += (text.empty() ? "" : "-") + token.text;
        pattern |= token.pattern;
      }
      return pattern ? text : quoted(text);
    }
    case Op::equals:
    case Op::contains:
      return quoted(p.values[0].text);
    case Op::exact:
      return quoted(p.values[0].text);
    case Op::wildcard:
      return word(p.values[0].text);
    case Op::regex: {
      std::string out = "/";
      for (const char c : p.pattern) out += c == '/' ? "\\/" : std::string(1, c);
      return out + (p.ignore_case ? "/i" : "/");
    }
    case Op::range:
      return (p.includes_low ? "[" : "{") + (p.has_low ? quoted(p.low.text) : "*") + " TO " +
             (p.has_high ? quoted(p.high.text) : "*") + (p.includes_high ? "]" : "}");
    case Op::cidr:
    case Op::list: {
      std::string out;
      for (const Literal& each : p.values) out += (out.empty() ? "" : ",") + each.text;
      return (p.op == Op::cidr ? "cidr(" : "list(") + out + ")";
    }
  }
  return {};
}

std::string leaf(const Predicate& p) {
  const std::string name = field_name(p.field);
  if (p.op == Op::exact && name.empty()) return "exact(" + value(p) + ")";
  return name + (name.empty() ? "" : p.op == Op::exact ? ":=" : ":") + value(p);
}

std::string group(const Node& node, const char* between) {
  std::string out = "(";
  for (const Node& child : node.children) out += (out.size() > 1 ? between : "") + print_query(child);
  return out + ")";
}

}  // namespace

std::string print_query(const Node& node) {
  switch (node.kind) {
    case Kind::all:
      return group(node, " AND ");
    case Kind::any:
      return group(node, " OR ");
    case Kind::none:
      return "NOT " + print_query(node.children[0]);
    case Kind::everything:
      return "*";
    case Kind::leaf:
      return leaf(node.leaf);
  }
  return {};
}

}  // namespace longshore::rules
