// The slow, obviously right twin of QueryMatcher: one query, one event, everything looked up and compared anew, nothing
// shared with the fast one but RE2.
#pragma once

#include <re2/re2.h>
#include <simdjson.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/base/ip_network.hpp"
#include "common/base/packed_fields.hpp"
#include "rules/evaluator.hpp"
#include "rules/query/ast.hpp"
#include "rules/query/tokens.hpp"

namespace longshore::rules {

class EvaluateTwin {
 public:
  explicit EvaluateTwin(std::map<std::string, std::vector<std::string>> lists = {}) : lists_(std::move(lists)) {}

  bool matches(const Node& node, const EventView& event) {
    switch (node.kind) {
      case Node::Kind::everything:
        return true;
      case Node::Kind::none:
        return !matches(node.children[0], event);
      case Node::Kind::all:
        for (const Node& child : node.children)
          if (!matches(child, event)) return false;
        return true;
      case Node::Kind::any:
        for (const Node& child : node.children)
          if (matches(child, event)) return true;
        return false;
      case Node::Kind::leaf:
        for (const std::string& value : values(node.leaf.field, event))
          if (holds(node.leaf, value)) return true;
        return false;
    }
    return false;
  }

 private:
  using Kind = FieldRef::Kind;
  using Op = Predicate::Op;
  using Values = std::vector<std::string>;

  static Values if_there(std::string_view text) { return text.empty() ? Values{} : Values{std::string(text)}; }
  Values values(const FieldRef& field, const EventView& event) {
    switch (field.kind) {
      case Kind::message:
        return {std::string(event.message)};
      case Kind::raw:
        return {std::string(event.raw.empty() ? event.message : event.raw)};
      case Kind::host:
        return if_there(event.host);
      case Kind::app:
        return if_there(event.app);
      case Kind::source:
        return if_there(event.source);
      case Kind::msgid:
        return if_there(event.msgid);
      case Kind::procid:
        return if_there(event.procid);
      case Kind::tag:
        return {event.tags.begin(), event.tags.end()};
      case Kind::severity:
        return event.priority >= 192 ? Values{} : Values{std::to_string(event.priority % 8)};
      case Kind::facility:
        return event.priority >= 192 ? Values{} : Values{std::to_string(event.priority / 8)};
      case Kind::text: {
        Values all{std::string(event.message)};
        each_field(event, [&](const base::Field& f) { all.emplace_back(f.value); });
        each_json(event, "", [&](const std::string&, const std::string& value, bool) { all.push_back(value); });
        return all;
      }
      case Kind::json: {
        Values found;
        each_json(event, field.path, [&](const std::string& path, const std::string& value, bool) {
          if (path == field.path) found.push_back(value);
        });
        return found;
      }
      case Kind::attribute: {
        Values found;
        each_field(event, [&](const base::Field& f) {
          if (f.key == field.path) found.emplace_back(f.value);
        });
        return found;
      }
      default:
        return {};
    }
  }
  template <class F>
  static void each_field(const EventView& event, F use) {
    base::FieldReader reader(event.fields);
    for (base::Field each; reader.next(each);) use(each);
  }
  template <class F>
  void each_json(const EventView& event, const std::string&, F use) {
    each_field(event, [&](const base::Field& f) {
      if (f.kind == base::FieldKind::json)
        walk(std::string(f.value), std::string(f.key), use);
      else
        use(std::string(f.key), std::string(f.value), true);
    });
    if (event.message.starts_with("{")) walk(std::string(event.message), "", use);
  }
  template <class F>
  void walk(const std::string& text, const std::string& path, F use) {
    simdjson::dom::element element;
    if (parser_.parse(text).get(element) == simdjson::SUCCESS) walk_element(element, path, use);
  }
  template <class F>
  static void walk_element(simdjson::dom::element element, const std::string& path, F use) {
    if (element.is_object()) {
      for (const auto [key, value] : simdjson::dom::object(element))
        walk_element(value, path.empty() ? std::string(key) : path + "." + std::string(key), use);
    } else if (element.is_array()) {
      for (const auto value : simdjson::dom::array(element)) walk_element(value, path, use);
    } else if (element.is_string()) {
      use(path, std::string(std::string_view(element)), true);
    } else if (!element.is_null()) {
      use(path, std::string(simdjson::minify(element)), false);
    }
  }

