// One image registry (distribution's API, version 2; Docker Hub among them), by HTTP. Logs in when it is asked to: with
// Basic, or with tokens, which it keeps until they are refused. Every call blocks; what fails for a moment is asked three
// times. One thread at a time.
//
// Errors name the registry, the image and what to do. Code::not_found: no such repository or tag; permission: login or
// certificate are not accepted; unavailable, timeout, closed: not now; corrupt: it answers what it must not.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/secret.hpp"
#include "common/http/blocking_client.hpp"
#include "deployer/environment/environment.hpp"
#include "deployer/registry/manifest.hpp"

namespace longshore::deployer {

class Registry {
 public:
  explicit Registry(RegistryEntry entry);

  const std::string& host() const { return entry_.host; }

  // `path`: of the repository, "shop/web"; `reference`: a tag or a digest.
  // The digest that a tag has, as the registry says.
  base::Result<std::string> digest(const std::string& path, const std::string& reference);
  // With its digest computed here, and compared with what the registry says and with a `reference` that is one.
  base::Result<Manifest> get(const std::string& path, const std::string& reference);
  // Gives `manifest`, which the repository holds, one more tag; has it confirmed that the tag then has its digest.
  base::Result<void> tag(const std::string& path, const std::string& tag, const Manifest& manifest);
  base::Result<bool> has_blob(const std::string& path, const std::string& digest);
  base::Result<std::vector<std::string>> tags(const std::string& path);
  base::Result<std::vector<std::string>> repositories();
  // The manifest with all of its tags; no error if it is not there.
  base::Result<void> remove(const std::string& path, const std::string& digest);

 private:
  struct Ask {
    std::string method;
    std::string target;  // "/v2/…"
    std::string path;    // of the repository; empty: the whole registry
    http::Headers headers = {};
    std::shared_ptr<const std::string> body = {};
  };
  // The answer if its status is 2xx or 3xx, or 404; an error for everything else.
  base::Result<http::Response> ask(const Ask& ask);
  base::Result<http::Response> ask_with_login(const Ask& ask);
  base::Result<http::Response> send(const Ask& ask, const std::string& authorization);
  base::Result<std::string> log_in(const http::Response& refusal, const Ask& ask);
  base::Result<base::Secret> fetch_token(const std::string& url);
  base::Result<std::vector<std::string>> list(const std::string& first, const std::string& path, const char* member);
  base::Error unreachable(const base::Error& why) const;
  base::Error refused(const http::Response& answer, const Ask& ask) const;
  base::Error missing(const std::string& path, const std::string& reference);
  std::string user() const;  // for errors

  RegistryEntry entry_;
  std::string origin_;
  http::BlockingClient client_;
  std::map<std::string, std::string> logins_;  // Authorization by what it is for: "pull shop/web"
};

}  // namespace longshore::deployer
