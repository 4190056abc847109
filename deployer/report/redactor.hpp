// Takes known secrets out of every text that leaves: whatever a container printed, a registry answered or a hook said. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "deployer/report/event.hpp"

namespace longshore::deployer {

class Redactor {
 public:
  Redactor() = default;
  // Values under 4 bytes are not looked for: they would black out half of every text without hiding anything. Each is also
  // found as base64, percent-encoded and escaped as JSON writes it: so it stands in headers, URLs and bodies.
  explicit Redactor(const std::vector<std::string>& secrets);

  std::string clean(std::string_view text) const;  // each secret becomes "[secret]", the longest first
  Event clean(Event event) const;
  Heading clean(Heading heading) const;
  NodePlan clean(NodePlan plan) const;
  Summary clean(Summary summary) const;

 private:
  void clean_in_place(std::string& text) const;
  void clean_heading(Heading& heading) const;
  std::vector<std::string> forms_;  // the longest first, none twice
};

}  // namespace longshore::deployer
