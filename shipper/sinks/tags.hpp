// Loggly's tags: letters, digits, '-', '.', '_' (anything else becomes '_'), first a letter or digit, at most 64 characters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shipper/event/batch.hpp"

namespace longshore::shipper {

std::string loggly_tag(std::string_view tag);
// The sink's tags and then the source's, made fit, each once.
std::vector<std::string> loggly_tags(const std::vector<std::string>& sink_tags, const SourceInfo& source);
// The same as X-LOGGLY-TAG wants them: "a,b".
std::string loggly_tag_list(const std::vector<std::string>& sink_tags, const SourceInfo& source);

}  // namespace longshore::shipper
