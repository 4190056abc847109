// What the user can set about transforms: plain values, one struct for each kind. docs/transforms.md says what they do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/duration.hpp"

namespace longshore::shipper {

// `field`: message, host, app, pid, msgid, severity (by name), source, or the key of a field. A field that is not there is
// an empty text.
struct TransformCondition {
  enum class Is { equals, contains, matches };  // matches: an RE2 pattern, anywhere in the text
  std::string field;
  Is is = Is::equals;
  std::string value;
  bool negate = false;
  bool operator==(const TransformCondition&) const = default;
};

// All must hold; an empty list always does.
using TransformWhere = std::vector<TransformCondition>;

struct ParseJsonOptions {
  TransformWhere where = {};
  bool operator==(const ParseJsonOptions&) const = default;
};

struct DropOptions {
  TransformWhere where = {};  // at least one
  bool operator==(const DropOptions&) const = default;
};

struct SampleOptions {
  std::uint64_t keep_one_in = 0;  // the first of each N is kept; at least 1
  TransformWhere where = {};
  bool operator==(const SampleOptions&) const = default;
};

struct RedactOptions {
  struct Pattern {
    std::string name;   // what is put in place of the text says it: [redacted:NAME]
    std::string regex;  // RE2; if it has a group, the first group is replaced, otherwise the whole match
    bool operator==(const Pattern&) const = default;
  };
  bool tokens = true;  // bearer, JWT, values of token=, password=, api_key= …
  bool keys = true;    // AWS, GitHub, Slack, private key blocks
  bool cards = true;   // 13 to 19 digits that satisfy Luhn
  std::vector<Pattern> patterns = {};
  bool operator==(const RedactOptions&) const = default;
};

struct SetOptions {
  std::vector<std::pair<std::string, std::string>> fields;
  std::vector<std::string> tags = {};  // added to the source's own when it is made; they cannot depend on `where`
  TransformWhere where = {};
  bool operator==(const SetOptions&) const = default;
};

struct CollapseOptions {
  base::Duration window = std::chrono::seconds(10);  // a summary comes at the latest this long after the first
  std::size_t max_distinct = 1024;                   // messages watched at a time; others pass as they are
  TransformWhere where = {};
  bool operator==(const CollapseOptions&) const = default;
};

using TransformOptions =
    std::variant<ParseJsonOptions, DropOptions, SampleOptions, RedactOptions, SetOptions, CollapseOptions>;

}  // namespace longshore::shipper
