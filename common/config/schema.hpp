// An option is declared once: name, type, default, sentence. The table reads the file, refuses what it does not know, prints
// the effective configuration and writes the reference page.
//
//   const Schema<Retry> schema = Schema<Retry>()
//       .field("min", &Retry::min, "Pause before the first repetition")
//       .field("max", &Retry::max, "Longest pause between two repetitions");
//
// A default is what the struct has when it is made. Schemas live as long as the program.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/secret.hpp"
#include "common/config/node.hpp"
#include "common/config/problems.hpp"
#include "common/config/value.hpp"

namespace longshore::config {

enum class Needed { no, yes };

template <class T>
class Schema;

namespace detail {

// Reads `name_file: PATH`, `name_file: env:NAME` or `name: env:NAME` into a secret.
void read_secret(const Node& map, const std::string& name, std::string_view path, base::Secret& value, Problems& problems);

inline std::string join(std::string_view path, std::string_view name) {
  return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}
inline std::string indent(std::string_view text, unsigned by) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    out.append(by, ' ').append(text.substr(at, end - at));
    at = end;
  }
  return out;
}
// "- a: 1\n  b: 2\n" of "a: 1\nb: 2\n"
inline std::string as_item(std::string_view text) {
  std::string out = indent(text.empty() ? "{}\n" : text, 2);
  out[0] = '-';
  return out;
}

}  // namespace detail

// One alternative of a list whose items say their `type:`.
template <class V>
struct Alternative {
  std::string type;
  std::string help;
  std::function<void(const Node&, const std::string&, V&, Problems&)> read;
  std::function<std::string(const V&)> print;  // empty if the value is another alternative
  std::function<std::string()> document;
};

template <class A, class V>
Alternative<V> alternative(std::string type, const Schema<A>& schema, std::string help) {
  return {type, std::move(help),
          [&schema](const Node& node, const std::string& path, V& value, Problems& problems) {
            schema.read(node, path, value.template emplace<A>(), problems, "type");
          },
          [&schema, type](const V& value) {
            const A* const held = std::get_if<A>(&value);
            return held == nullptr ? std::string() : "type: " + type + "\n" + schema.print(*held);
          },
          [&schema] { return schema.document(); }};
}

template <class T>
class Schema {
 public:
  template <class V, class C>
  Schema& field(std::string name, V C::* member, std::string help, Needed needed = Needed::no) {
    return add({name,
                Value<V>::name(),
                help,
                needed,
                Value<V>::print(T{}.*member),
                [member](const Node& node, const std::string& path, T& value, Problems& problems) {
                  if (std::string error = Value<V>::read(node, value.*member); !error.empty())
                    problems.add(node.place, path, error);
                },
                [member, name](const T& value) { return fmt::format("{}: {}\n", name, Value<V>::print(value.*member)); },
                {}});
  }

  template <class V, class C>
  Schema& choice(std::string name, V C::* member, std::vector<std::pair<std::string, V>> choices, std::string help) {
    const auto name_of = [choices](V value) {
      for (const auto& [text, choice] : choices)
        if (choice == value) return text;
      return std::string();
    };
    std::string type;
    for (const auto& [text, choice] : choices) type += (type.empty() ? "" : ", ") + text;
    return add({name,
                type,
                help,
                Needed::no,
                name_of(T{}.*member),
                [member, choices, type](const Node& node, const std::string& path, T& value, Problems& problems) {
                  for (const auto& [text, choice] : choices)
                    if (node.kind == Node::Kind::scalar && node.scalar == text) {
                      value.*member = choice;
                      return;
                    }
                  problems.add(node.place, path, fmt::format("\"{}\" is not one of: {}", node.scalar, type));
                },
                [member, name, name_of](const T& value) { return fmt::format("{}: {}\n", name, name_of(value.*member)); },
                {}});
  }

