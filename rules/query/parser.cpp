#include "rules/query/parser.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/base/ip_network.hpp"
#include "rules/query/field_ref.hpp"
#include "rules/query/literals.hpp"
#include "rules/query/regex_check.hpp"
#include "rules/query/tokens.hpp"

namespace longshore::rules {
namespace {

using Kind = Node::Kind;
using Op = Predicate::Op;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  ParsedQuery run() {
    try {
      if (text_.size() > kMostQueryBytes) fail(0, text_.size(), "the query is longer than 64 KiB");
      skip();
      if (at_ == text_.size()) fail(0, 0, "the query is empty; `*` matches every event");
      parsed_.tree = disjunction(std::nullopt);
      if (at_ < text_.size()) fail(at_, at_ + 1, std::string("unexpected \"") + text_[at_] + "\"");
    } catch (const QueryProblem& problem) {
      parsed_.errors.push_back(problem);
    }
    return std::move(parsed_);
  }

 private:
  using Field = std::optional<FieldRef>;  // that a group of values stands behind

  [[noreturn]] static void fail(std::size_t begin, std::size_t end, std::string what) {
    throw QueryProblem{begin, end, std::move(what)};
  }

  void skip() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  bool eat(std::string_view what) {
    if (text_.substr(at_, what.size()) != what) return false;
    at_ += what.size();
    return true;
  }
  // An operator in capitals, as a word of its own.
  bool word_is(std::string_view word) const {
    if (text_.substr(at_, word.size()) != word) return false;
    const std::size_t end = at_ + word.size();
    return end == text_.size() || is_space(text_[end]) || text_[end] == '(' || text_[end] == ')' || text_[end] == '"';
  }
  bool eat_word(std::string_view word) {
    if (!word_is(word)) return false;
    at_ += word.size();
    skip();
    return true;
  }
  bool ends_clause() const {
    return at_ == text_.size() || text_[at_] == ')' || word_is("OR") || text_.substr(at_, 2) == "||";
  }

  Node disjunction(const Field& field) {
    if (++depth_ > kMostQueryDepth) fail(at_, at_ + 1, "nested deeper than 64 levels");
    const std::size_t begin = at_;
    Node node = group(Kind::any, begin);
    bool mixed = false;
    do {
      Node part = conjunction(field);
      mixed |= said_and_;
      node.children.push_back(std::move(part));
    } while (eat_word("OR") || eat_operator("||"));
    if (mixed && node.children.size() > 1)
      parsed_.warnings.push_back(
          {begin, at_, "AND binds tighter than OR here, and Lucene knows no precedence: set parentheses"});
    node.end = at_;
    --depth_;
    said_and_ = false;
    return node.children.size() == 1 ? std::move(node.children[0]) : node;
  }
  Node conjunction(const Field& field) {
    Node node = group(Kind::all, at_);
    bool said = false;
    for (;;) {
      node.children.push_back(negation(field));
      skip();
      if (eat_word("AND") || eat_operator("&&")) {
        said = true;
        if (ends_clause()) fail(at_, at_ + 1, "AND has nothing behind it");
        continue;
      }
      if (ends_clause()) break;
    }
    said_and_ = said;
    node.end = at_;
    return node.children.size() == 1 ? std::move(node.children[0]) : node;
  }
  bool eat_operator(std::string_view what) {
    const bool eaten = eat(what);
    if (eaten) skip();
    return eaten;
  }
  Node negation(const Field& field) {
    const std::size_t begin = at_;
    if (at_ < text_.size() && text_[at_] == '+') ++at_;  // Lucene's "must": so must all
    bool negated = eat_word("NOT");
    if (!negated && at_ + 1 < text_.size() && (text_[at_] == '-' || text_[at_] == '!') && !is_space(text_[at_ + 1])) {
      ++at_;
      negated = true;
    }
    if (!negated) return primary(field);
    if (++depth_ > kMostQueryDepth) fail(at_, at_ + 1, "nested deeper than 64 levels");
    Node node = group(Kind::none, begin);
    if (ends_clause()) fail(begin, at_, "NOT has nothing behind it");
    node.children.push_back(negation(field));
    node.end = at_;
    --depth_;
    return node;
  }
  Node primary(const Field& field) {
    const std::size_t begin = at_;
    if (ends_clause()) fail(at_, at_ + 1, "a term is missing here");
    if (text_[at_] == '(') return parentheses(field);
    if (field) return value(*field, begin);
    Field named = field_name();
    if (!named) return value({}, begin);
    if (eat(":="))
      return leaf({.field = *named, .op = Op::exact, .values = {literal(word_or_phrase(), false)}, .ignore_case = false},
                  begin);
    if (eat(":")) {
      if (at_ == text_.size() || is_space(text_[at_]) || text_[at_] == ')')
        fail(begin, at_, "the field has no value; `field:*` asks whether it is there");
      if (text_[at_] == '(') return parentheses(named);
      if (text_[at_] == '>' || text_[at_] == '<') return comparison(*named, begin);
      return value(*named, begin);
    }
    return comparison(*named, begin);
  }
  Node parentheses(const Field& field) {
    const std::size_t begin = at_++;
    skip();
    Node node = disjunction(field);
    if (!eat(")")) fail(begin, begin + 1, "this parenthesis is not closed");
    suffix();
    skip();
    return node;
  }

