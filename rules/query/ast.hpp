// A query of a rule as a tree: what `match:`, `clear:` and the steps of a sequence become (docs/rules/language.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace longshore::rules {

// Where a predicate looks.
struct FieldRef {
  enum class Kind : std::uint8_t {
    text,        // no field named: the message, and every text value of a JSON body
    message,     // the free text
    raw,         // the frame as received
    tag,         // any tag of the source
    host,        // the sending host
    source,      // the name of the source
    time,        // the event's time, RFC 3339
    severity,    // syslog.severity, 0 (emergency) to 7 (debug): ordered by rank
    facility,    // syslog.facility
    priority,    // syslog.priority: facility × 8 + severity
    app,         // syslog.appName
    procid,      // syslog.procid
    msgid,       // syslog.msgid
    structured,  // syslog.structured.SDID.PARAM: `path` is "SDID.PARAM"
    json,        // json.PATH: `path` is "a.b"; an array on the way stands for any of its elements
    attribute,   // a field of the event by its key, e.g. docker.name, file.path: `path` is the key
    deploy,      // deploy.active, deploy.version, deploy.age
    capture,     // cap.NAME: `path` is NAME
  };
  Kind kind = Kind::text;
  std::string path = {};
  bool operator==(const FieldRef&) const = default;
};

// A value of a predicate: text, and a number where the text is one.
struct Literal {
  std::string text = {};  // ASCII letters in lower case where the predicate ignores case
  bool pattern = false;   // tokens: holds * (any bytes) or ? (any byte), else taken as it stands
  double number = 0;
  bool numeric = false;
  bool operator==(const Literal&) const = default;
};

struct Predicate {
  enum class Op : std::uint8_t {
    exists,    // the field is there
    tokens,    // values[0..] stand one after the other as whole tokens (tokens.hpp)
    equals,    // the whole value or whole tokens of it, ignoring case; numbers by value
    exact,     // the whole value, byte by byte
    contains,  // anywhere in the value, ignoring ASCII case
    wildcard,  // the whole value, ignoring case: * any bytes, ? any byte; behind a backslash *, ? and \ are themselves
    regex,     // RE2, anywhere in the value
    range,     // low <= value <= high, each end closed, open or missing; numbers by value, else by bytes
    cidr,      // an address in one of the nets
    list,      // equal to one of the values, ignoring case; of a list by name: values[0] is the name
  };
  FieldRef field = {};
  Op op = Op::exists;
  std::vector<Literal> values = {};  // tokens: in order; equals, exact, contains, wildcard, list: one; cidr: any of them
  std::string pattern = {};          // regex
  bool ignore_case = true;           // regex: the flag i
  Literal low = {}, high = {};       // range
  bool has_low = false, has_high = false, includes_low = true, includes_high = true;
  bool operator==(const Predicate&) const = default;
};

struct Node {
  enum class Kind : std::uint8_t { all, any, none, leaf, everything };  // none: NOT of its only child
  Kind kind = Kind::everything;
  std::vector<Node> children = {};
  Predicate leaf = {};
  std::size_t begin = 0, end = 0;  // bytes of the query's text that it stands for
};

}  // namespace longshore::rules
