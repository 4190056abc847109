#include "common/base/error.hpp"

#include <cerrno>
#include <system_error>

namespace longshore::base {
namespace {

Code code_of(int number) {
  switch (number) {
    case ENOENT:
      return Code::not_found;
    case EEXIST:
      return Code::exists;
    case EACCES:
    case EPERM:
    case EROFS:
      return Code::permission;
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return Code::exhausted;
    case ECONNREFUSED:
    case EHOSTUNREACH:
    case ENETUNREACH:
      return Code::unavailable;
    case ETIMEDOUT:
      return Code::timeout;
    case EPIPE:
    case ECONNRESET:
      return Code::closed;
    default:
      return Code::io;
  }
}

}  // namespace

Error errno_error(int number, std::string what) {
  return Error{code_of(number), std::move(what) + ": " + std::generic_category().message(number)};
}

}  // namespace longshore::base
