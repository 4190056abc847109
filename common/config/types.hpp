// The types of value that schema.hpp puts into tables: plain values with their rules, choices, secrets, maps and lists of
// maps. What is the same for all C++ types is in types.cpp, so that a table compiles fast.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/bytes.hpp"
#include "common/base/duration.hpp"
#include "common/config/table.hpp"

namespace longshore::config {

// What a value must be beyond its type. `problem`: empty, or what is wrong with it.
template <class V>
struct Rule {
  std::string name;  // for the reference, e.g. "RE2 pattern"
  std::function<std::string(const V& value, const Outside& outside)> problem;
};

namespace detail {

// Of the types that value.hpp knows.
template <class V>
class PlainType : public Type {
 public:
  PlainType();
  ~PlainType() override;
  void set(Rule<V> rule);
  void set(V least, V most);  // of numbers, sizes and durations

  std::string name() const override;
  void read(const Spot& spot, void* value) const override;
  std::string print(const void* value) const override;
  bool is_list() const override;

 private:
  Rule<V> rule_;
  std::optional<std::pair<V, V>> range_;
};

// Texts that stand for the values of an int-sized enumeration.
class ChoiceType : public Type {
 public:
  void add(const char* text, int value);
  std::string name() const override;
  std::vector<std::string> choices() const override { return texts_; }
  void read(const Spot& spot, void* value) const override;
  std::string print(const void* value) const override;

 private:
  std::vector<std::string> texts_;
  std::vector<int> values_;
};

// A secret by the name of its file (from_file), or of its environment variable; the two stand in one table as a group.
class SecretType : public Type {
 public:
  SecretType(const char* name, bool from_file) : name_(name), from_file_(from_file) {}
  std::string name() const override { return from_file_ ? "file" : "`env:NAME`"; }
  void read(const Spot& spot, void* value) const override;
  std::string print(const void* value) const override;

 private:
  const char* name_;  // without "_file"
  bool from_file_;
};

// The two options of a secret.
std::vector<Option> secret_rows(const char* name, std::size_t member, const char* help);

// Permissions, written in octal with a leading 0, in a std::uint32_t.
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

// A map that may be left out.
template <class U>
class OptionalMapType : public Type {
 public:
  explicit OptionalMapType(const Table& table) : map_(table) {}
  std::string name() const override { return map_.name(); }
  void read(const Spot& spot, void* value) const override {
    map_.read(spot, &static_cast<std::optional<U>*>(value)->emplace());
  }
  std::string print(const void* value) const override {
    const auto& held = *static_cast<const std::optional<U>*>(value);
    return held ? map_.print(&*held) : std::string();
  }
  std::vector<Form> forms() const override { return map_.forms(); }

 private:
  MapType map_;
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

// The forms that the items of a list can have, each with its `type:`; V is a std::variant of their structs.
template <class V>
class Variants {
 public:
  template <class A>
  Variants&& add(const char* type, const char* help, const Table& schema_of_a) && {
    forms_.push_back({type, help, &schema_of_a});
    structs_.push_back({[](V& value) -> void* { return &value.template emplace<A>(); },
                        [](const V& value) -> const void* { return std::get_if<A>(&value); }});
    return std::move(*this);
  }
  const std::vector<Form>& forms() const { return forms_; }
  std::string_view type_of(const V& value) const { return forms_[index_of(value)].type; }

  void read(const Spot& item, V& value) const {
    if (const Form* const form = choose_form(item, forms_); form != nullptr)
      form->table->read(item, structs_[static_cast<std::size_t>(form - forms_.data())].emplace(value), true);
  }
  std::string print(const V& value) const {
    const std::size_t index = index_of(value);
    return "type: " + forms_[index].type + "\n" + forms_[index].table->print(structs_[index].held(value));
  }

 private:
  struct Struct {
    void* (*emplace)(V&);
    const void* (*held)(const V&);  // null if the value is another form
  };
  std::size_t index_of(const V& value) const {
    std::size_t index = 0;
    while (structs_[index].held(value) == nullptr) ++index;
    return index;
  }

  std::vector<Form> forms_;
  std::vector<Struct> structs_;
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
