// The name by which every sink knows an alert: the same for all of its episodes, different for any two alerts. Pure.
//
//   scope host:  rule|host|value|value    each host opens and closes its own
//   scope fleet: rule|value|value         one alert for all hosts
//
// `|` and `\` in a part are written with a `\` before them, control characters and bytes that are not UTF-8 as `\xHH`: no
// two alerts of a rule share a name. Only a name of more than 512 bytes is hashed: its beginning, then `#` and 32
// hexadecimal digits of FNV-1a (128 bits, offset 0x6c62272e07bb014262b821756295c58d, prime 2^88 + 0x13b) over the whole.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace longshore::rules {

inline constexpr std::size_t kLongestAlias = 512;  // bytes

// `name` itself if it has at most `most` bytes, 64 or more; else hashed as above.
std::string shorten_name(std::string_view name, std::size_t most);

// `host`: of scope host; nothing for scope fleet. `group`: the values of group_by, in its order.
std::string alert_alias(std::string_view rule, std::optional<std::string_view> host, std::span<const std::string> group);

}  // namespace longshore::rules
