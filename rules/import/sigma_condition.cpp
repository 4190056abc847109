#include "rules/import/sigma_condition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "rules/import/query_build.hpp"
#include "rules/query/tokens.hpp"

namespace longshore::rules {
namespace {

constexpr std::size_t kMostDepth = 32, kMostWords = 1000;

struct Wrong {
  std::string what;
};

class Parser {
 public:
  Parser(std::vector<std::string> words, const std::map<std::string, Node>& selections)
      : words_(std::move(words)), selections_(selections) {}

  SigmaCondition run() {
    SigmaCondition out{.tree = disjunction(), .aggregate = {}};
    if (eat("|")) out.aggregate = aggregate();
    if (at_ < words_.size()) fail(fmt::format("the condition has \"{}\" where nothing was expected", words_[at_]));
    return out;
  }

 private:
  [[noreturn]] static void fail(std::string what) { throw Wrong{std::move(what)}; }

  bool is(std::string_view word) const { return at_ < words_.size() && equal_ignoring_case(words_[at_], word); }
  bool eat(std::string_view word) {
    const bool eaten = is(word);
    at_ += eaten ? 1 : 0;
    return eaten;
  }
  std::string word() {
    if (at_ == words_.size()) fail("the condition ends too early");
    return words_[at_++];
  }

  Node disjunction() {
    if (++depth_ > kMostDepth) fail("the condition is nested too deep");
    std::vector<Node> parts;
    do parts.push_back(conjunction());
    while (eat("or"));
    --depth_;
    return any_of(std::move(parts));
  }
  Node conjunction() {
    std::vector<Node> parts;
    do parts.push_back(negation());
    while (eat("and"));
    return all_of(std::move(parts));
  }
  Node negation() {
    bool negated = false;
    while (eat("not")) negated = !negated;
    Node node = primary();
    return negated ? none_of(std::move(node)) : node;
  }
  Node primary() {
    if (eat("(")) {
      Node node = disjunction();
      if (!eat(")")) fail("a parenthesis of the condition is not closed");
      return node;
    }
    const std::string first = word();
    if (is("of")) return quantified(first);
    const auto found = selections_.find(first);
    if (found == selections_.end()) fail(fmt::format("the condition names \"{}\", which is not there", first));
    return found->second;
  }
  Node quantified(const std::string& quantity) {
    ++at_;  // of
    const bool all = equal_ignoring_case(quantity, "all");
    if (!all && quantity != "1" && !equal_ignoring_case(quantity, "any"))
      fail(fmt::format("\"{} of\" has no counterpart", quantity));
    const std::string pattern = word();
    std::vector<Node> parts;
    for (const auto& [name, node] : selections_)
      if (equal_ignoring_case(pattern, "them") ? !name.starts_with('_') : matches(name, pattern)) parts.push_back(node);
    if (parts.empty()) fail(fmt::format("the condition names \"{}\", which is not there", pattern));
    return all ? all_of(std::move(parts)) : any_of(std::move(parts));
  }
  // * stands for anything.
  static bool matches(std::string_view name, std::string_view pattern) {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos) return name == pattern;
    if (name.substr(0, star) != pattern.substr(0, star)) return false;
    for (std::size_t skip = star; skip <= name.size(); ++skip)
      if (matches(name.substr(skip), pattern.substr(star + 1))) return true;
    return false;
  }

  SigmaAggregate aggregate() {
    SigmaAggregate out;
    const std::string function = word();
    if (function != "count") fail(fmt::format("the aggregation \"{}\" has no counterpart", function));
    if (!eat("(")) fail("\"count\" needs parentheses");
    if (!is(")")) out.field = word();
    if (!eat(")")) fail("\"count(\" is not closed");
    if (eat("by")) do
        out.group.push_back(word());
      while (eat(","));
    out.comparison = word();
    out.number = word();
    return out;
  }

  std::vector<std::string> words_;
  const std::map<std::string, Node>& selections_;
  std::size_t at_ = 0, depth_ = 0;
};

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  bool open = false;  // the last word goes on
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    const bool alone = c == '(' || c == ')' || c == '|' || c == ',';
    const bool compares = c == '<' || c == '>' || c == '=';
    const bool after_compare = !words.empty() && std::string_view("<>=").find(words.back()[0]) != std::string_view::npos;
    if (blank) {
      open = false;
    } else if (alone || !open || compares != after_compare) {
      words.emplace_back(1, c);
      open = !alone;
    } else {
      words.back() += c;
    }
  }
  return words;
}

}  // namespace

std::expected<SigmaCondition, std::string> sigma_condition(std::string_view text,
                                                           const std::map<std::string, Node>& selections) {
  std::vector<std::string> words = split(text);
  if (words.size() > kMostWords) return std::unexpected("the condition is too long");
  try {
    return Parser(std::move(words), selections).run();
  } catch (const Wrong& wrong) {
    return std::unexpected(wrong.what);
  }
}

}  // namespace longshore::rules
