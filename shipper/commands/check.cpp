#include <boost/asio/io_context.hpp>
#include <cstdio>

#include "shipper/commands/commands.hpp"
#include "shipper/pipeline/pipeline.hpp"

namespace longshore::shipper {

int check(const ConfigSource& source, bool print_only) {
  base::Result<Config> config = source.load();
  if (!config) {
    std::fprintf(stderr, "%s\n", config.error().message.c_str());
    return kConfiguration;
  }
  if (print_only) {
    std::fputs(print_config(*config).c_str(), stdout);
    return kOk;
  }
  // Everything that a start would open is opened, and closed again: certificates, patterns, addresses, the spool.
  boost::asio::io_context loop(1);
  const base::Result<std::unique_ptr<Pipeline>> pipeline = Pipeline::make(loop, std::move(*config));
  if (!pipeline) {
    std::fprintf(stderr, "%s\n", pipeline.error().message.c_str());
    return pipeline.error().code == base::Code::exists ? kUnavailable : kConfiguration;
  }
  // A start would ship without these rules, and raise an alert: to check is to find out before.
  if (const std::string problems = (*pipeline)->status().rules.problems; !problems.empty()) {
    std::fputs(problems.c_str(), stderr);
    return kConfiguration;
  }
  std::puts("configuration is good");
  return kOk;
}

}  // namespace longshore::shipper
