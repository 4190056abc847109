// The table of options behind a struct, without the struct's type: reading, printing, and what the reference page and the
// sample are made of. schema.hpp makes tables from C++ types; nobody else implements Type. Tables are made once, live as
// long as the program and never change: any thread may read with them.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/config/spot.hpp"

namespace longshore::config {

class Table;

// One kind of map that may stand at an option: its table, and the `type:` that asks for it where there are several.
struct Form {
  std::string type;
  std::string help;
  const Table* table;
};

// What an option's value can be. `value` points to the struct's member.
class Type {
 public:
  virtual ~Type() = default;
  virtual std::string name() const = 0;  // for the reference: "duration", "number, 1 to 64"
  virtual void read(const Spot& spot, void* value) const = 0;
  // What stands in YAML behind "name:", with the line's end: " 30s\n" or "\n  min: 1s\n". Empty: not given.
  virtual std::string print(const void* value) const = 0;
  virtual std::vector<Form> forms() const { return {}; }           // of a map or a list of maps
  virtual bool is_list() const { return false; }                   // of anything
  virtual std::vector<std::string> choices() const { return {}; }  // all that it can be, if that is a few texts
};

struct Option {
  std::string name;
  std::string help;          // one sentence, without the full stop
  std::string example = {};  // YAML, for the sample; where the default says too little
  bool required = false;     // must be given, and not be empty unless it is one of a group
  std::string group = {};    // of options with the same group at most one may be given; exactly one if they are required
  std::shared_ptr<const Type> type;
  std::size_t member = 0;  // where the value lies in the struct, in bytes
  struct Choice {
    std::size_t member;
    int value;
  };
  // Giving the option also sets this int-sized enumeration; the option is not printed if that holds another value.
  std::optional<Choice> choice = {};
};

class Table {
 public:
  // Fills the struct at `object` from a map; what is wrong is added at the spot. `typed`: the map has a `type:`, read
  // already.
  void read(const Spot& spot, void* object, bool typed = false) const;
  // The effective options as YAML lines; what is empty is left out.
  std::string print(const void* object) const;

  const std::vector<Option>& options() const { return options_; }
  std::string preset(const Option& option) const;  // its default, as print() of its type

 protected:
  // What the options do not tell one by one.
  using Check = std::function<void(const void* object, const Spot& spot)>;

  explicit Table(std::shared_ptr<const void> preset) : preset_(std::move(preset)) {}
  // `offset`: where the struct that the options belong to lies in this table's, in bytes.
  void add_options(const std::vector<Option>& options, std::size_t offset);
  void add_part(const Table& part, std::size_t offset);
  void add_check(Check check) { checks_.push_back({std::move(check), 0}); }

 private:
  struct PlacedCheck {
    Check check;
    std::size_t offset;
  };
  const Option* find(std::string_view name) const;
  void read_option(const Option& option, const Spot& spot, void* object) const;
  void check_given(const Spot& spot, std::span<const std::string_view> meant) const;

  std::shared_ptr<const void> preset_;  // the struct as it is made
  std::vector<Option> options_;
  std::vector<PlacedCheck> checks_;
};

// Shared by the types of schema.hpp.
std::string indent(std::string_view lines, unsigned columns);
std::string as_item(std::string_view lines);  // "- a: 1\n  b: 2\n" of "a: 1\nb: 2\n"
// Calls `read` for each item of a list; nothing is an empty one.
void for_each_item(const Spot& spot, const std::function<void(const Spot&)>& read);
// The form that the item's `type:` names; null with the problem added.
const Form* choose_form(const Spot& item, const std::vector<Form>& forms);

}  // namespace longshore::config
