#include "tests/support/alert_receiver/seen.hpp"

#include "common/base/utf8.hpp"

namespace longshore::alert_receiver {

std::string seen_line(const Seen& seen) {
  std::string out = "{\"at\":\"" + base::format_rfc3339(seen.at, 3) + '"';
  for (const auto& [name, value] : {std::pair<std::string_view, const std::string&>{"service", seen.service},
                                    {"what", seen.what},
                                    {"alias", seen.alias},
                                    {"text", seen.text}}) {
    ((out += ",\"") += name) += "\":";
    base::append_json(out, value);
  }
  return out + ",\"effect\":" + (seen.effect ? "true}" : "false}");
}

void Record::add(Seen seen) {
  all_.push_back(std::move(seen));
  if (on_add) on_add(all_.back());
}

std::string Record::history(std::string_view alias) const {
  std::string out;
  for (const Seen& seen : all_)
    if (seen.alias == alias && seen.effect) out += (out.empty() ? "" : " ") + seen.what;
  return out;
}

std::map<std::string, std::string> Record::episodes() const {
  std::map<std::string, std::string> out;
  for (const Seen& seen : all_) {
    if (!seen.effect || (seen.what != "open" && seen.what != "close")) continue;
    std::string& history = out[seen.service + " " + seen.alias];
    history += (history.empty() ? "" : " ") + seen.what;
  }
  return out;
}

}  // namespace longshore::alert_receiver
