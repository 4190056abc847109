// Text of an alert with places to fill in: `{count} failed logins from {cap.ip} on {host.name}`. A brace is written twice to
// stand for itself: `{{`, `}}`. Which names there are, the caller knows. Pure; may be filled by any thread.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longshore::rules {

struct TemplateProblem {
  std::size_t at = 0;  // byte of the text
  std::string what;
};

class Template {
 public:
  struct Piece {
    std::string text;  // as it stands, or a name
    bool is_name = false;
    std::size_t at = 0;  // byte of the text where it begins; of a name: behind the brace
  };
  // Nothing: there is no such value.
  using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

  static std::expected<Template, TemplateProblem> parse(std::string_view text);

  const std::vector<Piece>& pieces() const { return pieces_; }

  // At most `most` bytes (4 or more), cut between characters with "…" as the last. A value that is not there is "-"; control
  // characters of a value become blanks, so that a line of a log cannot forge another, and what is not UTF-8 becomes U+FFFD.
  std::string fill(const Lookup& lookup, std::size_t most) const;

 private:
  std::vector<Piece> pieces_;
};

}  // namespace longshore::rules
