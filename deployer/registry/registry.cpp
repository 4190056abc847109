#include "deployer/registry/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "deployer/composition/image.hpp"
#include "deployer/composition/quote.hpp"
#include "deployer/registry/answers.hpp"
#include "deployer/registry/challenge.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::size_t kMostBody = 8 << 20;  // registries refuse manifests of more than 4 MiB

std::string name_of(const std::string& path, const std::string& reference) {
  return path + (is_digest(reference) ? "@" : ":") + reference;
}

std::string manifest_target(const std::string& path, const std::string& reference) {
  return fmt::format("/v2/{}/manifests/{}", path, reference);
}

std::string media_type_of(const http::Response& answer) {
  const std::string_view type = answer.header("content-type");
  return std::string(type.substr(0, type.find_first_of("; \t")));
}

}  // namespace

Registry::Registry(RegistryEntry entry)
    : entry_(std::move(entry)),
      origin_(registry_origin(entry_.host, entry_.plain_http)),
      client_({.ca_file = entry_.ca_file, .user_agent = "longshore-deployer", .body_limit = kMostBody + 1}) {}

Result<std::string> Registry::digest(const std::string& path, const std::string& reference) {
  TRY(answer, ask({"HEAD", manifest_target(path, reference), path, {{"Accept", std::string(kManifestTypes)}}}));
  if (answer.status == 404) return base::fail(missing(path, reference));
  const std::string_view digest = answer.header("docker-content-digest");
  if (is_digest(digest)) return std::string(digest);
  TRY(manifest, get(path, reference));  // the header is not everywhere
  return manifest.digest;
}

Result<Manifest> Registry::get(const std::string& path, const std::string& reference) {
  TRY(answer, ask({"GET", manifest_target(path, reference), path, {{"Accept", std::string(kManifestTypes)}}}));
  if (answer.status == 404) return base::fail(missing(path, reference));
  const auto corrupt = [&](std::string_view what) {
    return base::fail(Code::corrupt, fmt::format("{}: {}: {}", host(), name_of(path, reference), what));
  };
  if (answer.body.size() > kMostBody) return corrupt("a manifest of more than 8 MiB");
  Manifest manifest{.bytes = std::move(answer.body), .media_type = media_type_of(answer), .digest = {}};
  manifest.digest = digest_of(manifest.bytes);
  for (const std::string_view said : {answer.header("docker-content-digest"), std::string_view(reference)})
    if (is_digest(said) && said != manifest.digest)
      return corrupt(
          fmt::format("its manifest is not what it should be: said to be {}, its bytes are {}", said, manifest.digest));
  if (const auto parts = parts_of(manifest); !parts) return corrupt(parts.error().message);
  return manifest;
}

Result<void> Registry::tag(const std::string& path, const std::string& tag, const Manifest& manifest) {
  const auto body = std::make_shared<const std::string>(manifest.bytes);
  TRY(answer, ask({"PUT", manifest_target(path, tag), path, {{"Content-Type", manifest.media_type}}, body}));
  if (answer.status == 404) return base::fail(missing(path, tag));
  TRY(now, digest(path, tag));
  if (now == manifest.digest) return {};
  return base::fail(Code::corrupt, fmt::format("{}: {} was given the manifest {}, and now has {}", host(),
                                               name_of(path, tag), manifest.digest, now));
}

Result<bool> Registry::has_blob(const std::string& path, const std::string& digest) {
  TRY(answer, ask({"HEAD", fmt::format("/v2/{}/blobs/{}", path, digest), path}));
  return answer.status != 404;  // a redirection leads to where the blob is
}

Result<std::vector<std::string>> Registry::tags(const std::string& path) {
  return list(fmt::format("/v2/{}/tags/list?n=1000", path), path, "tags");
}

Result<std::vector<std::string>> Registry::repositories() { return list("/v2/_catalog?n=1000", "", "repositories"); }

Result<std::vector<std::string>> Registry::list(const std::string& first, const std::string& path, const char* member) {
  std::vector<std::string> all;
  for (std::optional<std::string> target = first; target;) {
    TRY(answer, ask({"GET", *target, path}));
    if (answer.status == 404)
      return base::fail(Code::not_found, path.empty() ? fmt::format("{}: does not list its repositories", host())
                                                      : fmt::format("{}: has no repository {}", host(), path));
    const auto page = read_list(answer.body, member);
    if (!page) return base::fail(page.error().code, fmt::format("{}: {}", host(), page.error().message));
    all.insert(all.end(), page->begin(), page->end());
    auto next = next_page(answer.header("link"), origin_);
    if (next == target) break;  // it goes in circles
    target = std::move(next);
  }
  return all;
}

Result<void> Registry::remove(const std::string& path, const std::string& digest) {
  TRY(answer, ask({"DELETE", manifest_target(path, digest), path}));
  return {};
}

Result<http::Response> Registry::ask(const Ask& ask) {
  for (int attempt = 1;; ++attempt) {
    auto answer = ask_with_login(ask);
    const bool momentary = answer ? answer->status == 429 || answer->status >= 500
                                  : answer.error().code == Code::unavailable || answer.error().code == Code::closed;
    if (momentary && attempt < 3) {
      std::this_thread::sleep_for(std::chrono::milliseconds(300) * attempt);
      continue;
    }
    if (!answer || (answer->status >= 200 && answer->status < 400) || answer->status == 404) return answer;
    return base::fail(refused(*answer, ask));
  }
}

