#include "deployer/composition/composition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "deployer/composition/quote.hpp"
#include "deployer/composition/version.hpp"

namespace longshore::deployer {
namespace {

constexpr std::size_t kMostMistakes = 50, kLongestComponent = 63;

bool is_component_name(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= kLongestComponent && plain(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return plain(c) || c == '_' || c == '.' || c == '-'; });
}

class Reader {
 public:
  Reader(std::string_view name, std::string_view file, bool lock) : file_(file), lock_(lock) { read_.name = name; }

  base::Result<Composition> read(std::string_view text) {
    if (!is_composition_name(read_.name))
      mistakes_.push_back(fmt::format("{}: {} cannot name a composition: letters, digits, _ . and -, e.g. c_20150619_1504",
                                      file_, quote(read_.name)));
    while (!text.empty()) {
      ++line_;
      const std::size_t end = std::min(text.find('\n'), text.size());
      read_line(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (read_.components.empty() && mistakes_.empty())
      mistakes_.push_back(fmt::format("{}: has no component: a line for each, NAME IMAGE:TAG", file_));
    if (mistakes_.empty()) return std::move(read_);
    const std::size_t more = mistakes_.size() - std::min(mistakes_.size(), kMostMistakes);
    mistakes_.resize(mistakes_.size() - more);
    if (more > 0) mistakes_.push_back(fmt::format("{}: and {} more mistakes", file_, more));
    return base::fail(base::Code::invalid, fmt::format("{}", fmt::join(mistakes_, "\n")));
  }

 private:
  struct Word {
    std::size_t at = 0;  // from 0
    std::string_view text;
  };

  void wrong(std::size_t at, std::string_view what) {
    mistakes_.push_back(fmt::format("{}:{}:{}: {}", file_, line_, at + 1, what));
  }

  // Words between blanks, up to one that begins with "#".
  static std::vector<Word> words_of(std::string_view line) {
    constexpr std::string_view kBlank = " \t\r";
    std::vector<Word> words;
    for (std::size_t at = 0; (at = line.find_first_not_of(kBlank, at)) != line.npos && line[at] != '#';) {
      const std::size_t end = std::min(line.find_first_of(kBlank, at), line.size());
      words.push_back({at, line.substr(at, end - at)});
      at = end;
    }
    return words;
  }

  void read_line(std::string_view line) {
    const std::vector<Word> words = words_of(line);
    if (words.empty()) return;
    const Word& name = words[0];
    if (words.size() == 1) {
      const std::size_t equals = name.text.find('=');
      if (equals != name.text.npos) return wrong(name.at + equals, "\"=\" between name and image: write a blank");
      return wrong(name.at, fmt::format("{} has no image: NAME IMAGE:TAG", quote(name.text)));
    }
    if (words.size() > 2)
      wrong(words[2].at,
            fmt::format("{} behind the image: a line is NAME IMAGE:TAG, and a comment begins with #", quote(words[2].text)));
    const bool good_name = check_name(name);
    if (auto image = read_and_check_image(words[1]); image && good_name)
      read_.components.push_back({std::string(name.text), *std::move(image)});
  }

  bool check_name(const Word& name) {
    if (!is_component_name(name.text)) {
      std::string proposal(name.text);
      if (proposal.ends_with(':')) proposal.pop_back();
      for (char& c : proposal) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      wrong(name.at, is_component_name(proposal)
                         ? fmt::format("{} is no component's name, did you mean {}?", quote(name.text), quote(proposal))
                         : fmt::format("{} is no component's name: a-z, 0-9, _ . and -, at most {}", quote(name.text),
                                       kLongestComponent));
      return false;
    }
    const auto [first, added] = lines_.emplace(name.text, line_);
    if (!added) wrong(name.at, fmt::format("{} stands in line {} already", quote(name.text), first->second));
    return added;
  }

  std::optional<Image> read_and_check_image(const Word& word) {
    auto image = read_image(word.text);
    if (!image) {
      wrong(word.at + image.error().at, fmt::format("image {}: {}", quote(word.text), image.error().what));
      return std::nullopt;
    }
    const std::size_t digest_at = word.at + std::min(word.text.find('@'), word.text.size());
    if (image->tag.empty()) {
      wrong(digest_at, fmt::format("image {} has no tag: name the version that was tested", quote(word.text)));
    } else if (image->tag == "latest") {
      wrong(digest_at - image->tag.size(), "the tag \"latest\" is of another image every time: name a version");
    } else if (!lock_ && !image->digest.empty()) {
      wrong(digest_at, "a digest belongs into the lock: leave it out here, and `deployer resolve` writes it there");
    } else if (lock_ && image->digest.empty()) {
      wrong(digest_at, fmt::format("image {} has no digest: `deployer resolve` writes locks", quote(word.text)));
    } else {
      return *std::move(image);
    }
    return std::nullopt;
  }

  std::string_view file_;
  bool lock_;
  std::size_t line_ = 0;
  Composition read_;
  std::map<std::string, std::size_t, std::less<>> lines_;  // of each name
  std::vector<std::string> mistakes_;
};

}  // namespace

const Component* Composition::find(std::string_view component) const {
  const auto found =
      std::find_if(components.begin(), components.end(), [&](const Component& c) { return c.name == component; });
  return found == components.end() ? nullptr : &*found;
}

base::Result<Composition> read_composition(std::string_view text, std::string_view name, std::string_view file) {
  return Reader(name, file, false).read(text);
}

base::Result<Composition> read_lock(std::string_view text, std::string_view name, std::string_view file) {
  return Reader(name, file, true).read(text);
}

std::string print_lock(const Composition& locked) {
  std::size_t widest = 0;
  for (const Component& component : locked.components) widest = std::max(widest, component.name.size());
  std::string text =
      fmt::format("# Lock of {}, written by `deployer resolve`: what each tag was when it was resolved.\n", locked.name);
  for (const Component& component : locked.components)
    text += fmt::format("{:<{}}  {}\n", component.name, widest, component.image.text());
  return text;
}

base::Result<void> check_lock(const Composition& composition, const Composition& locked, std::string_view lock_file) {
  std::vector<std::string> mistakes;
  for (const auto& [name, image] : composition.components) {
    const Component* const found = locked.find(name);
    if (found == nullptr) {
      mistakes.push_back(fmt::format("{}: lacks {}", lock_file, name));
    } else if (found->image.repository() != image.repository() || found->image.tag != image.tag) {
      mistakes.push_back(
          fmt::format("{}: has {} as {}, the composition as {}", lock_file, name, found->image.text(), image.text()));
    }
  }
  for (const auto& [name, image] : locked.components)
    if (composition.find(name) == nullptr)
      mistakes.push_back(fmt::format("{}: has {}, the composition has not", lock_file, name));
  if (mistakes.empty()) return {};
  return base::fail(base::Code::invalid, fmt::format("{}\nrun `deployer resolve` anew", fmt::join(mistakes, "\n")));
}

}  // namespace longshore::deployer
