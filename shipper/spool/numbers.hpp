// Numbers in the bytes of files: little-endian, at any address. The caller has checked that they lie in the bytes.
#pragma once

#include <bit>
#include <cstring>

namespace longshore::shipper {

static_assert(std::endian::native == std::endian::little, "numbers and events are written as they stand in memory");

template <class T>
void put_number(char* at, T value) {
  std::memcpy(at, &value, sizeof value);
}

template <class T>
T get_number(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

}  // namespace longshore::shipper
