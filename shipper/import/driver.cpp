#include "shipper/import/driver.hpp"

#include <algorithm>

namespace longshore::shipper {
namespace {

constexpr std::size_t kLongestQuote = 300;

}  // namespace

std::string text_of(const Item& driver, std::string_view option) {
  const Item* const found = driver.find(option);
  const Item* const value = found == nullptr ? nullptr : found->value();
  return value == nullptr ? std::string() : value->text;
}

std::vector<std::string> unknown_options(const Item& driver, std::initializer_list<std::string_view> known) {
  std::vector<std::string> found;
  for (const Item& argument : driver.arguments)
    if (argument.has_arguments && std::ranges::none_of(known, [&](std::string_view name) { return argument.is(name); }))
      found.push_back("option " + printable(argument.text) + "() of " + printable(driver.text) + "()");
  return found;
}

std::string printable(std::string_view text) {
  std::string out(text.substr(0, kLongestQuote));
  std::ranges::replace_if(out, [](char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

bool is_path(std::string_view text) {
  return text.starts_with('/') && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace longshore::shipper