  // `name` before ":" or a comparison; else nothing, and nothing is read.
  Field field_name() {
    std::size_t end = at_;
    const auto is_name = [](char c) {
      return is_token_byte(c) || c == '_' || c == '.' || c == '-' || c == '@' || c == '[' || c == ']';
    };
    while (end < text_.size() && is_name(text_[end])) ++end;
    if (end == at_ || end == text_.size() || (text_[at_] >= '0' && text_[at_] <= '9') || text_[at_] == '[')
      return std::nullopt;
    const std::string_view rest = text_.substr(end);
    if (rest.starts_with("://") || !(rest[0] == ':' || rest[0] == '<' || rest[0] == '>')) return std::nullopt;
    const std::string_view name = text_.substr(at_, end - at_);
    std::string meant;
    Field field = parse_field(name, &meant);
    if (!field)
      fail(at_, end,
           "unknown field \"" + std::string(name) + "\"" + (meant.empty() ? "" : ", did you mean \"" + meant + "\"?"));
    at_ = end;
    return field;
  }

  Node comparison(const FieldRef& field, std::size_t begin) {
    Predicate predicate{.field = field, .op = Op::range};
    const bool more = eat(">");
    if (!more && !eat("<")) fail(at_, at_ + 1, "expected \":\" or a comparison");
    const bool equal = eat("=");
    skip();
    const Literal end = range_end(field, word_or_phrase(), begin);
    // "err or worse" is less in numbers: what people compare is the rank's number, as syslog writes it.
    if (more) {
      predicate.low = end;
      predicate.has_low = true;
      predicate.includes_low = equal;
    } else {
      predicate.high = end;
      predicate.has_high = true;
      predicate.includes_high = equal;
    }
    return leaf(std::move(predicate), begin);
  }

  Node value(const FieldRef& field, std::size_t begin) {
    const char first = text_[at_];
    if (first == '/') return regex(field, begin);
    if (first == '[' || first == '{') return range(field, begin);
    if (first == '"') return words(field, phrase(), true, begin);
    if (eat("exact(")) return exact(field, begin);
    for (const std::string_view name : {"cidr(", "list("})
      if (eat(name)) return function(field, name, begin);
    const std::string text = word();
    if (text == "*") {
      if (field.kind == FieldRef::Kind::text) {
        Node node = group(Kind::everything, begin);
        node.end = at_;
        skip();
        return node;
      }
      return leaf({.field = field, .op = Op::exists}, begin);
    }
    return words(field, text, false, begin);
  }