  static Values words(const std::string& text) {
    Values tokens(1);
    for (const char c : text) {
      if (is_token_byte(c))
        tokens.back() += lower(c);
      else if (!tokens.back().empty())
        tokens.emplace_back();
    }
    if (tokens.back().empty()) tokens.pop_back();
    return tokens;
  }
  static bool glob(const std::string& text, const std::string& pattern, std::size_t at = 0, std::size_t in = 0) {
    if (in == pattern.size()) return at == text.size();
    if (pattern[in] == '*') return glob(text, pattern, at, in + 1) || (at < text.size() && glob(text, pattern, at + 1, in));
    if (pattern[in] == '\\')
      return at < text.size() && pattern[in + 1] == lower(text[at]) && glob(text, pattern, at + 1, in + 2);
    return at < text.size() && (pattern[in] == '?' || pattern[in] == lower(text[at])) && glob(text, pattern, at + 1, in + 1);
  }
  static bool consecutive(const Values& all, const std::vector<Literal>& wanted) {
    for (std::size_t from = 0; from + wanted.size() <= all.size(); ++from) {
      bool same = true;
      for (std::size_t i = 0; i < wanted.size(); ++i)
        same = same && (wanted[i].pattern ? glob(all[from + i], wanted[i].text) : all[from + i] == wanted[i].text);
      if (same) return true;
    }
    return false;
  }
  static bool number(const std::string& text, double& out) {
    if (text.empty() || text[0] == '+' || std::string("-.0123456789").find(text[0]) == std::string::npos ||
        text.find_first_of("xX") != std::string::npos)
      return false;
    char* end = nullptr;
    out = std::strtod(text.c_str(), &end);
    return end == text.c_str() + text.size() && text.find_first_of("nNiI") == std::string::npos;
  }
  bool holds(const Predicate& p, const std::string& value) {
    const std::string folded = lower(value);
    double is = 0;
    switch (p.op) {
      case Op::exists:
        return true;
      case Op::tokens:
        return consecutive(words(value), p.values);
      case Op::equals: {
        if (p.values[0].numeric && number(value, is)) return is == p.values[0].number;
        std::vector<Literal> wanted;
        for (const std::string& word : words(p.values[0].text)) wanted.push_back({.text = word});
        return folded == p.values[0].text || (!wanted.empty() && consecutive(words(value), wanted));
      }
      case Op::exact:
        return value == p.values[0].text;
      case Op::contains:
        return folded.find(p.values[0].text) != std::string::npos;
      case Op::wildcard:
        return glob(value, p.values[0].text);
      case Op::regex:
        return RE2::PartialMatch(value, regex(p.ignore_case ? "(?i)" + p.pattern : p.pattern));
      case Op::range: {
        const bool numbers = (!p.has_low || p.low.numeric) && (!p.has_high || p.high.numeric) && (p.has_low || p.has_high);
        if (numbers && !number(value, is)) return false;
        const int low = !p.has_low ? 1 : numbers ? (is > p.low.number) - (is < p.low.number) : folded.compare(p.low.text);
        const int high = !p.has_high ? -1
                         : numbers   ? (is > p.high.number) - (is < p.high.number)
                                     : folded.compare(p.high.text);
        return (low > 0 || (low == 0 && p.includes_low)) && (high < 0 || (high == 0 && p.includes_high));
      }
      case Op::cidr: {
        const auto address = base::parse_ip_address(value);
        for (const Literal& each : p.values)
          if (address && base::parse_ip_network(each.text)->contains(*address)) return true;
        return false;
      }
      case Op::list:
        for (const std::string& each : lists_[p.values[0].text])
          if (lower(each) == folded) return true;
        return false;
    }
    return false;
  }

  const RE2& regex(const std::string& pattern) { return regexes_.try_emplace(pattern, pattern).first->second; }

  std::map<std::string, std::vector<std::string>> lists_;
  std::map<std::string, RE2> regexes_;
  simdjson::dom::parser parser_;
};

}  // namespace longshore::rules
