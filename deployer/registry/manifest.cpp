#include "deployer/registry/manifest.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <simdjson.h>

#include "deployer/composition/image.hpp"
#include "deployer/composition/quote.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using simdjson::dom::element;

bool is_index(std::string_view type) {
  return type == "application/vnd.docker.distribution.manifest.list.v2+json" ||
         type == "application/vnd.oci.image.index.v1+json";
}

// False: it has no digest.
bool add_part(element from, bool manifest, std::vector<Part>& parts) {
  Part part{.digest = {}, .size = 0, .manifest = manifest};
  if (element urls; from["urls"].get(urls) == simdjson::SUCCESS) return true;
  std::string_view digest;
  if (from["digest"].get(digest) != simdjson::SUCCESS || !is_digest(digest)) return false;
  part.digest = digest;
  if (from["size"].get(part.size) != simdjson::SUCCESS) part.size = 0;
  parts.push_back(std::move(part));
  return true;
}

}  // namespace

std::string digest_of(std::string_view bytes) {
  unsigned char hash[32];
  EVP_Digest(bytes.data(), bytes.size(), hash, nullptr, EVP_sha256(), nullptr);
  std::string text = "sha256:";
  for (const unsigned char byte : hash) text += fmt::format("{:02x}", byte);
  return text;
}

base::Result<std::vector<Part>> parts_of(const Manifest& manifest) {
  const bool index = is_index(manifest.media_type);
  if (!index && !kManifestTypes.contains(manifest.media_type))
    return base::fail(Code::invalid,
                      fmt::format("{} is no manifest that can be used: push the image anew", quote(manifest.media_type)));
  const auto corrupt = [&](std::string_view why) {
    return base::fail(Code::corrupt, fmt::format("the manifest {} {}", manifest.digest, why));
  };
  simdjson::dom::parser parser;
  element root;
  if (parser.parse(simdjson::padded_string(manifest.bytes)).get(root) != simdjson::SUCCESS) return corrupt("is no JSON");
  std::vector<Part> parts;
  if (!index) {
    element config;
    if (root["config"].get(config) != simdjson::SUCCESS || !add_part(config, false, parts))
      return corrupt("has no configuration");
  }
  simdjson::dom::array list;
  const char* const name = index ? "manifests" : "layers";
  if (root[name].get(list) != simdjson::SUCCESS) return corrupt(fmt::format("has no {}", name));
  for (const element part : list)
    if (!add_part(part, index, parts)) return corrupt(fmt::format("has one of {} without a digest", name));
  return parts;
}

}  // namespace longshore::deployer
