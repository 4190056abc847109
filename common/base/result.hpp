// Expected failures are values. Exceptions are left to bugs and to libraries, and are caught where the library is wrapped.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "common/base/error.hpp"

namespace longshore::base {

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Code code, std::string message) {
  return std::unexpected<Error>(Error{code, std::move(message)});
}
inline std::unexpected<Error> fail(Error error) { return std::unexpected<Error>(std::move(error)); }
inline std::unexpected<Error> fail_errno(int number, std::string what) {
  return std::unexpected<Error>(errno_error(number, std::move(what)));
}

}  // namespace longshore::base

// TRY(name, expression): binds `name` to the value, or returns the error from the enclosing function.
// TRY_VOID(expression): the same for Result<void>. Neither is for coroutines (write the `if` there).
#define LONGSHORE_CONCAT_(a, b) a##b
#define LONGSHORE_CONCAT(a, b) LONGSHORE_CONCAT_(a, b)
#define TRY(name, ...) TRY_NAMED_(name, LONGSHORE_CONCAT(try_result_, __LINE__), __VA_ARGS__)
#define TRY_NAMED_(name, temporary, ...)                                \
  auto temporary = (__VA_ARGS__);                                       \
  if (!temporary) return std::unexpected(std::move(temporary).error()); \
  auto name = std::move(*temporary)
#define TRY_VOID(...)                                                                                        \
  do {                                                                                                       \
    if (auto try_result = (__VA_ARGS__); !try_result) return std::unexpected(std::move(try_result).error()); \
  } while (false)
