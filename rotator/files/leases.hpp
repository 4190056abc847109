// Who else has a file open, as far as the kernel tells: by asking for a lease, which is given back at once. A program that
// opens the file in that moment waits for it.
#pragma once

namespace longshore::rotator {

enum class OpenElsewhere { no, yes, unknown };  // unknown: no leases on this file system, or not for us

OpenElsewhere is_written_elsewhere(int file);  // `file`: O_RDONLY
OpenElsewhere is_open_elsewhere(int file);

}  // namespace longshore::rotator
