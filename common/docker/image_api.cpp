#include "common/docker/image_api.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/json.hpp"
#include "common/docker/json.hpp"
#include "common/http/plain_client.hpp"

namespace longshore::docker {
namespace {

using base::Code;
using base::fail;
using base::Result;
using http::percent_encode;
using namespace std::chrono_literals;

constexpr std::size_t kMaxLine = 64 * 1024;

// In a path the slashes of an image stay.
std::string in_path(std::string_view image) {
  std::string path;
  while (true) {
    const std::size_t slash = std::min(image.find('/'), image.size());
    path += percent_encode(image.substr(0, slash));
    if (slash == image.size()) return path;
    path += '/';
    image.remove_prefix(slash + 1);
  }
}

std::string base64url(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    unsigned group = 0;
    for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) out += i <= count ? kDigits[group >> (18 - 6 * i) & 63] : '=';
  }
  return out;
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

// Daemons give most errors of a registry as 500 with the registry's words.
Code registry_code(std::string_view message, Code otherwise) {
  if (otherwise == Code::not_found) return otherwise;
  if (has_any(message, {"unauthorized", "authentication required", "no basic auth credentials", "denied", "403 Forbidden"}))
    return Code::permission;
  if (has_any(message, {"manifest unknown", "name unknown", "not found"})) return Code::not_found;
  return otherwise;
}

template <class Object>
std::vector<std::string> digests_of(const Object& image) {
  std::vector<std::string> digests;
  simdjson::dom::array array;
  if (image["RepoDigests"].get(array) == simdjson::SUCCESS)
    for (const simdjson::dom::element element : array)
      if (std::string digest = text_of(element); !digest.empty()) digests.push_back(std::move(digest));
  return digests;
}

}  // namespace

std::string registry_auth(std::string_view server, std::string_view username, std::string_view password) {
  return base64url(
      base::JsonObject().text("username", username).text("password", password).text("serveraddress", server).take());
}

ApiRequest pull_image(std::string_view image, std::string auth, base::Duration timeout) {
  return {.method = "POST",
          .target = "/images/create?fromImage=" + percent_encode(image),
          .registry_auth = std::move(auth),
          .timeout = timeout};
}
ApiRequest list_images() { return {"GET", "/images/json"}; }
ApiRequest inspect_image(std::string_view image) { return {"GET", "/images/" + in_path(image) + "/json"}; }
ApiRequest remove_image(std::string_view image) {
  return {.method = "DELETE", .target = "/images/" + in_path(image), .timeout = 120s};
}
ApiRequest inspect_distribution(std::string_view image, std::string auth) {
  return {.method = "GET", .target = "/distribution/" + in_path(image) + "/json", .registry_auth = std::move(auth)};
}

Result<std::vector<std::string>> read_images(std::string_view body) {
  Json parser;
  TRY(array, parser.array(body, "list of images"));
  std::vector<std::string> all;
  for (const simdjson::dom::element image : array)
    for (std::string& digest : digests_of(image)) all.push_back(std::move(digest));
  std::sort(all.begin(), all.end());
  return all;
}

Result<std::vector<std::string>> read_image(std::string_view body) {
  Json parser;
  TRY(root, parser.object(body, "image"));
  return digests_of(root);
}

Result<std::string> read_distribution(std::string_view body) {
  Json parser;
  TRY(root, parser.object(body, "description of an image"));
  std::string digest = text_of(root["Descriptor"]["digest"]);
  if (digest.empty()) return fail(Code::corrupt, "the Docker API describes an image without a digest");
  return digest;
}

Result<void> check_registry_answer(int status, std::string_view body) {
  auto checked = check_answer(status, body);
  if (!checked) checked.error().code = registry_code(checked.error().message, checked.error().code);
  return checked;
}

void PullProgress::add(std::string_view bytes) {
  for (const char c : bytes) {
    if (c == '\n')
      read_line();
    else if (line_.size() < kMaxLine)
      line_ += c;
  }
}

void PullProgress::read_line() {
  Json parser;
  if (const auto object = parser.object(line_, "progress")) {
    std::string error = text_of((*object)["errorDetail"]["message"]);
    if (error.empty()) error = text_of((*object)["error"]);
    if (!error.empty()) error_ = std::move(error);
  }
  line_.clear();
}

Result<void> PullProgress::outcome() const {
  PullProgress all = *this;
  all.read_line();  // the last one may have no end
  if (all.error_.empty()) return {};
  return check_registry_answer(500, all.error_);
}

}  // namespace longshore::docker
