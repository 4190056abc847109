// Manifests as registries keep them: Docker's version 2 and list, OCI's manifest and index. Their bytes are what counts: the
// digest is the SHA-256 of them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"

namespace longshore::deployer {

// The value of Accept with which a registry gives any of the four, as it was pushed.
inline constexpr std::string_view kManifestTypes =
    "application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json";

struct Manifest {
  std::string bytes;
  std::string media_type;  // without parameters
  std::string digest;      // of the bytes, computed here
};

// What a manifest is made of: other manifests, of each platform, or the configuration and the layers of an image.
struct Part {
  std::string digest;
  std::uint64_t size = 0;  // bytes
  bool manifest = false;   // else a blob
};

std::string digest_of(std::string_view bytes);

// Code::invalid: of none of the four kinds; corrupt: no such JSON, or a part without a proper digest. Layers that come from
// elsewhere ("urls") are left out: no registry needs to hold them.
base::Result<std::vector<Part>> parts_of(const Manifest& manifest);

}  // namespace longshore::deployer
