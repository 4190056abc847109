// The name of an image, as Docker and the registries write it: [DOMAIN[:PORT]/]PATH[:TAG][@DIGEST] (grammar of
// distribution's reference package). Pure.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace longshore::deployer {

struct Image {
  std::string domain;  // "registry.example:5000"; "docker.io" where none is written
  std::string path;    // "shop/web"; "library/haproxy" where docker.io's short form is written
  std::string tag;     // may be empty
  std::string digest;  // "sha256:" and 64 hexadecimal digits; may be empty

  std::string repository() const;  // DOMAIN/PATH
  std::string pinned() const;      // DOMAIN/PATH@DIGEST: what is pulled and run
  std::string text() const;        // as people write it, docker.io short; with tag and digest where there are any
  bool operator==(const Image&) const = default;
};

// Code::invalid: what is wrong, and with which character.
base::Result<Image> parse_image(std::string_view text);

struct ImageMistake {
  std::size_t at = 0;  // of the character in the text, from 0
  std::string what;
};
// As parse_image, for a reader that tells of mistakes by their place.
std::expected<Image, ImageMistake> read_image(std::string_view text);

bool is_digest(std::string_view text);  // "sha256:" and 64 of 0-9a-f

// "20150619_1504": when it was built. A tag of this form never moves; one that does is an error, not a new version.
bool is_stamp(std::string_view tag);

}  // namespace longshore::deployer
