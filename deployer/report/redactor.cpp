#include "deployer/report/redactor.hpp"

#include <algorithm>
#include <cstdint>

#include "common/base/utf8.hpp"

namespace longshore::deployer {
namespace {

constexpr std::string_view kMark = "[secret]";
constexpr std::size_t kShortest = 4;

// RFC 4648 §4. Padding and the last character are left out where they depend on what follows ("user:SECRET" and the like are
// encoded as one): what stays is enough to hide the value.
std::string base64(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) out += kAlphabet[bits >> (count - 6) & 63];
  }
  return out;
}

// A secret behind other bytes starts anywhere in a group of three: its encoding has three forms, each without the characters
// that its neighbours share.
std::vector<std::string> base64_forms(std::string_view secret) {
  std::vector<std::string> forms;
  for (std::size_t before = 0; before < 3; ++before) {
    const std::string encoded = base64(std::string(before, '\0') + std::string(secret));
    const std::size_t first = (before * 8 + 5) / 6;
    forms.push_back(encoded.substr(first));
  }
  return forms;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    if (plain)
      out += c;
    else
      ((out += '%') += kHex[byte >> 4U]) += kHex[byte & 15U];
  }
  return out;
}

std::string json_escaped(std::string_view text) {
  std::string quoted;
  base::append_json(quoted, text);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

Redactor::Redactor(const std::vector<std::string>& secrets) {
  const auto add = [this](std::string form) {
    if (form.size() >= kShortest) forms_.push_back(std::move(form));
  };
  for (const std::string& secret : secrets) {
    if (secret.size() < kShortest) continue;
    add(secret);
    add(percent_encoded(secret));
    add(json_escaped(secret));
    for (std::string& form : base64_forms(secret)) add(std::move(form));
    // A key or a certificate is printed line by line.
    for (std::size_t at = 0; secret.find('\n') != std::string::npos && at < secret.size();) {
      const std::size_t end = std::min(secret.find('\n', at), secret.size());
      if (end - at >= 16) add(secret.substr(at, end - at));
      at = end + 1;
    }
  }
  std::sort(forms_.begin(), forms_.end(),
            [](const std::string& a, const std::string& b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
  forms_.erase(std::unique(forms_.begin(), forms_.end()), forms_.end());
}

void Redactor::clean_in_place(std::string& text) const {
  for (const std::string& form : forms_)
    for (std::size_t at = text.find(form); at != std::string::npos; at = text.find(form, at + kMark.size()))
      text.replace(at, form.size(), kMark);
}

std::string Redactor::clean(std::string_view text) const {
  std::string out(text);
  clean_in_place(out);
  return out;
}

Event Redactor::clean(Event event) const {
  clean_in_place(event.text);
  clean_in_place(event.detail);
  clean_in_place(event.waits_for);
  return event;
}

void Redactor::clean_heading(Heading& heading) const {
  for (std::string* text : {&heading.command, &heading.environment, &heading.composition, &heading.previous,
                            &heading.rollout, &heading.build_url, &heading.by})
    clean_in_place(*text);
}

Heading Redactor::clean(Heading heading) const {
  clean_heading(heading);
  return heading;
}

NodePlan Redactor::clean(NodePlan plan) const {
  clean_in_place(plan.change);
  return plan;
}

Summary Redactor::clean(Summary summary) const {
  clean_heading(summary);
  clean_in_place(summary.outcome);
  clean_in_place(summary.next_command);
  for (NodeResult& node : summary.nodes) {
    for (std::string* text : {&node.change, &node.failure, &node.container, &node.log_tail, &node.undone})
      clean_in_place(*text);
    for (std::string& probe : node.probes) clean_in_place(probe);
    for (GateResult& gate : node.gates) {
      clean_in_place(gate.value);
      clean_in_place(gate.limit);
    }
  }
  for (Serving& serving : summary.serving) clean_in_place(serving.version);
  return summary;
}

}  // namespace longshore::deployer
