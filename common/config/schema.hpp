// Options declared once: name, member (its type says the unit), sentence; the default is what the struct has when it is
// made.
//
//   const Schema<Retry> schema{
//       field("min", &Retry::min, "Pause before the first repetition").between(1ms, 1h),
//       field("max", &Retry::max, "Longest pause between two repetitions"),
//   };
//
// The table reads the file, refuses what it does not know, prints the effective configuration (table.hpp), and writes the
// reference page and the sample (document.hpp). Parts may be declared for a base of the struct, and a schema of a base is a
// part itself. Schemas are made once and live as long as the program.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/config/types.hpp"

namespace longshore::config {

// Rows of a table of C's options.
template <class C>
struct Rows {
  std::vector<Option> options;

  // Must be given, and not be empty; of a group of rows, one of them.
  Rows&& required() && {
    for (Option& option : options) option.required = true;
    return std::move(*this);
  }
  // What the sample shows where the default does not tell enough: YAML.
  Rows&& example(std::string yaml) && {
    options.back().example = std::move(yaml);
    return std::move(*this);
  }
  // Giving the option also says that `member` is `value`: of several such options, only the chosen one is printed.
  template <class D, class V>
  Rows&& chooses(V D::* member, V value) && {
    options.back().choose = [member, value](void* owner) { static_cast<C*>(owner)->*member = value; };
    options.back().chosen = [member, value](const void* owner) { return static_cast<const C*>(owner)->*member == value; };
    return std::move(*this);
  }
};

namespace detail {

template <class C, class V>
Rows<C> row(std::string name, V C::* member, std::string help, std::shared_ptr<const Type> type) {
  Rows<C> rows;
  Option& option = rows.options.emplace_back();
  option.name = std::move(name);
  option.help = std::move(help);
  option.type = std::move(type);
  option.member = [member](const void* owner) -> const void* { return &(static_cast<const C*>(owner)->*member); };
  return rows;
}

}  // namespace detail

template <class C, class V>
class Field : public Rows<C> {
 public:
  Field(std::string name, V C::* member, std::string help)
      : Field(std::make_shared<detail::PlainType<V>>(), std::move(name), member, std::move(help)) {}

  Field&& is(Rule<V> rule) && {
    type_->add(std::move(rule));
    return std::move(*this);
  }
  Field&& between(V least, V most) && {
    const std::string range = Value<V>::print(least) + " to " + Value<V>::print(most);
    return std::move(*this).is({Value<V>::name() + ", " + range, [=](const V& value, const Outside&) {
                                  return value < least || most < value
                                             ? Value<V>::print(value) + " is out of range: " + range
                                             : std::string();
                                }});
  }

 private:
  Field(std::shared_ptr<detail::PlainType<V>> type, std::string name, V C::* member, std::string help)
      : Rows<C>(detail::row(std::move(name), member, std::move(help), type)), type_(std::move(type)) {}

  std::shared_ptr<detail::PlainType<V>> type_;
};

template <class C, class V>
Field<C, V> field(std::string name, V C::* member, std::string help) {
  return {std::move(name), member, std::move(help)};
}

template <class C, class V>
Rows<C> choice(std::string name, V C::* member, std::vector<std::pair<std::string, V>> choices, std::string help) {
  return detail::row(std::move(name), member, std::move(help), std::make_shared<detail::ChoiceType<V>>(std::move(choices)));
}

template <class C>
Rows<C> octal(std::string name, std::uint32_t C::* member, std::string help) {
  return detail::row(std::move(name), member, std::move(help), std::make_shared<detail::OctalType>());
}

// `NAME_file: PATH`, or `NAME: env:VARIABLE`; never the secret itself.
template <class C>
Rows<C> secret(const std::string& name, base::Secret C::* member, const std::string& help) {
  Rows<C> rows =
      detail::row(name + "_file", member, help + "; the file that holds it", std::make_shared<detail::SecretType>(true));
  Rows<C> other = detail::row(name, member, help + "; the environment variable that holds it",
                              std::make_shared<detail::SecretType>(false));
  rows.options.push_back(std::move(other.options[0]));
  for (Option& option : rows.options) option.group = name;
  return rows;
}

// Rows of which at most one may be given; exactly one if they are required().
template <class C, class... More>
Rows<C> one_of(Rows<C> rows, More... more) {
  (rows.options.insert(rows.options.end(), more.options.begin(), more.options.end()), ...);
  const std::string group = rows.options[0].name;
  for (Option& option : rows.options) option.group = group;
  return rows;
}

template <class T>
class Schema : public Table {
 public:
  template <class... Parts>
  explicit Schema(const Parts&... parts) : Table(std::make_shared<const T>(), {}, {}) {
    (add(parts), ...);
  }

  // Called with the struct and its spot when every option of this table was read without a problem.
  Schema&& check(std::function<void(const T&, const Spot&)> check) && {
    checks_.push_back(
        [check = std::move(check)](const void* object, const Spot& spot) { check(*static_cast<const T*>(object), spot); });
    return std::move(*this);
  }

  void read(const Spot& spot, T& object) const { Table::read(spot, &object); }
  std::string print(const T& object) const { return Table::print(&object); }

 private:
  template <class>
  friend class Schema;

  template <class C>
  static const void* base_of(const void* object) {
    return static_cast<const C*>(static_cast<const T*>(object));
  }
  template <class C>
  void add(const Rows<C>& rows) {
    add_options<C>(rows.options);
  }
  template <class C>
  void add(const Schema<C>& part) {
    add_options<C>(part.options_);
    for (const Check& check : part.checks_)
      checks_.push_back([check](const void* object, const Spot& spot) { check(base_of<C>(object), spot); });
  }
  template <class C>
  void add_options(const std::vector<Option>& options) {
    for (Option option : options) {
      option.owner = [owner = std::move(option.owner)](const void* object) { return owner(base_of<C>(object)); };
      options_.push_back(std::move(option));
    }
  }
};

template <class C, class U>
Rows<C> nested(std::string name, U C::* member, const Schema<U>& schema, std::string help) {
  return detail::row(std::move(name), member, std::move(help), std::make_shared<detail::MapType>(schema));
}

template <class C, class U>
Rows<C> list(std::string name, std::vector<U> C::* member, const Schema<U>& schema, std::string help) {
  return detail::row(std::move(name), member, std::move(help), std::make_shared<detail::MapListType<U>>(schema));
}

// A list whose items say by `type:` which form they have.
template <class C, class V>
Rows<C> variants(std::string name, std::vector<V> C::* member, const Variants<V>& forms, std::string help) {
  return detail::row(std::move(name), member, std::move(help), std::make_shared<detail::VariantListType<V>>(forms));
}

}  // namespace longshore::config
