// A system of a few files in memory, and a list of what was told.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "rotator/logrotate/messages.hpp"
#include "rotator/logrotate/outside.hpp"

namespace longshore::rotator {

class OutsideForTest final : public Outside {
 public:
  std::map<std::string, ConfigSource> sources;               // by path
  std::map<std::string, std::vector<std::string>> matching;  // by pattern; any other matches itself alone

  OutsideForTest& file(const std::string& path, std::string text) {
    sources[path] = {.kind = ConfigSource::Kind::file, .text = std::move(text), .names = {}, .distrusted = "", .odd = ""};
    return *this;
  }
  OutsideForTest& folder(const std::string& path, std::vector<std::string> names) {
    sources[path] = {
        .kind = ConfigSource::Kind::directory, .text = "", .names = std::move(names), .distrusted = "", .odd = ""};
    return *this;
  }

  base::Result<ConfigSource> read(const std::string& path) override {
    const auto found = sources.find(path);
    if (found == sources.end()) return base::fail(base::Code::not_found, "failed to open config file " + path);
    return found->second;
  }
  GlobMatches glob(const std::string& pattern) override {
    if (pattern == "/forbidden") return {{}, "Permission denied"};
    const auto found = matching.find(pattern);
    return {found == matching.end() ? std::vector<std::string>{pattern} : found->second, ""};
  }
  std::optional<std::uint32_t> user(const std::string& name) override { return id(name); }
  std::optional<std::uint32_t> group(const std::string& name) override { return id(name); }
  bool matches(const std::string& pattern, const std::string& name) override {
    return pattern.starts_with('*') ? name.ends_with(pattern.substr(1)) : name == pattern;
  }
  base::Result<std::string> expand_home(const std::string& path) override {
    return path.starts_with("~/") ? "/home" + path.substr(1) : path;
  }

 private:
  static std::optional<std::uint32_t> id(const std::string& name) {
    if (name == "root") return 0;
    if (name == "app") return 7;
    return std::nullopt;
  }
};

class MessagesForTest final : public Messages {
 public:
  std::vector<std::string> debugs, warnings, errors;
  void say(Level level, std::string text) override {
    (level == Level::debug ? debugs : level == Level::warning ? warnings : errors).push_back(std::move(text));
  }
  bool told(const std::string& text) const {
    return std::find(errors.begin(), errors.end(), text) != errors.end() ||
           std::find(debugs.begin(), debugs.end(), text) != debugs.end();
  }
};

}  // namespace longshore::rotator
