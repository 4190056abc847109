#include "shipper/encode/structured_data.hpp"

#include <array>
#include <cstddef>

#include "shipper/encode/json_text.hpp"

namespace longshore::shipper {
namespace {

// Walks elements and parameters; every step returns false at the first byte that breaks the grammar.
class Walker {
 public:
  explicit Walker(std::string_view text) : rest_(text) {}
  bool done() const { return rest_.empty(); }

  bool take(char expected) {
    if (rest_.empty() || rest_.front() != expected) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // SD-NAME: printable ASCII without '=', ' ', ']', '"'. Its length limit of 32 is not held by real senders, nor here.
  bool name(std::string_view& out) {
    std::size_t size = 0;
    while (size < rest_.size() && rest_[size] > ' ' && rest_[size] < 0x7F && rest_[size] != '=' && rest_[size] != ']' &&
           rest_[size] != '"')
      ++size;
    out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return size > 0;
  }
  // PARAM-VALUE with its escapes, without the quotes.
  bool value(std::string_view& out) {
    if (!take('"')) return false;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      if (rest_[i] == '\\') {
        ++i;
      } else if (rest_[i] == '"') {
        out = rest_.substr(0, i);
        rest_.remove_prefix(i + 1);
        return true;
      }
    }
    return false;
  }

 private:
  std::string_view rest_;
};

// Names seen on one level. Beyond what fits here a repeated name goes out twice, which JSON allows.
class Names {
 public:
  // How many underscores tell `name` from the equal ones before it.
  std::size_t repeats(std::string_view name) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < size_; ++i) count += names_[i] == name ? 1 : 0;
    if (size_ < names_.size()) names_[size_++] = name;
    return count;
  }

 private:
  std::array<std::string_view, 32> names_;
  std::size_t size_ = 0;
};

// SD names are ASCII; only '\\' needs an escape, which append_json_text knows.
void append_key(Output& out, std::string_view name, std::size_t underscores, const char* readable_end) {
  out.append('"');
  append_json_text(out, name, readable_end);
  for (std::size_t i = 0; i < underscores; ++i) out.append('_');
  out.append("\":");
}

// Only '"', '\\' and ']' are escaped (§6.3.3); a backslash before anything else is an ordinary one.
void append_value(Output& out, std::string_view value, const char* readable_end) {
  out.append('"');
  std::size_t from = 0;
  for (std::size_t at = value.find('\\'); at != std::string_view::npos && at + 1 < value.size(); at = value.find('\\', at)) {
    const char next = value[at + 1];
    if (next != '"' && next != '\\' && next != ']') {
      ++at;
      continue;
    }
    append_json_text(out, value.substr(from, at - from), readable_end);
    append_json_text(out, value.substr(at + 1, 1), readable_end);
    from = at += 2;
  }
  append_json_text(out, value.substr(from), readable_end);
  out.append('"');
}

// Writes to `out` unless it is null; false when the grammar is broken.
bool walk(std::string_view text, Output* out, const char* readable_end) {
  Walker walker(text);
  Names ids;
  const char* separator = "{";
  do {
    std::string_view id;
    if (!walker.take('[') || !walker.name(id)) return false;
    if (out != nullptr) {
      out->append(separator);
      append_key(*out, id, ids.repeats(id), readable_end);
      out->append('{');
    }
    Names names;
    bool first = true;
    while (walker.take(' ')) {
      std::string_view name, value;
      if (!walker.name(name) || !walker.take('=') || !walker.value(value)) return false;
      if (out == nullptr) continue;
      if (!first) out->append(',');
      first = false;
      append_key(*out, name, names.repeats(name), readable_end);
      append_value(*out, value, readable_end);
    }
    if (!walker.take(']')) return false;
    if (out != nullptr) out->append('}');
    separator = ",";
  } while (!walker.done());
  if (out != nullptr) out->append('}');
  return true;
}

}  // namespace

void append_structured_data_json(Output& out, std::string_view structured_data, const char* readable_end) {
  const std::size_t before = out.size();
  if (walk(structured_data, &out, readable_end)) return;
  out.truncate(before);
  out.append("{\"raw\":\"");
  append_json_text(out, structured_data, readable_end);
  out.append("\"}");
}

bool is_structured_data(std::string_view text) { return walk(text, nullptr, nullptr); }

}  // namespace longshore::shipper
