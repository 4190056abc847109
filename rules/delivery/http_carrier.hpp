// Carries requests over HTTP.
#pragma once

#include "common/http/client.hpp"
#include "rules/delivery/alert_sink_options.hpp"
#include "rules/delivery/carrier.hpp"

namespace longshore::rules {

class HttpCarrier final : public Carrier {
 public:
  HttpCarrier(boost::asio::any_io_executor loop, const AlertSinkOptions& options);
  io::Task<AlertAnswer> carry(AlertRequest request) override;

 private:
  base::Duration timeout_;
  http::Client client_;
};

}  // namespace longshore::rules