  template <class C>
  Schema& secret(std::string name, base::Secret C::* member, std::string help, Needed needed = Needed::no) {
    Field entry{name + "_file", "file, or env:NAME", help, needed, "", {}, {}, {}};
    entry.print = [member, name](const T& value) {
      return (value.*member).empty() ? std::string() : fmt::format("{}_file: {}\n", name, value.*member);
    };
    entry.secret = name;
    entry.read_secret = [member, name](const Node& map, const std::string& path, T& value, Problems& problems) {
      detail::read_secret(map, name, path, value.*member, problems);
    };
    return add(std::move(entry));
  }

  template <class U, class C>
  Schema& nested(std::string name, U C::* member, const Schema<U>& schema, std::string help) {
    return add({name, "map", help, Needed::no, "",
                [member, &schema](const Node& node, const std::string& path, T& value, Problems& problems) {
                  schema.read(node, path, value.*member, problems);
                },
                [member, name, &schema](const T& value) {
                  const std::string inner = schema.print(value.*member);
                  return inner.empty() ? std::string() : name + ":\n" + detail::indent(inner, 2);
                },
                [&schema, name] { return "\n### " + name + "\n\n" + schema.document(); }});
  }

  template <class U, class C>
  Schema& list(std::string name, std::vector<U> C::* member, const Schema<U>& schema, std::string help,
               Needed needed = Needed::no) {
    return add({name, "list of maps", help, needed, "[]",
                [member, &schema](const Node& node, const std::string& path, T& value, Problems& problems) {
                  each(node, path, problems, [&](const Node& item, const std::string& item_path) {
                    schema.read(item, item_path, (value.*member).emplace_back(), problems);
                  });
                },
                [member, name, &schema](const T& value) {
                  std::string out;
                  for (const U& item : value.*member) out += detail::indent(detail::as_item(schema.print(item)), 2);
                  return out.empty() ? std::string() : name + ":\n" + out;
                },
                [&schema, name] { return "\n### " + name + "\n\n" + schema.document(); }});
  }

  // A list whose items say which of the alternatives they are by `type:`.
  template <class V, class C>
  Schema& variants(std::string name, std::vector<V> C::* member, std::vector<Alternative<V>> alternatives, std::string help,
                   Needed needed = Needed::no) {
    return add({name, "list", help, needed, "[]",
                [member, alternatives](const Node& node, const std::string& path, T& value, Problems& problems) {
                  each(node, path, problems, [&](const Node& item, const std::string& item_path) {
                    read_variant(item, item_path, alternatives, (value.*member).emplace_back(), problems);
                  });
                },
                [member, name, alternatives](const T& value) {
                  std::string out;
                  for (const V& item : value.*member)
                    for (const Alternative<V>& alternative : alternatives)
                      if (const std::string text = alternative.print(item); !text.empty())
                        out += detail::indent(detail::as_item(text), 2);
                  return out.empty() ? std::string() : name + ":\n" + out;
                },
                [name, alternatives] {
                  std::string out;
                  for (const Alternative<V>& alternative : alternatives)
                    out += fmt::format("\n### {}: `type: {}`\n\n{}.\n\n{}", name, alternative.type, alternative.help,
                                       alternative.document());
                  return out;
                }});
  }

  // Fills `value` from a map; everything wrong goes to `problems`. `also`: a key that somebody else has read already.
  void read(const Node& node, const std::string& path, T& value, Problems& problems, std::string_view also = {}) const {
    if (node.kind == Node::Kind::null) return require(node, path, problems);
    if (node.kind != Node::Kind::map) return problems.add(node.place, path, "needs a map of options");
    for (const auto& [key, item] : node.map) {
      if (!also.empty() && key.scalar == also) continue;
      const Field* const field = find(key.scalar);
      if (field == nullptr) {
        problems.add(key.place, path, unknown(key.scalar));
      } else if (field->read) {
        field->read(item, detail::join(path, key.scalar), value, problems);
      }
    }
    for (const Field& field : fields_)
      if (field.read_secret) field.read_secret(node, path, value, problems);
    require(node, path, problems);
  }

