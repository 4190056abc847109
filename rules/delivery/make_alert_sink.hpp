// From options to a sink and what carries its requests.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string_view>

#include "common/base/file_system.hpp"
#include "common/io/blocking_pool.hpp"
#include "rules/delivery/alert_sink.hpp"
#include "rules/delivery/alert_sink_options.hpp"
#include "rules/delivery/carrier.hpp"

namespace longshore::rules {

struct MadeAlertSink {
  AlertSinkOptions options;  // completed: url, per_minute, max_in_flight
  std::unique_ptr<AlertSink> sink;
  std::unique_ptr<Carrier> carrier;
};

// Code::invalid if the options lack what the type needs, or the name is not fit for a file: letters, digits, "-", "_", ".".
base::Result<MadeAlertSink> make_alert_sink(AlertSinkOptions options, boost::asio::any_io_executor loop,
                                            io::BlockingPool& pool, base::FileSystem& file_system);

std::string_view name_of(AlertSinkType type);

}  // namespace longshore::rules
