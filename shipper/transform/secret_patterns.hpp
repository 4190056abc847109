// What the built-in patterns of `redact` look for. The first group that takes part is the secret; the rest is context and
// stays.
#pragma once

#include <array>
#include <string_view>

namespace longshore::shipper {

struct SecretPattern {
  std::string_view name;
  std::string_view regex;
};

// Names of settings whose value is a secret, also as part of a longer name: db_password, X-Auth-Token,
// AWS_SECRET_ACCESS_KEY.
#define LONGSHORE_SECRET_NAME \
  "(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)"

inline constexpr std::string_view kSecretName = "(?i)" LONGSHORE_SECRET_NAME;

inline constexpr std::array kTokenPatterns = {
    SecretPattern{"token", R"re((?i)\b(?:bearer|basic)\s+([a-z0-9._~+/-]{16,}=*))re"},
    SecretPattern{"token", R"re((?i)authorization\\?["']?\s*[:=]\s*\\?["']?(?:[a-z]+\s+)?([^\s"'\\,;]{4,}))re"},
    SecretPattern{"jwt", R"re(\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?)re"},
    // name=value, name: value, "name":"value", name="a value"; in JSON inside JSON the quotes are \".
    SecretPattern{
        "token",
        "(?i)" LONGSHORE_SECRET_NAME
        R"re((?:[_0-9-][a-z0-9_-]*)?(?:\\?["'])?\s*[:=]\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|\\*["']?([^\s"'\\&,;(){}\[\]]+)))re"},
    SecretPattern{"password", R"re(://[^\s/@:"']*:([^\s/@"']+)@)re"},  // https://user:password@host
};

inline constexpr std::array kKeyPatterns = {
    SecretPattern{"aws-key", R"re(\b((?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16})\b)re"},
    SecretPattern{"aws-secret",
                  R"re((?i)aws[^\n]{0,40}?(?:secret|key)[^\n]{0,20}?[^a-z0-9/+=]([a-z0-9/+]{40})(?:[^a-z0-9/+=]|$))re"},
    SecretPattern{"github-key", R"re(\bgh[opsur]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,})re"},
    SecretPattern{"slack-key", R"re(\bxox[abeoprs]-[A-Za-z0-9-]{10,}|hooks\.slack\.com/services/([A-Za-z0-9/]+))re"},
    SecretPattern{"private-key",
                  R"re((?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\z))re"},
};

}  // namespace longshore::shipper
