#include "common/base/json.hpp"

#include "common/base/utf8.hpp"

namespace longshore::base {

std::string json_text(std::string_view text) {
  std::string out;
  append_json(out, text);
  return out;
}

}  // namespace longshore::base
