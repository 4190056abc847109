#include "rules/import/elastalert_filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "rules/import/documents.hpp"
#include "rules/import/query_build.hpp"
#include "rules/import/sigma_pattern.hpp"
#include "rules/import/sigma_value.hpp"
#include "rules/query/field_ref.hpp"
#include "rules/query/literals.hpp"
#include "rules/query/parser.hpp"
#include "rules/query/tokens.hpp"

namespace longshore::rules {
namespace {

using Op = Predicate::Op;
using Tree = rules::Node;
using Queried = std::expected<Tree, std::string>;
using ConfigKind = config::Node::Kind;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_name(char c) { return is_token_byte(c) || c == '_' || c == '.' || c == '-' || c == '@'; }

// Lucene's text in our words: fields under their names here, and no blank behind their colons.
std::expected<std::string, std::string> with_our_fields(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '\\') {
      out += text.substr(at, 2);
      at += 2;
    } else if (c == '"' || c == '/') {
      std::size_t end = at + 1;
      while (end < text.size() && text[end] != c) end += text[end] == '\\' ? 2 : 1;
      end = std::min(end + 1, text.size());
      if (c == '/')
        return std::unexpected("a regular expression of Lucene matches a whole word, ours anywhere: write it anew");
      out += text.substr(at, end - at);
      at = end;
    } else if (is_name(c) && c != '-' && c != '.') {
      std::size_t end = at;
      while (end < text.size() && is_name(text[end])) ++end;
      const std::string_view name = text.substr(at, end - at);
      std::size_t colon = end;
      while (colon < text.size() && is_blank(text[colon])) ++colon;
      at = end;
      if (colon == text.size() || text[colon] != ':') {
        out += name;
        continue;
      }
      at = colon + 1;
      while (at < text.size() && is_blank(text[at])) ++at;
      if (name == "_exists_") {
        end = at;
        while (end < text.size() && is_name(text[end])) ++end;
        const auto field = elastic_field(text.substr(at, end - at));
        if (!field) return std::unexpected(field.error());
        out += field_name(*field) + ":*";
        at = end;
        continue;
      }
      const auto field = elastic_field(name);
      if (!field) return std::unexpected(field.error());
      out += field_name(*field) + ":";
    } else {
      out += c;
      ++at;
    }
  }
  return out;
}

// Words side by side: Elasticsearch means OR. Unexpected: some of a group are joined by AND.
std::expected<void, std::string> join_by_or(Tree& node, std::string_view text) {
  for (Tree& child : node.children)
    if (const auto joined = join_by_or(child, text); !joined) return joined;
  if (node.kind != Tree::Kind::all) return {};
  std::size_t said = 0;
  for (std::size_t i = 0; i + 1 < node.children.size(); ++i) {
    const std::string_view between = text.substr(node.children[i].end, node.children[i + 1].begin - node.children[i].end);
    said += between.find("AND") != between.npos || between.find("&&") != between.npos ? 1 : 0;
  }
  if (said == node.children.size() - 1) return {};
  if (said > 0 ||
      std::any_of(node.children.begin(), node.children.end(), [](const Tree& c) { return c.kind == Tree::Kind::none; }))
    return std::unexpected("its words stand side by side, some with AND or NOT: set AND and OR between all of them");
  node.kind = Tree::Kind::any;
  return {};
}

Queried combined(const config::Node& node, bool all) {
  std::vector<Tree> parts;
  const std::vector<config::Node> one = {node};
  for (const config::Node& each : node.kind == ConfigKind::list ? node.list : one) {
    const config::Node wrapped{.kind = ConfigKind::list, .place = {}, .scalar = {}, .list = {each}, .map = {}};
    Queried part = elastic_filters(&wrapped);
    if (!part) return part;
    parts.push_back(std::move(*part));
  }
  if (parts.empty()) return std::unexpected("an empty group has no meaning");
  return all ? all_of(std::move(parts)) : any_of(std::move(parts));
}

Queried boolean(const config::Node& node) {
  std::vector<Tree> all;
  const config::Node* should = nullptr;
  for (const auto& [key, value] : node.map) {
    if (key.scalar == "should") {
      should = &value;
    } else if (key.scalar == "must" || key.scalar == "filter" || key.scalar == "must_not") {
      Queried part = combined(value, key.scalar != "must_not");
      if (!part) return part;
      all.push_back(key.scalar == "must_not" ? none_of(std::move(*part)) : std::move(*part));
    } else if (key.scalar != "minimum_should_match" || value.scalar != "1") {
      return std::unexpected(fmt::format("\"{}\" of a bool has no counterpart", key.scalar));
    }
  }
  // Beside others, `should` changes only the score.
  if (should != nullptr && (node.map.size() == 1 || node.find("minimum_should_match") != nullptr)) {
    Queried part = combined(*should, false);
    if (!part) return part;
    all.push_back(std::move(*part));
  }
  if (all.empty()) return std::unexpected("an empty bool has no meaning");
  return all_of(std::move(all));
}

