// Text as a JSON string with its quotes (RFC 8259 §7); the admin page's only writer. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/utf8.hpp"

namespace longshore::shipper {

inline std::string json_string(std::string_view text) {
  std::string out;
  base::append_json(out, text);
  return out;
}

}  // namespace longshore::shipper