  // The effective options as YAML; what is empty is left out.
  std::string print(const T& value) const {
    std::string out;
    for (const Field& field : fields_) out += field.print(value);
    return out;
  }

  // Markdown: a table of the options, then the pages of nested ones.
  std::string document() const {
    std::string out = "| option | type | default | |\n|---|---|---|---|\n", nested;
    for (const Field& field : fields_) {
      const std::string preset =
          field.needed == Needed::yes ? "required"
          : field.preset.empty() || field.preset == "\"\"" || field.preset == "[]" || field.preset == "{}"
              ? ""
              : "`" + field.preset + "`";
      out += fmt::format("| `{}` | {} | {} | {} |\n", field.name, field.type, preset, field.help);
      if (field.document) nested += field.document();
    }
    return out + nested;
  }

  // For the test that every option says something, and says it only once: names and sentences.
  std::vector<std::pair<std::string, std::string>> sentences() const {
    std::vector<std::pair<std::string, std::string>> out;
    for (const Field& field : fields_) out.emplace_back(field.name, field.help);
    return out;
  }

 private:
  struct Field {
    std::string name, type, help;
    Needed needed = Needed::no;
    std::string preset;
    std::function<void(const Node&, const std::string&, T&, Problems&)> read;
    std::function<std::string(const T&)> print;
    std::function<std::string()> document;
    std::string secret = {};  // the name without "_file"
    std::function<void(const Node&, const std::string&, T&, Problems&)> read_secret = {};
  };

  Schema& add(Field field) {
    fields_.push_back(std::move(field));
    return *this;
  }
  const Field* find(std::string_view name) const {
    for (const Field& field : fields_)
      if (field.name == name || (!field.secret.empty() && field.secret == name)) return &field;
    return nullptr;
  }
  std::string unknown(std::string_view name) const {
    std::vector<std::string_view> names;
    for (const Field& field : fields_) names.push_back(field.name);
    const std::string_view near = nearest(name, names);
    return near.empty() ? fmt::format("unknown option \"{}\"", name)
                        : fmt::format("unknown option \"{}\", did you mean \"{}\"?", name, near);
  }
  void require(const Node& node, const std::string& path, Problems& problems) const {
    for (const Field& field : fields_)
      if (field.needed == Needed::yes && node.find(field.name) == nullptr &&
          (field.secret.empty() || node.find(field.secret) == nullptr))
        problems.add(node.place, path, fmt::format("needs \"{}\"", field.name));
  }
  template <class Visit>
  static void each(const Node& node, const std::string& path, Problems& problems, Visit visit) {
    if (node.kind == Node::Kind::null) return;
    if (node.kind != Node::Kind::list) return problems.add(node.place, path, "needs a list");
    for (std::size_t i = 0; i < node.list.size(); ++i) visit(node.list[i], fmt::format("{}[{}]", path, i));
  }
  template <class V>
  static void read_variant(const Node& item, const std::string& path, const std::vector<Alternative<V>>& alternatives,
                           V& value, Problems& problems) {
    std::vector<std::string_view> types;
    std::string known;
    for (const Alternative<V>& alternative : alternatives) {
      types.push_back(alternative.type);
      known += (known.empty() ? "" : ", ") + alternative.type;
    }
    const Node* const type = item.find("type");
    if (type == nullptr || type->kind != Node::Kind::scalar)
      return problems.add(item.place, path, fmt::format("needs \"type\", one of: {}", known));
    for (const Alternative<V>& alternative : alternatives)
      if (alternative.type == type->scalar) return alternative.read(item, path, value, problems);
    const std::string_view near = nearest(type->scalar, types);
    problems.add(type->place, detail::join(path, "type"),
                 near.empty() ? fmt::format("unknown type \"{}\", not one of: {}", type->scalar, known)
                              : fmt::format("unknown type \"{}\", did you mean \"{}\"?", type->scalar, near));
  }

  std::vector<Field> fields_;
};

}  // namespace longshore::config
