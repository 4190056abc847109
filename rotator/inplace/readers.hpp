// Programs that follow a log may say how far they have read, so that nothing is removed before: with a shared lock
// (F_OFD_SETLK, F_RDLCK) from that place to the end of the file. It costs them one call a read, and it is gone with them.
#pragma once

#include <chrono>
#include <cstdint>

namespace longshore::rotator {

// Whether one says where it is.
bool has_reader(int fd);
// Waits until none is before `end`, not longer than `patience`. Returns how many bytes one still has to read then.
std::uint64_t wait_for_readers(int fd, std::uint64_t end, std::chrono::milliseconds patience);
// Waits until no reader says a place behind `size`, the end of the file: one that does has not seen that it was emptied.
// Returns how far behind it is then.
std::uint64_t wait_for_readers_behind(int fd, std::uint64_t size, std::chrono::milliseconds patience);

}  // namespace longshore::rotator
