#include "deployer/commands/registry_options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/config/nearest.hpp"
#include "deployer/composition/image.hpp"
#include "deployer/composition/quote.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::Result;

Result<void> set(RegistryEntry& entry, const std::string& key, const std::string& value, const config::Outside& outside) {
  static const std::vector<std::string> kKeys = {"plain_http", "ca_file", "username", "password", "password_file"};
  if (key == "plain_http" && value.empty()) {
    entry.plain_http = true;
  } else if (key == "ca_file" && !value.empty()) {
    TRY_VOID(outside.readable(value));
    entry.ca_file = value;
  } else if (key == "username" && !value.empty()) {
    entry.username = value;
  } else if (key == "password" && value.starts_with("env:")) {
    auto password = outside.environment(value.substr(4));
    if (!password || password->empty())
      return base::fail(Code::invalid, fmt::format("the environment variable {} is not set", quote(value.substr(4))));
    entry.password = base::Secret(*std::move(password));
  } else if (key == "password") {
    return base::fail(Code::invalid, "a password has no place on a command line: password=env:NAME or password_file=PATH");
  } else if (key == "password_file" && !value.empty()) {
    TRY(password, outside.secret_file(value));
    entry.password = std::move(password);
  } else if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) {
    return base::fail(Code::invalid, config::unknown("option", key, kKeys));
  } else {
    return base::fail(Code::invalid, key == "plain_http" ? "plain_http has no value" : key + " needs a value");
  }
  return {};
}

}  // namespace

Result<RegistryEntry> read_registry(std::string_view text, const config::Outside& outside) {
  RegistryEntry entry;
  const std::string all(text);
  const auto wrong = [&](std::string_view why) {
    return base::fail(Code::invalid, fmt::format("--registry {}: {}", quote(all), why));
  };
  entry.host = text.substr(0, text.find(','));
  if (const auto image = parse_image(entry.host + "/x"); !image || image->domain != entry.host)
    return wrong(fmt::format("{} is no registry as images name it: HOST:PORT, without https://", quote(entry.host)));
  text.remove_prefix(std::min(entry.host.size() + 1, text.size()));
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const std::size_t equals = std::min(word.find('='), word.size());
    const auto good = set(entry, std::string(word.substr(0, equals)),
                          std::string(word.substr(std::min(equals + 1, word.size()))), outside);
    if (!good && word.starts_with("password="))
      return base::fail(Code::invalid, "--registry " + entry.host + ": " + good.error().message);
    if (!good) return wrong(good.error().message);
  }
  if (entry.username.empty() != entry.password.empty())
    return wrong("username and password (or password_file) belong together");
  return entry;
}

Result<Registries> registries_of(const CompositionOptions& options, const Surroundings& surroundings) {
  std::vector<RegistryEntry> entries;
  for (const std::string& text : options.registries) {
    TRY(entry, read_registry(text, config::real_outside()));
    entries.push_back(std::move(entry));
  }
  for (const std::string& file : options.environments) {
    TRY(environment, surroundings.environment(file));
    entries.insert(entries.end(), environment.registries.begin(), environment.registries.end());
  }
  return Registries(std::move(entries));
}

}  // namespace longshore::deployer
