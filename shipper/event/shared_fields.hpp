// Lines of one container carry the same fields again and again: they are kept once in an arena.
#pragma once

#include "shipper/event/arena.hpp"

namespace longshore::shipper {

// `fresh`: fields just appended, the arena's end. If `last` holds the same bytes, they are taken out again and `last` is
// returned; otherwise `last` becomes `fresh`. Whatever `last` is and whichever batch it came from, the bytes decide.
inline Slice share_fields(Arena& arena, Slice fresh, Slice& last) {
  if (std::size_t{last.offset} + last.size <= fresh.offset && arena.view(last) == arena.view(fresh)) {
    arena.truncate(fresh.offset);
    return last;
  }
  return last = fresh;
}

}  // namespace longshore::shipper
