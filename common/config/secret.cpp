#include <cstdlib>

#include "common/config/schema.hpp"

namespace longshore::config::detail {

void read_secret(const Node& map, const std::string& name, std::string_view path, base::Secret& value, Problems& problems) {
  const Node* const file = map.find(name + "_file");
  const Node* const plain = map.find(name);
  const Node* const given = file != nullptr ? file : plain;
  if (given == nullptr) return;
  const std::string where = join(path, file != nullptr ? name + "_file" : name);
  std::string text;
  if (std::string error = read_text(*given, text); !error.empty()) return problems.add(given->place, where, error);
  if (text.starts_with("env:")) {
    const char* const set = std::getenv(text.c_str() + 4);
    if (set == nullptr || *set == '\0')
      return problems.add(given->place, where,
                          fmt::format("the environment has no {}: set it, or name a file", text.substr(4)));
    value = base::Secret(set);
    return;
  }
  if (file == nullptr)
    return problems.add(
        given->place, where,
        fmt::format("a secret must not stand in this file: write {}_file: PATH or {}: env:NAME", name, name));
  base::Result<base::Secret> secret = base::read_secret_file(text);
  if (!secret) return problems.add(given->place, where, secret.error().message);
  value = std::move(*secret);
}

}  // namespace longshore::config::detail
