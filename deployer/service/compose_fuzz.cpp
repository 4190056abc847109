// Any bytes: services that can be hashed and created, or mistakes with their place. Before the first zero byte stands the
// Compose file, behind it what an env_file holds.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "deployer/service/compose_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longshore;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::string_view yaml = all.substr(0, all.find('\0'));
  const std::string file(all.substr(std::min(yaml.size() + 1, all.size())));
  const deployer::Outside outside{
      [&](const std::string&) -> base::Result<std::string> { return file; },
      [](const std::string& name) { return name.size() % 2 == 0 ? std::nullopt : std::optional<std::string>("80"); }};
  const auto services = deployer::read_compose(yaml, "c.yaml", "p", outside);
  if (!services) {
    if (!services.error().message.starts_with("c.yaml:")) std::abort();
    return 0;
  }
  for (const auto& [name, service] : *services) {
    const std::string body = service.create_body("image", {{"longshore.component", name}});
    if (service.hash().size() != 16 || !body.starts_with('{') || !body.ends_with('}')) std::abort();
    for (const auto& network : service.networks)
      if (network.name.empty() || network.endpoint.empty()) std::abort();
  }
  return 0;
}
