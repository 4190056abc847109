// How a Compose file writes values, each read into what Docker takes: nothing, with the problem added at the spot, if it is
// not that. Pure.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/duration.hpp"
#include "common/config/nearest.hpp"
#include "common/config/spot.hpp"
#include "deployer/service/json.hpp"

namespace longshore::deployer::compose {

std::optional<std::string> read_text(const config::Spot& spot);
std::optional<bool> read_flag(const config::Spot& spot);
std::optional<std::int64_t> read_number(const config::Spot& spot);  // whole; negative ones too
std::optional<std::int64_t> read_size(const config::Spot& spot);    // bytes: 1073741824, 64m, 1.5gb; factors of 1024
std::optional<std::int64_t> read_decimal(const config::Spot& spot, std::int64_t factor);  // 0.5 and 1000 → 500
std::optional<base::Duration> read_duration(const config::Spot& spot);                    // 1m30s

std::optional<std::vector<std::string>> read_texts(const config::Spot& spot);          // a list
std::optional<std::vector<std::string>> read_text_or_texts(const config::Spot& spot);  // or one alone
// A map, or a list of NAME=VALUE; null stands where there is no value. A name that stands twice in a list is a problem.
std::optional<std::map<std::string, std::optional<std::string>>> read_pairs(const config::Spot& spot);

std::optional<Json> read_map(const config::Spot& spot);  // the same; an empty text where there is no value

// One text, split as a shell does; a list as it is.
std::optional<std::vector<std::string>> read_command(const config::Spot& spot);

Json json_of(const std::vector<std::string>& texts);

// Readers that put what they read into a variable, which stays as it is if the value is wrong.
std::function<void(const config::Spot&)> into(std::string& text);
std::function<void(const config::Spot&)> into(bool& flag);

// Whether a map has the key, with a value.
bool is_given(const config::Spot& map, std::string_view key);

// The members of a map by their names; null values are as if they were not there, x-… are left out, others are unknown.
struct Member {
  const char* name;
  std::function<void(const config::Spot&)> read;
};
void read_members(const config::Spot& map, const std::vector<Member>& members);

// What is wrong with naming `name`, a `kind` that the file declares, where it declares only `declared`.
template <class T>
std::string undeclared(std::string_view kind, const std::string& name, const std::map<std::string, T>& declared) {
  std::vector<std::string> known;
  for (const auto& [each, value] : declared) known.push_back(each);
  return known.empty() ? fmt::format("{0} \"{1}\" is not declared in \"{0}s\" of the file", kind, name)
                       : config::unknown(kind, name, known);
}

bool is_absolute(std::string_view path);
// Without a slash at the end and doubled ones, so that /a/ and //a are /a.
std::string clean_path(std::string_view path);

}  // namespace longshore::deployer::compose
