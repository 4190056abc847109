#include "common/config/types.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

namespace longshore::config::detail {

void SecretType::read(const Spot& spot, void* value) const {
  std::string text;
  if (!read_text(spot, text)) return;
  auto& secret = *static_cast<base::Secret*>(value);
  if (text.starts_with("env:")) {
    const std::string name = text.substr(4);
    const auto set = spot.outside().environment(name);
    if (!set || set->empty()) return spot.wrong(fmt::format("the environment has no {}: set it, or name a file", name));
    secret = base::Secret(*set);
  } else if (from_file_) {
    auto content = spot.outside().secret_file(text);
    if (!content) return spot.wrong(content.error().message);
    secret = std::move(*content);
  } else {
    // The text may be the secret itself: it is not repeated.
    spot.wrong("a secret must not stand in this file: name its file in the option that ends in _file, or write env:NAME");
  }
}

std::string SecretType::print(const void* value) const {
  const auto& secret = *static_cast<const base::Secret*>(value);
  return secret.empty() || from_file_ ? std::string() : fmt::format(" \"{}\"\n", secret);
}

void OctalType::read(const Spot& spot, void* value) const {
  std::string text;
  if (!read_text(spot, text)) return;
  std::uint32_t mode = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  if (error != std::errc{} || end != text.data() + text.size() || !text.starts_with('0') || mode > 0777)
    return spot.wrong(fmt::format("\"{}\" is not an octal number from 0000 to 0777, e.g. 0660", text));
  *static_cast<std::uint32_t*>(value) = mode;
}

std::string OctalType::print(const void* value) const {
  return fmt::format(" {:04o}\n", *static_cast<const std::uint32_t*>(value));
}

std::string MapType::print(const void* value) const {
  const std::string inner = table_.print(value);
  return inner.empty() ? inner : "\n" + indent(inner, 2);
}

}  // namespace longshore::config::detail
