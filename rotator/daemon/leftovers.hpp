// What a rotation or a compression leaves beside archives only when it is killed, by its name. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longshore::rotator {

// The log to which the journal, the unfinished archive or a record of paused writers or of a renaming belongs; nothing: it
// is none of these.
std::optional<std::string> log_of_leftover(std::string_view name);

// Temporary files of the log's archives; `names` are sorted. Whether somebody still has one open is not known here.
std::vector<std::string> temporaries_of(const std::vector<std::string>& names, const std::string& log,
                                        const std::string& keep_extension);

// What is left beside a log that is renamed; `names` are sorted.
bool is_being_renamed(const std::vector<std::string>& names, const std::string& log);

// Whether there is any of the others for the log, beside its archives; `names` are sorted.
bool has_leftovers(const std::vector<std::string>& names, const std::string& log, const std::string& keep_extension);

}  // namespace longshore::rotator
