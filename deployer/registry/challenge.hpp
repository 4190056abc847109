// What WWW-Authenticate asks for (RFC 7235 §4.1), and what is said to it: Basic (RFC 7617), or a token that another server
// hands out (distribution's token authentication). Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/secret.hpp"

namespace longshore::deployer {

struct Challenge {
  std::string scheme;                                           // in lower case: "bearer", "basic"
  std::vector<std::pair<std::string, std::string>> parameters;  // names in lower case, values without their quotes
  std::string token68;                                          // "Negotiate YII…": instead of parameters

  std::string_view get(std::string_view name) const;  // empty if there is none
};

// All challenges of one header, which may hold several. What breaks the grammar ends the reading.
std::vector<Challenge> read_challenges(std::string_view header);

// Where to ask for the token of a Bearer challenge: REALM?service=…&scope=…. Code::invalid: no usable realm, or one of
// http:// where `plain_http` is not allowed: a password would go out in the clear.
base::Result<std::string> token_url(const Challenge& bearer, bool plain_http);

// The token in the answer of such a server: "token", else "access_token". Code::corrupt: there is none.
base::Result<base::Secret> read_token(std::string_view body);

// The value of Authorization: "Basic …".
std::string basic_authorization(std::string_view username, const base::Secret& password);

}  // namespace longshore::deployer