Queried range(const FieldRef& field, const config::Node& ends) {
  Predicate out{.field = field, .op = Op::range};
  for (const auto& [key, value] : ends.map) {
    const bool low = key.scalar.starts_with("gt"), includes = key.scalar.ends_with('e');
    if (!low && !key.scalar.starts_with("lt"))
      return std::unexpected(fmt::format("\"{}\" of a range has no counterpart", key.scalar));
    const Literal end = literal(value.scalar, true);
    if (!end.numeric) return std::unexpected(fmt::format("\"{}\" is no number to compare with", value.scalar));
    (low ? out.low : out.high) = end;
    (low ? out.has_low : out.has_high) = true;
    (low ? out.includes_low : out.includes_high) = includes;
  }
  if (!out.has_low && !out.has_high) return std::unexpected("a range has no end");
  return leaf_of(std::move(out));
}

Queried text_filter(const std::string& kind, const FieldRef& field, const config::Node& value) {
  std::string text = value.scalar;
  for (const char* name : {"value", "query", "wildcard"})
    if (const config::Node* const inner = value.find(name); inner != nullptr) text = inner->scalar;
  if (text.empty()) return std::unexpected(fmt::format("\"{}\" has no value", kind));
  if (kind == "wildcard") return leaf_of(match_pattern(field, TextPattern::sigma(text), {}));
  if (kind == "prefix") return leaf_of(match_pattern(field, TextPattern::literal(text), {.open_end = true}));
  const std::vector<Literal> tokens = token_literals(text, false);
  if (kind == "match" && tokens.size() > 1)
    return std::unexpected("\"match\" with several words matches any of them: write them out with OR, or take match_phrase");
  if (field.kind != FieldRef::Kind::message)
    return leaf_of({.field = field, .op = Op::equals, .values = {literal(text, true)}});
  if (tokens.empty()) return std::unexpected(fmt::format("\"{}\" has no letter or digit", text));
  return leaf_of({.field = field, .op = Op::tokens, .values = tokens});
}

// {kind: {FIELD: …}}
Queried field_filter(const std::string& kind, const config::Node& node) {
  if (node.kind != ConfigKind::map || node.map.size() != 1)
    return std::unexpected(fmt::format("\"{}\" needs one field", kind));
  const auto field = elastic_field(node.map[0].key.scalar);
  if (!field) return std::unexpected(field.error());
  const config::Node& value = node.map[0].value;
  if (kind == "range") return range(*field, value);
  if (kind != "terms") return text_filter(kind, *field, value);
  std::vector<Tree> any;
  for (const std::string& text : texts_of(&value)) {
    config::Node one;
    one.scalar = text;
    Queried part = text_filter(kind, *field, one);
    if (!part) return part;
    any.push_back(std::move(*part));
  }
  if (any.empty()) return std::unexpected("\"terms\" has no values");
  return any_of(std::move(any));
}

Queried filter(const config::Node& node) {
  if (node.kind != ConfigKind::map || node.map.size() != 1) return std::unexpected("a filter needs one kind of query");
  const std::string& kind = node.map[0].key.scalar;
  const config::Node& value = node.map[0].value;
  constexpr std::array<std::string_view, 7> kOfFields = {"term",     "terms",  "match", "match_phrase",
                                                         "wildcard", "prefix", "range"};
  if (std::find(kOfFields.begin(), kOfFields.end(), kind) != kOfFields.end()) return field_filter(kind, value);
  if (kind == "query") return filter(value);
  if (kind == "bool") return boolean(value);
  if (kind == "and" || kind == "or") return combined(value, kind == "and");
  if (kind == "not") {
    Queried part = combined(value, true);
    if (part) *part = none_of(std::move(*part));
    return part;
  }
  if (kind == "exists") {
    const auto field = elastic_field(text_of(value, "field"));
    if (!field) return std::unexpected(field.error());
    return leaf_of({.field = *field, .op = Op::exists});
  }
  if (kind == "query_string") return elastic_query_string(text_of(value, "query"));
  return std::unexpected(fmt::format("the filter \"{}\" has no counterpart", kind));
}

}  // namespace

std::expected<FieldRef, std::string> elastic_field(std::string_view name) {
  for (const std::string_view ending : {".keyword", ".raw"})
    if (name.ends_with(ending)) name.remove_suffix(ending.size());
  if (name == "message" || name == "@message") return FieldRef{FieldRef::Kind::message, {}};
  if (name == "@timestamp" || name.starts_with('_'))
    return std::unexpected(fmt::format("\"{}\" is no field of a line", name));
  return sigma_field_ref(std::string(name));
}

std::expected<Tree, std::string> elastic_query_string(std::string_view text) {
  const auto ours = with_our_fields(text);
  if (!ours) return std::unexpected(ours.error());
  ParsedQuery parsed = parse_query(*ours);
  const std::vector<QueryProblem>& wrong = parsed.errors.empty() ? parsed.warnings : parsed.errors;
  if (!wrong.empty()) return std::unexpected(fmt::format("the query {}: {}", text, wrong[0].what));
  if (const auto joined = join_by_or(parsed.tree, *ours); !joined)
    return std::unexpected(fmt::format("the query {}: {}", text, joined.error()));
  return std::move(parsed.tree);
}

std::expected<Tree, std::string> elastic_filters(const config::Node* filters) {
  std::vector<Tree> all;
  if (filters != nullptr)
    for (const config::Node& each : filters->list) {
      Queried part = filter(each);
      if (!part) return part;
      all.push_back(std::move(*part));
    }
  return all.empty() ? Tree{} : all_of(std::move(all));
}

}  // namespace longshore::rules
