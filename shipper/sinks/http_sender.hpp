// Delivers payloads as the bodies of HTTP POSTs: Loggly's bulk endpoint, or any that takes one event a line.
#pragma once

#include <memory>
#include <string>

#include "common/http/client.hpp"
#include "common/io/blocking_pool.hpp"
#include "common/io/timers.hpp"
#include "shipper/config/sink_options.hpp"
#include "shipper/sinks/daily_budget.hpp"
#include "shipper/sinks/http_outcome.hpp"
#include "shipper/sinks/sender.hpp"
#include "shipper/sinks/sink_log.hpp"

namespace longshore::shipper {

struct HttpSenderOptions {
  std::string name;  // for the log
  std::string url;   // may hold the token: never logged
  http::Headers headers;
  std::string partition_header;  // carries the payload's partition (X-LOGGLY-TAG); empty: none
  std::string ca_file;
  base::Duration timeout = std::chrono::seconds(30);
  Compression compress = Compression::none;
  bool compression_may_be_refused =
      false;  // the first answer other than an acknowledgement turns it off: Loggly documents none
  std::uint32_t max_in_flight = 4;
  Acknowledgement acknowledgement = Acknowledgement::status;
  base::Bytes daily_budget{0};  // of bodies before compression; 0: none
};

class HttpSender final : public Sender {
 public:
  HttpSender(boost::asio::any_io_executor loop, io::BlockingPool& pool, io::Timers& timers, SinkLog log,
             HttpSenderOptions options);
  io::Task<Outcome> send(const Payload& payload) override;
  void close() override { client_.reset(); }

 private:
  io::BlockingPool& pool_;
  io::Timers& timers_;
  SinkLog log_;
  HttpSenderOptions options_;
  DailyBudget budget_;
  bool compression_proven_;
  std::unique_ptr<http::Client> client_;
};

}  // namespace longshore::shipper
