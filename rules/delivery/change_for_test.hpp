// Changes of alerts, and the JSON that comes of them, for the tests of this folder.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

#include "rules/alert/alert_change.hpp"

namespace longshore::rules {

inline AlertChange change_of(AlertChange::Kind kind, std::string_view alias = "oom|web-1", std::string_view episode = "1") {
  AlertChange out;
  out.kind = kind;
  out.rule = "oom";
  out.alias = alias;
  out.episode = std::string(alias) + "@" + std::string(episode);
  out.at = {1'795'405'332'000'000'000};  // 2026-11-23T03:42:12Z
  out.count = 1;
  out.message = "Out of memory";
  return out;
}

inline std::string many(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

// As large as text can be, in characters of several bytes.
inline AlertChange large_change(AlertChange::Kind kind) {
  AlertChange out = change_of(kind, many("😀", 600));
  out.rule = many("ü", 600);
  out.message = many("ü", 2'000);
  out.description = many("\x01", 200'000);  // 6 bytes each in JSON
  out.source = many("é", 1'000);
  out.note = many("é", 200'000);
  out.tags.assign(21, many("ö", 51));
  out.samples.assign(10, many("ß", 50'000));
  out.details = {{"first", many("ä", 5'000)}, {"second", many("ä", 5'000)}, {"third", "x"}};
  out.runbook = many("ü", 2'000);
  return out;
}

class ReadJson {
 public:
  explicit ReadJson(const std::string& json) : root_(parser_.parse(json).value()) {}
  // The text at a JSON pointer, e.g. "/payload/summary"; aborts if there is none.
  std::string text(std::string_view pointer) const { return std::string(at(pointer).get_string().value()); }
  simdjson::dom::element at(std::string_view pointer) const { return root_.at_pointer(pointer).value(); }
  bool has(std::string_view pointer) const { return root_.at_pointer(pointer).error() == simdjson::SUCCESS; }

 private:
  simdjson::dom::parser parser_;
  simdjson::dom::element root_;
};

}  // namespace longshore::rules
