#include "deployer/registry/challenge.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <simdjson.h>

#include <algorithm>

#include "common/http/plain_client.hpp"
#include "deployer/composition/quote.hpp"

namespace longshore::deployer {
namespace {

bool is_token_character(char c) {  // RFC 7230 §3.2.6
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

std::string lowered(std::string_view text) {
  std::string low(text);
  for (char& c : low) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return low;
}

class Reader {
 public:
  explicit Reader(std::string_view header) : rest_(header) {}

  std::vector<Challenge> read() {
    std::vector<Challenge> all;
    for (;;) {
      skip(" \t,");
      const std::string_view word = token();
      if (word.empty()) return all;
      Reader ahead = *this;
      if (std::string value; !all.empty() && ahead.parameter_value(value)) {
        *this = ahead;
        all.back().parameters.emplace_back(lowered(word), std::move(value));
        continue;
      }
      all.push_back({lowered(word), {}, {}});
      read_token68(all.back().token68);
    }
  }

 private:
  void skip(std::string_view what) { rest_.remove_prefix(std::min(rest_.find_first_not_of(what), rest_.size())); }

  std::string_view token() {
    const auto* const end = std::find_if_not(rest_.begin(), rest_.end(), is_token_character);
    const std::string_view word(rest_.begin(), static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(word.size());
    return word;
  }

  // BWS "=" BWS ( token / quoted-string )
  bool parameter_value(std::string& value) {
    skip(" \t");
    if (!rest_.starts_with('=')) return false;
    rest_.remove_prefix(1);
    skip(" \t");
    if (!rest_.starts_with('"')) {
      value = token();
      return !value.empty();
    }
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        return true;
      }
      if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
      value += rest_[i];
    }
    return false;
  }

  // Behind a scheme: 1*SP token68, up to a comma or the end. A token alone is the next scheme only behind a comma.
  void read_token68(std::string& into) {
    Reader ahead = *this;
    ahead.skip(" ");
    std::size_t size = 0;
    while (size < ahead.rest_.size() && (is_token_character(ahead.rest_[size]) || ahead.rest_[size] == '/')) ++size;
    const std::size_t word = size;
    while (size < ahead.rest_.size() && ahead.rest_[size] == '=') ++size;
    if (word == 0) return;
    const std::string_view text = ahead.rest_.substr(0, size);
    ahead.rest_.remove_prefix(size);
    ahead.skip(" \t");
    if (!ahead.rest_.empty() && !ahead.rest_.starts_with(',')) return;
    into = text;
    *this = ahead;
  }

  std::string_view rest_;
};

}  // namespace

std::string_view Challenge::get(std::string_view name) const {
  for (const auto& [key, value] : parameters)
    if (key == name) return value;
  return {};
}

std::vector<Challenge> read_challenges(std::string_view header) { return Reader(header).read(); }

base::Result<std::string> token_url(const Challenge& bearer, bool plain_http) {
  std::string url(bearer.get("realm"));
  const bool plain = lowered(url).starts_with("http://");
  if (!plain && !lowered(url).starts_with("https://"))
    return base::fail(base::Code::invalid, fmt::format("asks for a token of {}, which is no URL", quote(url)));
  if (plain && !plain_http)
    return base::fail(base::Code::invalid, fmt::format("asks for a token of {}: not without TLS", quote(url)));
  char separator = url.contains('?') ? '&' : '?';
  const auto add = [&](std::string_view name, std::string_view value) {
    url += fmt::format("{}{}={}", separator, name, http::percent_encode(value));
    separator = '&';
  };
  if (!bearer.get("service").empty()) add("service", bearer.get("service"));
  for (std::string_view scopes = bearer.get("scope"); !scopes.empty();) {
    const std::size_t end = std::min(scopes.find(' '), scopes.size());
    if (end > 0) add("scope", scopes.substr(0, end));
    scopes.remove_prefix(std::min(end + 1, scopes.size()));
  }
  return url;
}

base::Result<base::Secret> read_token(std::string_view body) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(simdjson::padded_string(body)).get(object) == simdjson::SUCCESS)
    for (const char* const name : {"token", "access_token"})
      if (std::string_view token; object[name].get(token) == simdjson::SUCCESS && !token.empty() &&
                                  std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c <= '~'; }))
        return base::Secret(std::string(token));
  return base::fail(base::Code::corrupt, "answers without a token");
}

std::string basic_authorization(std::string_view username, const base::Secret& password) {
  const std::string plain = fmt::format("{}:{}", username, password.reveal());
  std::string encoded((plain.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                   reinterpret_cast<const unsigned char*>(plain.data()), static_cast<int>(plain.size()));
  encoded.resize(static_cast<std::size_t>(size));
  return "Basic " + encoded;
}

}  // namespace longshore::deployer
