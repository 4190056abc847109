// One alert through a real sink, to see that it arrives: `rules send-test`. Nothing is kept on disk. Loop thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "common/base/file_system.hpp"
#include "common/io/blocking_pool.hpp"
#include "common/io/task.hpp"
#include "common/io/timers.hpp"
#include "rules/alert/alert_change.hpp"
#include "rules/delivery/alert_sink_options.hpp"

namespace longshore::rules {

// Sends `change` and waits until the sink has settled it, at most `limit`. Code::permission: refused for good;
// or needing a person; Code::timeout: not settled in time, with what the last answer was; Code::invalid: the options lack
// what the type needs.
io::Task<base::Result<void>> send_test(AlertSinkOptions options, AlertChange change, boost::asio::any_io_executor loop,
                                       io::BlockingPool& pool, io::Timers& timers, base::FileSystem& file_system,
                                       base::Duration limit);

}  // namespace longshore::rules
