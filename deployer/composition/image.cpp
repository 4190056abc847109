#include "deployer/composition/image.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "deployer/composition/quote.hpp"

namespace longshore::deployer {
namespace {

constexpr std::size_t kLongestName = 255, kLongestTag = 128;
constexpr std::string_view kDockerHub = "docker.io", kOfficial = "library/";

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_numeral(char c) { return c >= '0' && c <= '9'; }
bool is_alphanumeric(char c) { return is_lower(c) || is_upper(c) || is_numeral(c); }

using Mistake = std::unexpected<ImageMistake>;
Mistake mistake(std::size_t at, std::string what) { return Mistake(ImageMistake{at, std::move(what)}); }

std::string lowered(std::string_view text) {
  std::string low(text);
  std::transform(low.begin(), low.end(), low.begin(), [](char c) { return is_upper(c) ? static_cast<char>(c + 32) : c; });
  return low;
}

// host [":" port]; host is domain components, or an IPv6 address in brackets.
std::expected<void, ImageMistake> check_domain(std::string_view domain) {
  std::size_t at = 0;
  if (domain.starts_with('[')) {
    at = domain.find(']');
    if (at == domain.npos) return mistake(0, "\"[\" of an IPv6 address without \"]\"");
    const std::size_t other = domain.find_first_not_of("0123456789abcdefABCDEF:", 1);
    if (other < at) return mistake(other, fmt::format("{} in an IPv6 address", quote(domain.substr(other, 1))));
    ++at;
  } else {
    std::size_t begin = 0;
    for (at = 0;; ++at) {
      const bool ends = at == domain.size() || domain[at] == '.' || domain[at] == ':';
      if (!ends && !is_alphanumeric(domain[at]) && domain[at] != '-')
        return mistake(at, fmt::format("{} in the registry's name", quote(domain.substr(at, 1))));
      if (!ends) continue;
      if (at == begin) return mistake(at, "a part of the registry's name is empty");
      if (domain[begin] == '-') return mistake(begin, "a part of the registry's name begins with \"-\"");
      if (domain[at - 1] == '-') return mistake(at - 1, "a part of the registry's name ends with \"-\"");
      if (at == domain.size() || domain[at] == ':') break;
      begin = at + 1;
    }
  }
  if (at == domain.size()) return {};
  if (domain[at] != ':' || at + 1 == domain.size()) return mistake(at, "a port must follow \":\" of the registry's name");
  for (std::size_t i = at + 1; i < domain.size(); ++i)
    if (!is_numeral(domain[i])) return mistake(i, fmt::format("{} in the registry's port", quote(domain.substr(i, 1))));
  return {};
}

// path-component *("/" path-component); a component is runs of a-z0-9 with one of . _ __ -+ between them.
std::expected<void, ImageMistake> check_path(std::string_view path) {
  bool after_run = false;
  for (std::size_t i = 0; i < path.size();) {
    const char c = path[i];
    if (is_lower(c) || is_numeral(c)) {
      after_run = true;
      ++i;
    } else if (c == '/' || c == '.' || c == '_' || c == '-') {
      if (!after_run)
        return mistake(i, fmt::format("{} where a letter or digit of the repository is expected", quote(path.substr(i, 1))));
      std::size_t length = 1;
      if (c == '-') length = std::min(path.find_first_not_of('-', i), path.size()) - i;
      if (c == '_' && path.substr(i).starts_with("__")) length = 2;
      i += length;
      after_run = false;
    } else if (is_upper(c)) {
      return mistake(i, fmt::format("{} in the repository: it has small letters only, did you mean {}?",
                                    quote(path.substr(i, 1)), quote(lowered(path))));
    } else {
      return mistake(i, fmt::format("{} in the repository", quote(path.substr(i, 1))));
    }
  }
  if (!after_run)
    return mistake(path.size(), path.empty() ? "the repository is empty" : "the repository ends with a separator");
  return {};
}

std::expected<void, ImageMistake> check_tag(std::string_view tag) {
  if (tag.empty()) return mistake(0, "no tag behind \":\"");
  if (tag.size() > kLongestTag)
    return mistake(kLongestTag, fmt::format("a tag of {} characters, at most {}", tag.size(), kLongestTag));
  for (std::size_t i = 0; i < tag.size(); ++i)
    if (!is_alphanumeric(tag[i]) && tag[i] != '_' && (i == 0 || (tag[i] != '.' && tag[i] != '-')))
      return mistake(i, fmt::format("{} in the tag", quote(tag.substr(i, 1))));
  return {};
}

}  // namespace

bool is_digest(std::string_view text) {
  constexpr std::string_view kAlgorithm = "sha256:";
  return text.size() == kAlgorithm.size() + 64 && text.starts_with(kAlgorithm) &&
         std::all_of(text.begin() + kAlgorithm.size(), text.end(),
                     [](char c) { return is_numeral(c) || (c >= 'a' && c <= 'f'); });
}

std::expected<Image, ImageMistake> read_image(std::string_view text) {
  Image image;
  // In the order in which they can be cut off: neither "@" nor, behind the last "/", ":" can be part of what is before it.
  std::string_view rest = text;
  if (const std::size_t at = rest.find('@'); at != rest.npos) {
    const std::string_view digest = rest.substr(at + 1);
    if (!is_digest(digest))
      return mistake(at + 1, fmt::format("{} is no digest: \"sha256:\" and 64 of 0-9a-f", quote(digest)));
    image.digest = digest;
    rest = rest.substr(0, at);
  }
  const std::size_t last = rest.rfind('/');
  if (const std::size_t colon = rest.find(':', last == rest.npos ? 0 : last); colon != rest.npos) {
    if (const auto good = check_tag(rest.substr(colon + 1)); !good)
      return mistake(colon + 1 + good.error().at, good.error().what);
    image.tag = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
  }
  const std::size_t slash = rest.find('/');
  const std::string_view first = rest.substr(0, slash);
  const bool has_domain = slash != rest.npos && (first.find_first_of(".:[") != first.npos || first == "localhost" ||
                                                 std::any_of(first.begin(), first.end(), is_upper));
  std::size_t path_at = 0;
  image.domain = kDockerHub;
  if (has_domain) {
    if (const auto good = check_domain(first); !good) return mistake(good.error().at, good.error().what);
    image.domain = first == "index.docker.io" ? kDockerHub : first;
    path_at = slash + 1;
  }
  const std::string_view path = rest.substr(path_at);
  if (const auto good = check_path(path); !good) return mistake(path_at + good.error().at, good.error().what);
  image.path = path;
  if (image.domain == kDockerHub && !path.contains('/')) image.path.insert(0, kOfficial);
  if (image.repository().size() > kLongestName)
    return mistake(0, fmt::format("a name of {} characters, at most {}", image.repository().size(), kLongestName));
  return image;
}

base::Result<Image> parse_image(std::string_view text) {
  auto image = read_image(text);
  if (image) return *image;
  return base::fail(base::Code::invalid,
                    fmt::format("image {}: character {}: {}", quote(text), image.error().at + 1, image.error().what));
}

std::string Image::repository() const { return domain + "/" + path; }

std::string Image::pinned() const { return repository() + "@" + digest; }

std::string Image::text() const {
  std::string name = repository();
  if (domain == kDockerHub) {
    std::string_view brief = path;
    if (brief.starts_with(kOfficial) && !brief.substr(kOfficial.size()).contains('/')) brief.remove_prefix(kOfficial.size());
    const std::string_view first = brief.substr(0, brief.find('/'));
    // What would be read as another registry stays long.
    if (first.size() == brief.size() || (!first.contains('.') && first != "localhost")) name = brief;
  }
  if (!tag.empty()) name += ":" + tag;
  if (!digest.empty()) name += "@" + digest;
  return name;
}

}  // namespace longshore::deployer
