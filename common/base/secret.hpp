// A secret prints as "[secret]" wherever it is formatted; the value is asked for by name where it is used.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "common/base/result.hpp"

namespace longshore::base {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  std::string_view reveal() const& { return value_; }
  std::string_view reveal() && = delete;  // would dangle
  bool empty() const { return value_.empty(); }
  friend bool operator==(const Secret&, const Secret&) = default;

 private:
  std::string value_;
};

// The content of a file without trailing newlines. Errors: not_found, permission, invalid (empty, or over 64 KiB).
Result<Secret> read_secret_file(const std::string& path);

}  // namespace longshore::base

template <>
struct fmt::formatter<longshore::base::Secret> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const longshore::base::Secret& secret, Context& context) const {
    return fmt::formatter<std::string_view>::format(secret.empty() ? "" : "[secret]", context);
  }
};
