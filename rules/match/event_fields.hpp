// What an event holds, as queries ask for it: fields interned once, values looked up when they are first needed. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/evaluator.hpp"
#include "rules/match/json_text.hpp"
#include "rules/query/ast.hpp"

namespace longshore::rules {

using FieldId = std::uint32_t;

// The fields that a set of queries names. Built once, then read by any thread.
class FieldTable {
 public:
  FieldId intern(const FieldRef& field);
  FieldId find(const FieldRef& field) const;  // that was interned
  // Some query asks of texts inside JSON where they begin or end: from then on each is a value by itself. For words they may
  // as well be looked for in the JSON as it is written.
  void see_whole_texts() { whole_texts_ = true; }
  bool whole_texts() const { return whole_texts_; }
  const FieldRef& operator[](FieldId id) const { return fields_[id]; }
  std::size_t size() const { return fields_.size(); }
  const JsonPaths& json() const { return json_; }

 private:
  std::vector<FieldRef> fields_;
  JsonPaths json_;
  bool whole_texts_ = false;
};

// What is true of this host and this moment, whatever the event: `host.role`, `deploy.active` …
struct Surroundings {
  std::vector<std::pair<std::string, std::string>> host;  // "host.name" and so on
  bool deploy_active = false;
  std::string deploy_version = {};
  base::Timestamp deploy_since = {};
};

// Whether the field says where an event comes from, and not what it says: few different values, known without reading it.
bool is_header(const FieldRef& field);

// Captures of the rule whose query is evaluated: `cap.NAME`.
class Captures {
 public:
  virtual ~Captures() = default;
  // Valid as long as the event is. Empty: there is none.
  virtual std::span<const std::string_view> capture(std::string_view name) = 0;
};

class EventFields {
 public:
  // Both outlive this.
  EventFields(const FieldTable& table, const Surroundings& surroundings)
      : table_(table), surroundings_(surroundings), slots_(table.size()) {}

  void reset(const EventView& event);  // `event` outlives what is asked about it
  void set_captures(Captures* captures) { captures_ = captures; }

  // Nothing: the event does not have the field. Several: an array, tags. Valid until the next reset().
  std::span<const std::string_view> values(FieldId id);
  // The same in lower case (ASCII).
  std::span<const std::string_view> lowered_values(FieldId id);
  const EventView& event() const { return *event_; }
  // Every string of the event's JSON without its escapes.
  std::span<const std::string_view> json_texts();

 private:
  struct Slot {
    std::uint64_t event = 0;  // that the values are of
    std::vector<std::string_view> values;
    std::uint64_t lowered_event = 0;
    std::vector<std::string_view> lowered;
  };
  void find(const FieldRef& field, std::vector<std::string_view>& values);
  void find_text(std::vector<std::string_view>& values);
  bool has_texts_apart() const;
  void find_structured(const std::string& path, std::vector<std::string_view>& values);
  void find_surroundings(const FieldRef& field, std::vector<std::string_view>& values);
  void read_json();
  std::string_view keep(std::string text);
  std::string_view keep_lowered(std::string_view text);
  std::string_view number(std::int64_t value) { return keep(std::to_string(value)); }

  const FieldTable& table_;
  const Surroundings& surroundings_;
  const EventView* event_ = nullptr;
  Captures* captures_ = nullptr;
  std::uint64_t number_ = 0;  // of the event
  std::vector<Slot> slots_;
  JsonText json_;
  bool json_read_ = false;
  std::deque<std::string> kept_;  // values that are made, not found: strings that never move
  std::size_t kept_used_ = 0;
};

}  // namespace longshore::rules
