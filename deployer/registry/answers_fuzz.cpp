// Any bytes are what a registry says, or errors.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "deployer/registry/answers.hpp"
#include "deployer/registry/challenge.hpp"
#include "deployer/registry/manifest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longshore::deployer;
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const Challenge& challenge : read_challenges(text)) {
    if (challenge.scheme.empty()) std::abort();
    if (const auto url = token_url(challenge, false); url && url->substr(0, 5).find(':') == 4) std::abort();  // http:
  }
  if (const auto next = next_page(text, "https://r"); next && !next->starts_with('/')) std::abort();
  read_registry_error(text);
  (void)read_token(text);
  (void)read_list(text, "tags");
  for (const char* type : {"application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json"})
    (void)parts_of({text, type, digest_of(text)});
  return 0;
}
