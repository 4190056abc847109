#include "rules/match/witness.hpp"

#include <re2/filtered_re2.h>

#include <algorithm>
#include <numeric>

#include "rules/match/event_fields.hpp"
#include "rules/match/literal_scanner.hpp"
#include "rules/query/literals.hpp"
#include "rules/query/tokens.hpp"

namespace longshore::rules {
namespace {

using Kind = FieldRef::Kind;
using Op = Predicate::Op;

// The best part of `text` that stands in a line as it is. In JSON, quotes, backslashes and control characters are written
// with escapes; how other characters may be is told by hides_text().
std::string best_run(std::string_view text, std::string_view breaks) {
  std::string best, run;
  const auto close = [&] {
    if (rarity(run) > rarity(best)) best = run;
    run.clear();
  };
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || breaks.find(c) != std::string_view::npos)
      close();
    else
      run += c;
  }
  close();
  return best;
}

constexpr std::string_view kJsonBreaks = "\"\\";
constexpr std::string_view kWildcardBreaks = "\"\\*?";

std::optional<Witness> one(std::string literal) {
  if (literal.empty()) return std::nullopt;
  Witness witness;
  witness.rarity = rarity(literal);
  witness.literals.push_back(std::move(literal));
  return witness;
}

std::optional<Witness> any_of(std::vector<std::string> literals) {
  if (literals.empty() || std::any_of(literals.begin(), literals.end(), [](auto& l) { return l.empty(); }))
    return std::nullopt;
  Witness witness;
  witness.rarity = std::accumulate(literals.begin(), literals.end(), 1000,
                                   [](int least, const std::string& l) { return std::min(least, rarity(l)); });
  witness.literals = std::move(literals);
  return witness;
}

std::optional<Witness> of_tokens(const std::vector<Literal>& tokens) {
  std::string best;
  for (const Literal& token : tokens)
    if (std::string run = best_run(token.text, token.pattern ? kWildcardBreaks : kJsonBreaks); rarity(run) > rarity(best))
      best = std::move(run);
  return one(best);
}

// The longest run of ASCII, as lower() knows no other letters.
std::string ascii_run(const std::string& atom) {
  std::string best, run;
  for (const char c : atom + '\x80') {
    if (static_cast<unsigned char>(c) < 0x80) {
      run += c;
    } else {
      if (rarity(run) > rarity(best)) best = run;
      run.clear();
    }
  }
  return best_run(best, kJsonBreaks);
}

// RE2's prefilter says which atoms a match needs, as a formula that it keeps to itself, and answers whether a set of atoms
// is enough. So: a set is a witness if all the other atoms together are not enough.
std::optional<Witness> of_regex(const Predicate& leaf) {
  re2::FilteredRE2 filter(3);
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!leaf.ignore_case);
  int id = 0;
  if (filter.Add(leaf.pattern, options, &id) != RE2::NoError) return std::nullopt;
  std::vector<std::string> atoms;
  filter.Compile(&atoms);
  if (atoms.empty() || atoms.size() > 64) return std::nullopt;
  const auto enough = [&](const std::vector<bool>& without) {
    std::vector<int> have, potential;
    for (std::size_t i = 0; i < atoms.size(); ++i)
      if (!without[i]) have.push_back(static_cast<int>(i));
    filter.AllPotentials(have, &potential);
    return !potential.empty();
  };
  std::vector<bool> chosen(atoms.size(), true);
  if (enough(chosen)) return std::nullopt;
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
  return any_of(std::move(literals));
}

std::optional<Witness> of_value(const Predicate& leaf, const std::vector<std::string>& list) {
  switch (leaf.op) {
    case Op::tokens:
      return of_tokens(leaf.values);
    case Op::contains:
    case Op::exact:
      return one(best_run(lower(leaf.values[0].text), kJsonBreaks));
    case Op::equals:
      if (leaf.values[0].numeric) return std::nullopt;  // 5e2 is 500
      if (const auto tokens = token_literals(leaf.values[0].text, false); !tokens.empty()) return of_tokens(tokens);
      return one(best_run(leaf.values[0].text, kJsonBreaks));
    case Op::wildcard:
      return one(best_run(leaf.values[0].text, kWildcardBreaks));
    case Op::list: {
      std::vector<std::string> literals;
      for (const std::string& value : list) literals.push_back(best_run(lower(value), kJsonBreaks));
      return literals.size() > 1000 ? std::nullopt : any_of(std::move(literals));
    }
    case Op::regex:
      return of_regex(leaf);
    case Op::exists:
    case Op::range:
    case Op::cidr:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Witness> witness_of(const Predicate& leaf, const std::vector<std::string>& list) {
  if (is_header(leaf.field)) return Witness{.literals = {}, .rarity = 0};
  switch (leaf.field.kind) {
    case Kind::text:
    case Kind::message:
      return of_value(leaf, list);
    case Kind::raw: {
      auto witness = of_value(leaf, list);
      if (witness) witness->in_raw = true;
      return witness;
    }
    case Kind::json:
    case Kind::attribute: {
      if (auto witness = of_value(leaf, list)) return witness;
      // At least the member's own name is there. What ends a path stands in the text, whatever its nesting.
      const std::size_t dot = leaf.field.kind == Kind::json ? leaf.field.path.rfind('.') : std::string::npos;
      return one(best_run(lower(dot == std::string::npos ? leaf.field.path : leaf.field.path.substr(dot + 1)), kJsonBreaks));
    }
    default:
      return std::nullopt;
  }
}

}  // namespace longshore::rules