  // A term or a phrase, by what its field holds. Of a term, pattern_ still is.
  Node words(const FieldRef& field, const std::string& text, bool phrase, std::size_t begin) {
    const bool pattern = !phrase && wildcard_;
    Predicate predicate{.field = field};
    if (field.kind == FieldRef::Kind::severity || field.kind == FieldRef::Kind::facility) {
      predicate.op = Op::equals;
      predicate.values = {ranked(field, text, begin, at_)};
    } else if (field.kind == FieldRef::Kind::text || field.kind == FieldRef::Kind::message) {
      predicate.op = Op::tokens;
      predicate.values = token_literals(pattern ? pattern_ : text, pattern);
      if (predicate.values.empty())
        fail(begin, at_,
             "there is no letter or digit in it, so full-text search cannot find it; raw:\"…\" looks for any bytes");
    } else if (field.kind == FieldRef::Kind::raw && !pattern) {
      predicate.op = Op::contains;
      predicate.values = {literal(text, true)};
    } else {
      predicate.op = pattern ? Op::wildcard : Op::equals;
      predicate.values = {literal(pattern ? pattern_ : text, true)};
    }
    return leaf(std::move(predicate), begin);
  }

  Node regex(const FieldRef& field, std::size_t begin) {
    const std::size_t open = at_++;
    std::string pattern;
    for (; at_ < text_.size() && text_[at_] != '/'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        if (text_[at_ + 1] != '/') pattern += '\\';
        ++at_;
      }
      pattern += text_[at_];
    }
    if (!eat("/")) fail(open, text_.size(), "the regular expression has no closing \"/\"");
    if (pattern.empty()) fail(open, at_, "the regular expression is empty; `field:*` asks whether the field is there");
    const bool ignore_case = eat("i");
    if (const std::string problem = regex_problem(pattern); !problem.empty()) fail(open, at_, problem);
    return leaf({.field = field, .op = Op::regex, .pattern = pattern, .ignore_case = ignore_case}, begin);
  }

  Node range(const FieldRef& field, std::size_t begin) {
    Predicate predicate{.field = field, .op = Op::range};
    if (field.kind == FieldRef::Kind::text) fail(begin, at_ + 1, "a range needs a field: `field:[1 TO 5]`");
    predicate.includes_low = text_[at_++] == '[';
    skip();
    predicate.has_low = !text_.substr(at_).starts_with("* ");
    const std::string low = word_or_phrase(true);
    skip();
    if (!eat_word("TO")) fail(begin, at_, "a range is written `[low TO high]`");
    predicate.has_high = !text_.substr(at_).starts_with("*]") && !text_.substr(at_).starts_with("*}");
    const std::string high = word_or_phrase(true);
    skip();
    if (at_ == text_.size() || (text_[at_] != ']' && text_[at_] != '}'))
      fail(begin, at_, "the range is not closed with ] or }");
    predicate.includes_high = text_[at_++] == ']';
    if (predicate.has_low) predicate.low = range_end(field, low, begin);
    if (predicate.has_high) predicate.high = range_end(field, high, begin);
    // Severities are ordered by rank, and people write the worse one first or last.
    if (field.kind == FieldRef::Kind::severity && predicate.has_low && predicate.has_high &&
        predicate.low.number > predicate.high.number) {
      std::swap(predicate.low, predicate.high);
      std::swap(predicate.includes_low, predicate.includes_high);
    }
    return leaf(std::move(predicate), begin);
  }
  Literal range_end(const FieldRef& field, const std::string& text, std::size_t begin) const {
    const bool ranked_field = field.kind == FieldRef::Kind::severity || field.kind == FieldRef::Kind::facility;
    return ranked_field ? ranked(field, text, begin, at_) : literal(text, true);
  }

  Node exact(const FieldRef& field, std::size_t begin) {
    const std::string text = word_or_phrase();
    if (!eat(")")) fail(begin, at_, "this parenthesis is not closed");
    return leaf({.field = field, .op = Op::exact, .values = {literal(text, false)}, .ignore_case = false}, begin);
  }
  Node function(const FieldRef& field, std::string_view name, std::size_t begin) {
    const std::size_t close = text_.find(')', at_);
    if (close == std::string_view::npos) fail(begin, text_.size(), "this parenthesis is not closed");
    const std::string_view inside = text_.substr(at_, close - at_);
    at_ = close + 1;
    if (field.kind == FieldRef::Kind::text) fail(begin, at_, std::string(name) + "…) needs a field before it");
    Predicate predicate{.field = field, .op = name == "cidr(" ? Op::cidr : Op::list};
    for (std::size_t from = 0; from <= inside.size();) {
      const std::size_t comma = std::min(inside.find(',', from), inside.size());
      std::string_view item = inside.substr(from, comma - from);
      while (!item.empty() && is_space(item.front())) item.remove_prefix(1);
      while (!item.empty() && is_space(item.back())) item.remove_suffix(1);
      if (predicate.op == Op::cidr && !base::parse_ip_network(item))
        fail(begin, at_, "\"" + std::string(item) + "\" is no network; one is written 10.0.0.0/8 or 2001:db8::/32");
      if (item.empty()) fail(begin, at_, "the list's name is missing");
      predicate.values.push_back(literal(std::string(item), true));
      from = comma + 1;
    }
    if (predicate.op == Op::list && predicate.values.size() != 1) fail(begin, at_, "list() takes one name");
    return leaf(std::move(predicate), begin);
  }

