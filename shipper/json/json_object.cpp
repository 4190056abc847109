#include "shipper/json/json_object.hpp"

#include <simdjson.h>

#include <cstring>

namespace longshore::shipper {
namespace {

namespace on_demand = simdjson::ondemand;

// Memory of one huge document is not kept.
constexpr std::size_t kKeep = 1 << 20;

std::string_view trim_end(std::string_view token) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!token.empty() && is_blank(token.back())) token.remove_suffix(1);
  return token;
}

// RFC 8259 §6. simdjson looks at a number only when it is converted, which would round it.
bool is_number(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  const auto digits = [&] {
    const char* const first = p;
    while (p < end && *p >= '0' && *p <= '9') ++p;
    return p > first;
  };
  if (p < end && *p == '-') ++p;
  if (p < end && *p == '0')
    ++p;
  else if (!digits())
    return false;
  if (p < end && *p == '.' && (++p, !digits())) return false;
  if (p < end && (*p == 'e' || *p == 'E')) {
    if (++p < end && (*p == '+' || *p == '-')) ++p;
    if (!digits()) return false;
  }
  return p == end;
}

// Simdjson's structural pass has checked UTF-8, quotes and control characters of the whole text; escapes, literals, numbers
// and nesting are checked where they are walked over. So everything is walked over.
bool check(on_demand::value value, unsigned depth);

bool check_key(on_demand::field& field) {
  std::string_view key;
  return field.unescaped_key().get(key) == simdjson::SUCCESS;
}

bool check_object(on_demand::object object, unsigned depth) {
  for (auto item : object) {
    on_demand::field field;
    if (std::move(item).get(field) != simdjson::SUCCESS || !check_key(field) || !check(field.value(), depth)) return false;
  }
  return true;
}

bool check_array(on_demand::array array, unsigned depth) {
  for (auto item : array) {
    on_demand::value value;
    if (std::move(item).get(value) != simdjson::SUCCESS || !check(value, depth)) return false;
  }
  return true;
}

// Also text without escapes has to be taken: left alone, simdjson would take `"a":"b":1` for a member.
bool take_text(on_demand::value& value, bool escaped, std::string_view& out) {
  on_demand::raw_json_string raw;
  return escaped ? value.get_string().get(out) == simdjson::SUCCESS
                 : value.get_raw_json_string().get(raw) == simdjson::SUCCESS;
}

bool check_scalar(on_demand::value& value, on_demand::json_type type, std::string_view token) {
  switch (type) {
    case on_demand::json_type::number:
      return is_number(token);
    case on_demand::json_type::boolean:
      return token == "true" || token == "false";
    case on_demand::json_type::null:
      return token == "null";
    default:
      std::string_view text;
      return take_text(value, token.find('\\') != std::string_view::npos, text);
  }
}

bool check(on_demand::value value, unsigned depth) {
  on_demand::json_type type;
  if (value.type().get(type) != simdjson::SUCCESS) return false;
  if (type == on_demand::json_type::object) {
    on_demand::object object;
    return depth < JsonObject::kDeepest && value.get_object().get(object) == simdjson::SUCCESS &&
           check_object(object, depth + 1);
  }
  if (type == on_demand::json_type::array) {
    on_demand::array array;
    return depth < JsonObject::kDeepest && value.get_array().get(array) == simdjson::SUCCESS &&
           check_array(array, depth + 1);
  }
  return check_scalar(value, type, trim_end(value.raw_json_token()));
}

JsonType our_type(on_demand::json_type type) {
  switch (type) {
    case on_demand::json_type::object:
      return JsonType::object;
    case on_demand::json_type::array:
      return JsonType::array;
    case on_demand::json_type::number:
      return JsonType::number;
    case on_demand::json_type::boolean:
      return JsonType::boolean;
    case on_demand::json_type::null:
      return JsonType::null;
    default:
      return JsonType::text;
  }
}

}  // namespace

struct JsonObject::Parser {
  on_demand::parser simd;
  std::unique_ptr<char[]> text;  // a copy with the padding that simdjson reads but does not trust
  std::size_t capacity = 0;

  const char* copy(std::string_view from) {
    const std::size_t needed = from.size() + simdjson::SIMDJSON_PADDING;
    if (capacity < needed) {
      capacity = 2 * needed;
      text = std::make_unique_for_overwrite<char[]>(capacity);
    }
    std::memcpy(text.get(), from.data(), from.size());
    std::memset(text.get() + from.size(), ' ', simdjson::SIMDJSON_PADDING);
    return text.get();
  }

  bool read_value(on_demand::document& document, on_demand::value value, JsonMember& out) {
    on_demand::json_type type;
    if (value.type().get(type) != simdjson::SUCCESS) return false;
    out.type = our_type(type);
    const std::string_view token = trim_end(value.raw_json_token());
    out.value = token;
    if (out.type == JsonType::text) {
      out.value = token.substr(1, token.size() - 2);
      out.plain = std::min(out.value.find('\\'), out.value.size());
      if (!take_text(value, out.plain < out.value.size(), out.value)) return false;
      out.offset = static_cast<std::size_t>(token.data() + 1 - text.get());
      return true;
    }
    if (out.type == JsonType::object || out.type == JsonType::array) {
      if (!check(value, 1)) return false;
      const char* next = nullptr;
      if (document.current_location().get(next) != simdjson::SUCCESS) return false;
      out.value = trim_end({token.data(), static_cast<std::size_t>(next - token.data())});
    } else if (!check_scalar(value, type, token)) {
      return false;
    }
    out.plain = out.value.size();
    out.offset = static_cast<std::size_t>(out.value.data() - text.get());
    return true;
  }
};

JsonObject::JsonObject() = default;
JsonObject::JsonObject(JsonObject&&) noexcept = default;
JsonObject& JsonObject::operator=(JsonObject&&) noexcept = default;
JsonObject::~JsonObject() = default;

bool JsonObject::read(std::string_view text) {
  members_.clear();
  if (text.empty() || text.size() > kLargest) return false;
  if (!parser_ || parser_->capacity > kKeep) parser_ = std::make_unique<Parser>();
  if (read_members(text)) return true;
  members_.clear();
  return false;
}

bool JsonObject::read_members(std::string_view text) {
  const char* const copy = parser_->copy(text);
  on_demand::document document;
  on_demand::object object;
  if (parser_->simd.iterate(copy, text.size(), text.size() + simdjson::SIMDJSON_PADDING).get(document) !=
          simdjson::SUCCESS ||
      document.get_object().get(object) != simdjson::SUCCESS)
    return false;
  for (auto item : object) {
    on_demand::field field;
    JsonMember member;
    if (std::move(item).get(field) != simdjson::SUCCESS || field.unescaped_key().get(member.key) != simdjson::SUCCESS ||
        !parser_->read_value(document, field.value(), member))
      return false;
    members_.push_back(member);
  }
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

}  // namespace longshore::shipper