Result<http::Response> Registry::ask_with_login(const Ask& ask) {
  const bool pulls = ask.method == "GET" || ask.method == "HEAD";
  std::string& login = logins_[(pulls ? "pull " : "push ") + ask.path];
  TRY(answer, send(ask, login));
  if (answer.status != 401) return answer;
  TRY(authorization, log_in(answer, ask));
  login = authorization;
  return send(ask, login);
}

Result<http::Response> Registry::send(const Ask& ask, const std::string& authorization) {
  http::Request request{.method = ask.method, .url = origin_ + ask.target, .headers = ask.headers, .body = ask.body};
  if (!authorization.empty()) request.headers.emplace_back("Authorization", authorization);
  auto answer = client_.send(std::move(request));
  if (!answer) return base::fail(unreachable(answer.error()));
  return answer;
}

Result<std::string> Registry::log_in(const http::Response& refusal, const Ask& ask) {
  bool basic = false;
  for (const auto& [name, value] : refusal.headers) {
    if (name != "www-authenticate") continue;
    for (const Challenge& challenge : read_challenges(value)) {
      basic = basic || challenge.scheme == "basic";
      if (challenge.scheme != "bearer") continue;
      auto url = token_url(challenge, entry_.plain_http);
      if (!url) return base::fail(url.error().code, fmt::format("{}: {}", host(), url.error().message));
      TRY(token, fetch_token(*url));
      return fmt::format("Bearer {}", token.reveal());
    }
  }
  if (basic && !entry_.username.empty()) return basic_authorization(entry_.username, entry_.password);
  return base::fail(refused(refusal, ask));
}

Result<base::Secret> Registry::fetch_token(const std::string& url) {
  http::Request request{.url = url};
  if (!entry_.username.empty())
    request.headers.emplace_back("Authorization", basic_authorization(entry_.username, entry_.password));
  auto answer = client_.send(std::move(request));
  if (!answer) return base::fail(unreachable(answer.error()));
  const std::string where = fmt::format("{}: its token server {}", host(), url.substr(0, url.find('?')));
  if (answer->status == 401 || answer->status == 403)
    return base::fail(Code::permission,
                      fmt::format("{} refuses {} ({}): check username and password", where, user(), answer->status));
  if (answer->status != 200)
    return base::fail(answer->status >= 500 || answer->status == 429 ? Code::unavailable : Code::corrupt,
                      fmt::format("{} answers {}", where, answer->status));
  auto token = read_token(answer->body);
  if (!token) return base::fail(token.error().code, fmt::format("{} {}", where, token.error().message));
  return token;
}

std::string Registry::user() const {
  return entry_.username.empty() ? "a request without a login" : "user " + quote(entry_.username);
}

Error Registry::unreachable(const Error& why) const {
  if (why.code != Code::permission) return {why.code, fmt::format("registry {} cannot be reached: {}", host(), why.message)};
  return {
      why.code,
      fmt::format("registry {}: no TLS with it, trusting {}: {}; give its CA as ca_file, or say plain_http if it has no TLS",
                  host(), entry_.ca_file.empty() ? "the system's CAs" : entry_.ca_file, why.message)};
}

Error Registry::refused(const http::Response& answer, const Ask& ask) const {
  const std::string what = fmt::format("{}: {} of {}", host(), ask.method, ask.path.empty() ? "its catalog" : ask.path);
  const RegistryError said = read_registry_error(answer.body);
  const std::string words =
      said.code.empty() && said.message.empty() ? "" : fmt::format(" ({}: {})", said.code, quote(said.message));
  if (answer.status == 401 || answer.status == 403)
    return {Code::permission,
            fmt::format("{}: {} is refused with {}{}: {}{}", what, user(), answer.status, words,
                        entry_.username.empty() ? "give username and password of this registry"
                                                : "check username, password and what the user may do",
                        host() == "docker.io" ? "; Docker Hub says so too where there is no such repository" : "")};
  if (answer.status == 405 && ask.method == "DELETE")
    return {Code::permission,
            fmt::format("{}: the registry does not let manifests be deleted (storage.delete.enabled)", what)};
  const bool momentary = answer.status == 429 || answer.status >= 500;
  return {momentary ? Code::unavailable : Code::corrupt,
          fmt::format("{}: answers {}{}{}", what, answer.status, words, answer.status == 429 ? ": too many requests" : "")};
}

Error Registry::missing(const std::string& path, const std::string& reference) {
  std::string advice;
  const auto known = tags(path);
  if (known && !known->empty() && !is_digest(reference))
    advice = fmt::format("; it has {}", fmt::join(most_like(reference, *known), ", "));
  if (!known && known.error().code == Code::not_found) {
    const auto all = repositories();
    return {Code::not_found,
            fmt::format("{}: has no repository {}{}", host(), path,
                        all && !all->empty() ? fmt::format("; it has {}", fmt::join(most_like(path, *all), ", ")) : "")};
  }
  return {Code::not_found, fmt::format("{}: has no {}{}", host(), name_of(path, reference), advice)};
}

}  // namespace longshore::deployer