  std::string word_or_phrase(bool in_range = false) {
    if (at_ < text_.size() && text_[at_] == '"') return phrase();
    std::string text = word(in_range);
    if (text.empty()) fail(at_, at_ + 1, "a value is missing here");
    return text;
  }
  std::string phrase() {
    const std::size_t open = at_++;
    std::string text;
    for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      text += text_[at_];
    }
    if (!eat("\"")) fail(open, text_.size(), "the phrase has no closing quote");
    suffix();
    return text;
  }
  // Up to a space or a parenthesis; a backslash takes the next character as it stands. Sets wildcard_ and pattern_.
  std::string word(bool in_range = false) {
    const std::size_t begin = at_;
    std::string text;
    wildcard_ = false;
    pattern_.clear();
    for (; at_ < text_.size(); ++at_) {
      const bool escaped = text_[at_] == '\\' && at_ + 1 < text_.size();
      const char c = text_[at_ + (escaped ? 1 : 0)];
      const bool stops = is_space(c) || c == '(' || c == ')' || c == '"' || (in_range && (c == ']' || c == '}'));
      if (!escaped && stops) break;
      if (!escaped && (c == '~' || c == '^')) {
        suffix();
        fail(begin, at_ + 1, std::string("\"") + c + "\" has to be written as \\" + c + " or in quotes");
      }
      const bool star = c == '*' || c == '?';
      wildcard_ |= star && !escaped;
      if (c == '\\' || (star && escaped)) pattern_ += '\\';
      text += c;
      pattern_ += c;
      at_ += escaped ? 1 : 0;
    }
    return text;
  }
  // What Lucene writes behind a value: none of it can be honoured.
  void suffix() const {
    if (at_ == text_.size() || (text_[at_] != '~' && text_[at_] != '^')) return;
    std::size_t end = at_ + 1;
    while (end < text_.size() && ((text_[end] >= '0' && text_[end] <= '9') || text_[end] == '.')) ++end;
    if (end < text_.size() && !is_space(text_[end]) && text_[end] != ')') return;
    fail(at_, end,
         text_[at_] == '^' ? "a boost changes nothing about which events match: leave it out"
                           : "fuzzy and proximity search are not possible: write the variants out with OR, or a /regex/");
  }

  static Literal ranked(const FieldRef& field, const std::string& text, std::size_t begin, std::size_t end) {
    base::Result<Literal> rank = ranked_literal(field, text);
    if (!rank) fail(begin, end, rank.error().message);
    return *rank;
  }

  static Node group(Kind kind, std::size_t begin) { return {.kind = kind, .begin = begin}; }
  Node leaf(Predicate predicate, std::size_t begin) {
    if (++leaves_ > kMostQueryLeaves)
      fail(begin, at_, "more than 1,000 terms; a list from a file takes any number: list(name)");
    Node node = group(Kind::leaf, begin);
    node.leaf = std::move(predicate);
    node.end = at_;
    skip();
    return node;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t leaves_ = 0;
  bool wildcard_ = false;  // the last word() held one that was not escaped
  std::string pattern_;    // of the last word(): as a pattern, in which what was escaped still is
  bool said_and_ = false;  // the last conjunction did
  ParsedQuery parsed_;
};

}  // namespace

ParsedQuery parse_query(std::string_view text) { return Parser(text).run(); }

}  // namespace longshore::rules
