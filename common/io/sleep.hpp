// Waiting for a time on the loop; ends early, with false, when the task is cancelled.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "common/base/duration.hpp"
#include "common/io/task.hpp"

namespace longshore::io {

Task<bool> sleep_for(base::Duration duration);

}  // namespace longshore::io
