#include "rules/match/json_text.hpp"

#include <simdjson.h>

#include <cstring>

namespace longshore::rules {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr int kDeepest = 64;

class Walk {
 public:
  Walk(const JsonPaths& paths, bool all_texts, JsonText::Found& found)
      : paths_(paths), all_texts_(all_texts), found_(found) {}

  // False: nothing more can be read.
  bool value(ondemand::value value, std::uint32_t at, int depth) {
    ondemand::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS) return false;
    switch (type) {
      case ondemand::json_type::object: {
        ondemand::object object;
        return depth >= kDeepest || (value.get_object().get(object) == simdjson::SUCCESS && members(object, at, depth));
      }
      case ondemand::json_type::array: {
        ondemand::array array;
        return depth >= kDeepest || (value.get_array().get(array) == simdjson::SUCCESS && elements(array, at, depth));
      }
      case ondemand::json_type::string: {
        std::string_view text;
        if (value.get_string().get(text) != simdjson::SUCCESS) return false;
        if (all_texts_) found_.texts.push_back(text);
        report(at, text);
        return true;
      }
      default: {
        std::string_view token = value.raw_json_token();
        while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') token.remove_suffix(1);
        if (token != "null") report(at, token);
        return true;
      }
    }
  }

  bool members(ondemand::object& object, std::uint32_t at, int depth) {
    for (auto member : object) {
      ondemand::field field;
      std::string_view key;
      if (std::move(member).get(field) != simdjson::SUCCESS || field.unescaped_key().get(key) != simdjson::SUCCESS)
        return false;
      if (all_texts_) found_.texts.push_back(key);
      const std::uint32_t below = at == JsonPaths::kNone ? at : paths_.child(at, key);
      if (below == JsonPaths::kNone && !all_texts_) continue;  // the parser passes over what is not taken
      if (!value(field.value(), below, depth + 1)) return false;
    }
    return true;
  }

 private:
  bool elements(ondemand::array& array, std::uint32_t at, int depth) {
    for (auto element : array) {
      ondemand::value each;
      if (std::move(element).get(each) != simdjson::SUCCESS || !value(each, at, depth + 1)) return false;
    }
    return true;
  }
  void report(std::uint32_t at, std::string_view text) {
    if (at == JsonPaths::kNone) return;
    for (const std::uint32_t field : paths_.node(at).fields) found_.values.emplace_back(field, text);
  }

  const JsonPaths& paths_;
  bool all_texts_;
  JsonText::Found& found_;
};

}  // namespace

std::uint32_t JsonPaths::child(std::uint32_t parent, std::string_view key) const {
  const auto& children = nodes_[parent].children;
  const auto found = children.find(key);
  return found == children.end() ? kNone : found->second;
}

std::uint32_t JsonPaths::child_to_make(std::uint32_t parent, std::string_view key) {
  if (const std::uint32_t found = child(parent, key); found != kNone) return found;
  const auto made = static_cast<std::uint32_t>(nodes_.size());
  nodes_[parent].children.emplace(key, made);
  nodes_.emplace_back();
  return made;
}

void JsonPaths::add(std::string_view path, std::uint32_t field) {
  std::uint32_t at = 0;
  for (std::string_view rest = path;;) {
    const std::size_t dot = rest.find('.');
    at = child_to_make(at, rest.substr(0, dot));
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  nodes_[at].fields.push_back(field);
  // Flattened bodies write the whole path as one name.
  if (path.find('.') != std::string_view::npos) nodes_[child_to_make(0, path)].fields.push_back(field);
}

struct JsonText::Document {
  ondemand::parser parser;
  std::string padded;
  ondemand::document document;
};

JsonText::JsonText() = default;
JsonText::JsonText(JsonText&&) noexcept = default;
JsonText::~JsonText() = default;

void JsonText::clear() {
  used_ = 0;
  found_.values.clear();
  found_.texts.clear();
}

void JsonText::read(std::string_view text, const JsonPaths& paths, std::uint32_t top, bool all_texts) {
  if (used_ == documents_.size()) documents_.push_back(std::make_unique<Document>());
  Document& at = *documents_[used_++];
  // A plain copy: what comes behind the text must be there, and is never looked at as text.
  if (at.padded.size() < text.size() + simdjson::SIMDJSON_PADDING)
    at.padded.resize(2 * text.size() + simdjson::SIMDJSON_PADDING);
  std::memcpy(at.padded.data(), text.data(), text.size());
  std::memset(at.padded.data() + text.size(), ' ', simdjson::SIMDJSON_PADDING);
  if (at.parser.iterate(at.padded.data(), text.size(), at.padded.size()).get(at.document) != simdjson::SUCCESS) return;
  ondemand::value value;
  if (at.document.get_value().get(value) == simdjson::SUCCESS) Walk(paths, all_texts, found_).value(value, top, 0);
}

bool hides_text(std::string_view json) {
  for (std::size_t at = json.find('\\'); at != std::string_view::npos && at + 1 < json.size(); at = json.find('\\', at + 2))
    if (json[at + 1] == 'u' || json[at + 1] == '/') return true;
  return false;
}

}  // namespace longshore::rules
