// Words in braces that stand for what is known only for one host and image: http://{address}:8080/version. A brace that is
// not about such a word, as in {"ok":true}, is itself. Pure.
//
//   {host}         name of the host             {tag}          tag of the image
//   {address}      address of the host          {digest}       its digest, "sha256:…"
//   {server}       its name at the balancers    {composition}  name of the composition
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace longshore::deployer {

// `values`: by word, without braces. A word that is not there stays as it is.
std::string fill_placeholders(std::string_view text, const std::map<std::string, std::string>& values);

// Empty, or which word of `text` is unknown, and what was probably meant.
std::string placeholder_problem(std::string_view text);

}  // namespace longshore::deployer
