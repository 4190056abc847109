// Options declared once: name, member (its type says the unit), sentence; the default is what the struct has when made.
//
//   const Schema<Retry> schema{
//       field("min", &Retry::min, "Pause before the first repetition").between(1ms, 1h),
//       field("max", &Retry::max, "Longest pause between two repetitions"),
//   };
//
// The table reads the file, refuses what it does not know, prints the effective configuration (table.hpp), and writes the
// reference page and the sample (reference.hpp, sample.hpp). Parts may be declared for a base of the struct, and a schema of
// a base is a part itself. Schemas are made once and live as long as the program.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/base/secret.hpp"
#include "common/config/types.hpp"

namespace longshore::config {
namespace detail {

// How many bytes after the start of a C its member lies.
template <class C, class V>
std::size_t offset(V C::* member) {
  static const C object{};
  return static_cast<std::size_t>(reinterpret_cast<const std::byte*>(&(object.*member)) -
                                  reinterpret_cast<const std::byte*>(&object));
}

template <class V>
int choice_value(V value) {
  static_assert(std::is_enum_v<V> && sizeof(V) == sizeof(int));
  return static_cast<int>(value);
}

}  // namespace detail

// Rows of a table of C's options.
template <class C>
struct Rows {
  std::vector<Option> options;

  // Must be given, and not be empty; of a group, one must be given.
  Rows&& required() && {
    for (Option& option : options) option.required = true;
    return std::move(*this);
  }
  // What the sample shows where the default does not tell enough: YAML. Of a group, for its first row.
  Rows&& example(const char* yaml) && {
    options.front().example = yaml;
    return std::move(*this);
  }
  // Giving the option also says that `member` is `value`: of several such options, only the chosen one is printed.
  template <class V>
  Rows&& chooses(V C::* member, V value) && {
    options.back().choice = {detail::offset(member), detail::choice_value(value)};
    return std::move(*this);
  }
};

// A row of a plain value.
template <class C, class V>
struct Field : Rows<C> {
  std::shared_ptr<detail::PlainType<V>> type;

  Field&& is(Rule<V> rule) && {
    type->set(std::move(rule));
    return std::move(*this);
  }
  Field&& between(V least, V most) && {
    type->set(least, most);
    return std::move(*this);
  }
};

namespace detail {

inline std::vector<Option> row(const char* name, std::size_t member, const char* help, std::shared_ptr<const Type> type) {
  return {{.name = name, .help = help, .type = std::move(type), .member = member}};
}

}  // namespace detail

template <class C, class V>
Field<C, V> field(const char* name, V C::* member, const char* help) {
  auto type = std::make_shared<detail::PlainType<V>>();
  return {{detail::row(name, detail::offset(member), help, type)}, type};
}

template <class C, class V>
Rows<C> choice(const char* name, V C::* member, std::initializer_list<std::pair<const char*, V>> choices, const char* help) {
  auto type = std::make_shared<detail::ChoiceType>();
  for (const auto& [text, value] : choices) type->add(text, detail::choice_value(value));
  return {detail::row(name, detail::offset(member), help, std::move(type))};
}

template <class C>
Rows<C> octal(const char* name, std::uint32_t C::* member, const char* help) {
  return {detail::row(name, detail::offset(member), help, std::make_shared<detail::OctalType>())};
}

// `NAME_file: PATH`, or `NAME: env:VARIABLE`; never the secret itself.
template <class C>
Rows<C> secret(const char* name, base::Secret C::* member, const char* help) {
  return {detail::secret_rows(name, detail::offset(member), help)};
}

// Rows of which at most one may be given; exactly one if they are required().
template <class C, class... More>
Rows<C> one_of(Rows<C> rows, const More&... more) {
  (rows.options.insert(rows.options.end(), more.options.begin(), more.options.end()), ...);
  for (Option& option : rows.options) option.group = rows.options[0].name;
  return rows;
}

template <class T>
class Schema : public Table {
 public:
  template <class... Parts>
  explicit Schema(const Parts&... parts) : Table(std::make_shared<const T>()) {
    (add(parts), ...);
  }

  // Called with the struct and its spot when every option of the table was read without a problem.
  Schema&& check(void (*look)(const T&, const Spot&)) && {
    add_check([look](const void* object, const Spot& spot) { look(*static_cast<const T*>(object), spot); });
    return std::move(*this);
  }

  void read(const Spot& spot, T& object) const { Table::read(spot, &object); }
  std::string print(const T& object) const { return Table::print(&object); }

 private:
  template <class C>
  static std::size_t offset_of_base() {
    static const T object{};
    return static_cast<std::size_t>(reinterpret_cast<const std::byte*>(static_cast<const C*>(&object)) -
                                    reinterpret_cast<const std::byte*>(&object));
  }
  template <class C>
  void add(const Rows<C>& rows) {
    add_options(rows.options, offset_of_base<C>());
  }
  template <class C>
  void add(const Schema<C>& part) {
    add_part(part, offset_of_base<C>());
  }
};

template <class C, class U>
Rows<C> nested(const char* name, U C::* member, const Schema<U>& schema, const char* help) {
  return {detail::row(name, detail::offset(member), help, std::make_shared<detail::MapType>(schema))};
}

template <class C, class U>
Rows<C> nested(const char* name, std::optional<U> C::* member, const Schema<U>& schema, const char* help) {
  return {detail::row(name, detail::offset(member), help, std::make_shared<detail::OptionalMapType<U>>(schema))};
}

template <class C, class U>
Rows<C> list(const char* name, std::vector<U> C::* member, const Schema<U>& schema, const char* help) {
  return {detail::row(name, detail::offset(member), help, std::make_shared<detail::MapListType<U>>(schema))};
}

// A list whose items say by `type:` which form they have.
template <class C, class V>
Rows<C> variants(const char* name, std::vector<V> C::* member, const Variants<V>& forms, const char* help) {
  return {detail::row(name, detail::offset(member), help, std::make_shared<detail::VariantListType<V>>(forms))};
}

}  // namespace longshore::config
