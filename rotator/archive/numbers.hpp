// Numbers in the bytes of archives: little-endian, at any address. The caller has checked that they lie in the bytes.
#pragma once

#include <bit>
#include <cstring>
#include <string>

namespace longshore::rotator {

static_assert(std::endian::native == std::endian::little, "numbers are written as they stand in memory");

template <class T>
void append_number(std::string& to, T value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
T get_number(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

}  // namespace longshore::rotator
