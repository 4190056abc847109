#include "common/config/types.hpp"

#include <fmt/format.h>

#include <charconv>
#include <concepts>
#include <cstring>

#include "common/base/secret.hpp"
#include "common/config/nearest.hpp"
#include "common/config/value.hpp"

namespace longshore::config::detail {

template <class V>
PlainType<V>::PlainType() = default;
template <class V>
PlainType<V>::~PlainType() = default;
template <class V>
void PlainType<V>::set(Rule<V> rule) {
  rule_ = std::move(rule);
}
template <class V>
void PlainType<V>::set(V least, V most) {
  range_.emplace(std::move(least), std::move(most));
}

template <class V>
std::string PlainType<V>::name() const {
  const std::string name = rule_.problem ? rule_.name : Value<V>::name();
  return range_ ? fmt::format("{}, {} to {}", name, Value<V>::print(range_->first), Value<V>::print(range_->second)) : name;
}

template <class V>
void PlainType<V>::read(const Spot& spot, void* value) const {
  V& typed = *static_cast<V*>(value);
  if (!Value<V>::read(spot, typed)) return;
  if constexpr (std::totally_ordered<V>)
    if (range_ && (typed < range_->first || range_->second < typed))
      return spot.wrong(fmt::format("{} is not between {} and {}", spot.node().scalar, Value<V>::print(range_->first),
                                    Value<V>::print(range_->second)));
  if (!rule_.problem) return;
  if (const std::string problem = rule_.problem(typed, spot.outside()); !problem.empty()) spot.wrong(problem);
}

template <class V>
std::string PlainType<V>::print(const void* value) const {
  const std::string text = Value<V>::print(*static_cast<const V*>(value));
  return text.empty() ? text : " " + text + "\n";
}

template <class V>
bool PlainType<V>::is_list() const {
  return std::is_same_v<V, std::vector<std::string>>;
}

template class PlainType<std::string>;
template class PlainType<bool>;
template class PlainType<std::int32_t>;
template class PlainType<std::uint32_t>;
template class PlainType<std::uint64_t>;
template class PlainType<double>;
template class PlainType<base::Bytes>;
template class PlainType<base::Duration>;
template class PlainType<std::vector<std::string>>;
template class PlainType<TextPairs>;
template class PlainType<std::map<std::string, std::string>>;

void ChoiceType::add(const char* text, int value) {
  texts_.emplace_back(text);
  values_.push_back(value);
}

std::string ChoiceType::name() const { return fmt::format("{}", fmt::join(texts_, ", ")); }

void ChoiceType::read(const Spot& spot, void* value) const {
  std::string text;
  if (!read_text(spot, text)) return;
  for (std::size_t i = 0; i < texts_.size(); ++i)
    if (texts_[i] == text) {
      std::memcpy(value, &values_[i], sizeof values_[i]);
      return;
    }
  spot.wrong(unknown("value", text, texts_));
}

std::string ChoiceType::print(const void* value) const {
  for (std::size_t i = 0; i < texts_.size(); ++i)
    if (std::memcmp(value, &values_[i], sizeof values_[i]) == 0) return " " + texts_[i] + "\n";
  return {};
}

void SecretType::read(const Spot& spot, void* value) const {
  std::string text;
  if (!read_text(spot, text)) return;
  auto& secret = *static_cast<base::Secret*>(value);
  if (text.starts_with("env:")) {
    const std::string name = text.substr(4);
    const auto set = spot.outside().environment(name);
    if (!set || set->empty()) return spot.wrong(fmt::format("the environment has no {}: set it, or name a file", name));
    secret = base::Secret(*set);
  } else if (from_file_) {
    auto content = spot.outside().secret_file(text);
    if (!content) return spot.wrong(content.error().message);
    secret = std::move(*content);
  } else {
    // The text may be the secret itself: it is not repeated.
    spot.wrong(fmt::format("a secret must not stand in this file: write {0}_file: PATH, or {0}: env:NAME", name_));
  }
}

std::string SecretType::print(const void* value) const {
  const auto& secret = *static_cast<const base::Secret*>(value);
  return secret.empty() || from_file_ ? std::string() : fmt::format(" \"{}\"\n", secret);
}

void OctalType::read(const Spot& spot, void* value) const {
  std::string text;
  if (!read_text(spot, text)) return;
  std::uint32_t mode = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  if (error != std::errc{} || end != text.data() + text.size() || !text.starts_with('0') || mode > 0777)
    return spot.wrong(fmt::format("\"{}\" is not an octal number from 0000 to 0777, e.g. 0660", text));
  *static_cast<std::uint32_t*>(value) = mode;
}

std::string OctalType::print(const void* value) const {
  return fmt::format(" {:04o}\n", *static_cast<const std::uint32_t*>(value));
}

std::string MapType::print(const void* value) const {
  const std::string inner = table_.print(value);
  return inner.empty() ? inner : "\n" + indent(inner, 2);
}

std::vector<Option> secret_rows(const char* name, std::size_t member, const char* help) {
  return {{.name = fmt::format("{}_file", name),
           .help = fmt::format("{}; the file that holds it", help),
           .example = fmt::format("/run/secrets/{}", name),
           .group = name,
           .type = std::make_shared<SecretType>(name, true),
           .member = member},
          {.name = name,
           .help = fmt::format("{}; the environment variable that holds it", help),
           .example = "env:NAME",
           .group = name,
           .type = std::make_shared<SecretType>(name, false),
           .member = member}};
}

}  // namespace longshore::config::detail
