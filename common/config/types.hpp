// The types of value that schema.hpp puts into tables: plain values with their rules, choices, secrets, maps and lists of
// maps.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/secret.hpp"
#include "common/config/nearest.hpp"
#include "common/config/table.hpp"
#include "common/config/value.hpp"

namespace longshore::config {

// What a value must be beyond its type. `problem`: empty, or what is wrong with it.
template <class V>
struct Rule {
  std::string name;  // for the reference, e.g. "RE2 pattern"
  std::function<std::string(const V& value, const Outside& outside)> problem;
};

namespace detail {

template <class V>
class PlainType : public Type {
 public:
  void add(Rule<V> rule) { rules_.push_back(std::move(rule)); }

  std::string name() const override {
    std::string name;
    for (const Rule<V>& rule : rules_) name += (name.empty() ? "" : ", ") + rule.name;
    return name.empty() ? Value<V>::name() : name;
  }
  void read(const Spot& spot, void* value) const override {
    V& typed = *static_cast<V*>(value);
    if (!Value<V>::read(spot, typed)) return;
    for (const Rule<V>& rule : rules_)
      if (const std::string problem = rule.problem(typed, spot.outside()); !problem.empty()) spot.wrong(problem);
  }
  std::string print(const void* value) const override {
    const std::string text = Value<V>::print(*static_cast<const V*>(value));
    return text.empty() ? text : " " + text + "\n";
  }
  bool is_list() const override { return std::is_same_v<V, std::vector<std::string>>; }

 private:
  std::vector<Rule<V>> rules_;
};

// Texts that stand for the values of an enumeration.
template <class V>
class ChoiceType : public Type {
 public:
  explicit ChoiceType(std::vector<std::pair<std::string, V>> choices) {
    for (auto& [text, value] : choices) {
      texts_.push_back(text);
      values_.push_back(value);
    }
  }

  std::string name() const override {
    std::string name;
    for (const std::string& text : texts_) name += (name.empty() ? "" : ", ") + text;
    return name;
  }
  void read(const Spot& spot, void* value) const override {
    std::string text;
    if (!read_text(spot, text)) return;
    for (std::size_t i = 0; i < texts_.size(); ++i)
      if (texts_[i] == text) {
        *static_cast<V*>(value) = values_[i];
        return;
      }
    spot.wrong(unknown("value", text, texts_));
  }
  std::string print(const void* value) const override {
    for (std::size_t i = 0; i < values_.size(); ++i)
      if (values_[i] == *static_cast<const V*>(value)) return " " + texts_[i] + "\n";
    return {};
  }

 private:
  std::vector<std::string> texts_;
  std::vector<V> values_;
};

// A secret by the name of its file (from_file), or of its environment variable; the two stand in one table as a group.
class SecretType : public Type {
 public:
  explicit SecretType(bool from_file) : from_file_(from_file) {}
  std::string name() const override { return from_file_ ? "file" : "`env:NAME`"; }
  void read(const Spot& spot, void* value) const override;
  std::string print(const void* value) const override;

 private:
  bool from_file_;
};

// Permissions, written in octal with a leading 0.
class OctalType : public Type {
 public:
  std::string name() const override { return "octal number"; }
  void read(const Spot& spot, void* value) const override;
  std::string print(const void* value) const override;
};

// A map with a table of its own.
class MapType : public Type {
 public:
  explicit MapType(const Table& table) : table_(table) {}
  std::string name() const override { return "map"; }
  void read(const Spot& spot, void* value) const override { table_.read(spot, value); }
  std::string print(const void* value) const override;
  std::vector<Form> forms() const override { return {{"", "", &table_}}; }

 private:
  const Table& table_;
};

template <class U>
class MapListType : public Type {
 public:
  explicit MapListType(const Table& table) : table_(table) {}
  std::string name() const override { return "list of maps"; }
  void read(const Spot& spot, void* value) const override {
    auto& items = *static_cast<std::vector<U>*>(value);
    for_each_item(spot, [&](const Spot& item) { table_.read(item, &items.emplace_back()); });
  }
  std::string print(const void* value) const override {
    std::string out;
    for (const U& item : *static_cast<const std::vector<U>*>(value)) out += indent(as_item(table_.print(&item)), 2);
    return out.empty() ? out : "\n" + out;
  }
  std::vector<Form> forms() const override { return {{"", "", &table_}}; }
  bool is_list() const override { return true; }

 private:
  const Table& table_;
};

}  // namespace detail

// The forms that the items of a list of variants can have, each with its `type:`.
template <class V>
class Variants {
 public:
  template <class A, class SchemaOfA>
  Variants&& add(std::string type, std::string help, const SchemaOfA& schema) && {
    forms_.push_back({std::move(type), std::move(help), &schema});
    emplace_.push_back([](V& value) -> void* { return &value.template emplace<A>(); });
    held_.push_back([](const V& value) -> const void* { return std::get_if<A>(&value); });
    return std::move(*this);
  }
  const std::vector<Form>& forms() const { return forms_; }
  std::string_view type_of(const V& value) const { return forms_[index_of(value)].type; }

  void read(const Spot& item, V& value) const {
    if (const Form* const form = choose_form(item, forms_); form != nullptr)
      form->table->read(item, emplace_[static_cast<std::size_t>(form - forms_.data())](value), true);
  }
  std::string print(const V& value) const {
    const std::size_t index = index_of(value);
    return "type: " + forms_[index].type + "\n" + forms_[index].table->print(held_[index](value));
  }

 private:
  std::size_t index_of(const V& value) const {
    std::size_t index = 0;
    while (held_[index](value) == nullptr) ++index;
    return index;
  }

  std::vector<Form> forms_;
  std::vector<void* (*)(V&)> emplace_;
  std::vector<const void* (*)(const V&)> held_;
};

namespace detail {

template <class V>
class VariantListType : public Type {
 public:
  explicit VariantListType(const Variants<V>& variants) : variants_(variants) {}
  std::string name() const override { return "list of maps"; }
  void read(const Spot& spot, void* value) const override {
    auto& items = *static_cast<std::vector<V>*>(value);
    for_each_item(spot, [&](const Spot& item) { variants_.read(item, items.emplace_back()); });
  }
  std::string print(const void* value) const override {
    std::string out;
    for (const V& item : *static_cast<const std::vector<V>*>(value)) out += indent(as_item(variants_.print(item)), 2);
    return out.empty() ? out : "\n" + out;
  }
  std::vector<Form> forms() const override { return variants_.forms(); }
  bool is_list() const override { return true; }

 private:
  const Variants<V>& variants_;
};

}  // namespace detail
}  // namespace longshore::config
