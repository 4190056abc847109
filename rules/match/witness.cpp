#include "rules/match/witness.hpp"

#include <re2/filtered_re2.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "rules/match/event_fields.hpp"
#include "rules/match/literal_scanner.hpp"
#include "rules/query/literals.hpp"
#include "rules/query/tokens.hpp"

namespace longshore::rules {
namespace {

using Kind = FieldRef::Kind;
using Op = Predicate::Op;

using Witnesses = std::vector<Witness>;

// In JSON, quotes, backslashes and control characters are written with escapes; how other characters may be is told by
// hides_text().
constexpr std::string_view kJsonBreaks = "\"\\";
constexpr std::string_view kWildcardBreaks = "\"\\*?";

// The parts of `text` that stand in a line as they are.
std::vector<std::string> runs(std::string_view text, std::string_view breaks) {
  std::vector<std::string> all(1);
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x20 && breaks.find(c) == std::string_view::npos)
      all.back() += c;
    else if (!all.back().empty())
      all.emplace_back();
  }
  if (all.back().empty()) all.pop_back();
  return all;
}

std::string best_of(const std::vector<std::string>& texts) {
  const auto best = std::max_element(texts.begin(), texts.end(),
                                     [](const std::string& a, const std::string& b) { return rarity(a) < rarity(b); });
  return best == texts.end() ? "" : *best;
}

Witnesses each_of(const std::vector<std::string>& texts) {
  Witnesses all;
  for (const std::string& text : texts) all.push_back({{.text = text, .word = false}});
  return all;
}

Witnesses any_of(const std::vector<std::string>& texts) {
  Witness all;
  for (const std::string& text : texts) {
    if (text.empty()) return {};
    all.push_back({.text = text, .word = false});
  }
  return all.empty() ? Witnesses{} : Witnesses{all};
}

Witnesses of_tokens(const std::vector<Literal>& tokens) {
  Witnesses all;
  for (const Literal& token : tokens)
    for (const std::string& run : runs(token.text, token.pattern ? kWildcardBreaks : kJsonBreaks))
      all.push_back({{.text = run, .word = !token.pattern}});
  return all;
}

// The best part that is ASCII, as lower() knows no other letters.
std::string ascii_run(std::string atom) {
  for (char& c : atom)
    if (static_cast<unsigned char>(c) >= 0x80) c = '"';
  return best_of(runs(atom, kJsonBreaks));
}

// RE2's prefilter says which atoms a match needs, as a formula that it keeps to itself, and answers whether a set of atoms
// is enough. So: a set is a witness if all the other atoms together are not enough.
Witnesses of_regex(const Predicate& leaf) {
  re2::FilteredRE2 filter(3);
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!leaf.ignore_case);
  int id = 0;
  if (filter.Add(leaf.pattern, options, &id) != RE2::NoError) return {};
  std::vector<std::string> atoms;
  filter.Compile(&atoms);
  if (atoms.empty() || atoms.size() > 64) return {};
  const auto enough = [&](const std::vector<bool>& without) {
    std::vector<int> have, potential;
    for (std::size_t i = 0; i < atoms.size(); ++i)
      if (!without[i]) have.push_back(static_cast<int>(i));
    filter.AllPotentials(have, &potential);
    return !potential.empty();
  };
  std::vector<bool> chosen(atoms.size(), true);
  if (enough(chosen)) return {};
  // The commonest are let go first.
  std::vector<std::size_t> order(atoms.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return rarity(ascii_run(atoms[a])) < rarity(ascii_run(atoms[b])); });
  for (const std::size_t each : order) {
    chosen[each] = false;
    if (enough(chosen)) chosen[each] = true;
  }
  std::vector<std::string> literals;
  for (std::size_t i = 0; i < atoms.size(); ++i)
    if (chosen[i]) literals.push_back(ascii_run(atoms[i]));
  return any_of(literals);
}

Witnesses of_value(const Predicate& leaf, const std::vector<std::string>& list) {
  switch (leaf.op) {
    case Op::tokens:
      return of_tokens(leaf.values);
    case Op::contains:
    case Op::exact:
      return each_of(runs(lower(leaf.values[0].text), kJsonBreaks));
    case Op::equals:
      if (leaf.values[0].numeric) return {};  // 5e2 is 500; members are told apart by number_as_text()
      if (const auto tokens = token_literals(leaf.values[0].text, false); !tokens.empty()) return of_tokens(tokens);
      return each_of(runs(leaf.values[0].text, kJsonBreaks));
    case Op::wildcard:
      return each_of(runs(leaf.values[0].text, kWildcardBreaks));
    case Op::list: {
      std::vector<std::string> literals;
      for (const std::string& value : list) literals.push_back(best_of(runs(lower(value), kJsonBreaks)));
      return literals.size() > 1000 ? Witnesses{} : any_of(literals);
    }
    case Op::regex:
      return of_regex(leaf);
    case Op::exists:
    case Op::range:
    case Op::cidr:
      return {};
  }
  return {};
}

// "4688" is also a word of a text that is no number as a whole.
Witness number_as_text(const Predicate& leaf) {
  if (leaf.op != Op::equals) return {};
  const auto tokens = token_literals(leaf.values[0].text, false);
  std::vector<std::string> texts;
  for (const Literal& token : tokens) texts.push_back(token.text);
  return {{.text = best_of(texts), .word = true}};
}

}  // namespace

bool is_number(const Predicate& leaf) {
  if (leaf.op == Op::equals) return leaf.values[0].numeric;
  return leaf.op == Op::range && (leaf.has_low || leaf.has_high) && (!leaf.has_low || leaf.low.numeric) &&
         (!leaf.has_high || leaf.high.numeric);
}

std::vector<Witness> witnesses_of(const Predicate& leaf, const std::vector<std::string>& list) {
  switch (leaf.field.kind) {
    case Kind::text:
    case Kind::message:
      return of_value(leaf, list);
    case Kind::raw: {
      Witnesses all = of_value(leaf, list);
      for (Witness& witness : all)
        for (SearchedText& text : witness) text.raw = true;
      return all;
    }
    case Kind::json:
    case Kind::attribute: {
      if (is_header(leaf.field)) return {};
      // The member's own name is there as well. What ends a path stands in the text, whatever its nesting.
      const std::size_t dot = leaf.field.kind == Kind::json ? leaf.field.path.rfind('.') : std::string::npos;
      const std::string name = lower(dot == std::string::npos ? leaf.field.path : leaf.field.path.substr(dot + 1));
      const Witnesses by_name = any_of({best_of(runs(name, kJsonBreaks))});
      if (is_number(leaf) && by_name.empty()) return {};
      Witnesses all = is_number(leaf) ? Witnesses{number_as_text(leaf)} : of_value(leaf, list);
      all.insert(all.end(), by_name.begin(), by_name.end());
      return all;
    }
    default:
      return {};
  }
}

}  // namespace longshore::rules
