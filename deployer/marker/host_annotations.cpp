#include "deployer/marker/host_annotations.hpp"

#include <fmt/format.h>

#include <thread>

namespace longshore::deployer {

std::vector<std::string> annotate_hosts(const std::vector<Host*>& hosts, const std::string& shipper, const std::string& body,
                                        base::Duration deadline) {
  std::string url = shipper;
  while (url.ends_with('/')) url.pop_back();
  url += "/annotations";
  std::vector<base::Result<void>> results(hosts.size());
  {
    std::vector<std::jthread> threads;
    threads.reserve(hosts.size());
    for (std::size_t i = 0; i < hosts.size(); ++i)
      threads.emplace_back([&, i] { results[i] = hosts[i]->post(url, body, deadline); });
  }
  std::vector<std::string> problems;
  for (std::size_t i = 0; i < hosts.size(); ++i)
    if (!results[i])
      problems.push_back(
          fmt::format("shipper on {} was not told of the deploy: {}", hosts[i]->name(), results[i].error().message));
  return problems;
}

}  // namespace longshore::deployer
