#include "shipper/parse/rfc3164.hpp"

#include <algorithm>
#include <string_view>

#include "shipper/parse/bsd_date.hpp"
#include "shipper/parse/rfc5424.hpp"
#include "shipper/parse/syslog.hpp"

namespace longshore::shipper {
namespace {

constexpr std::uint32_t kLongestTag = 255;  // RFC 3164 says 32; Docker's may be an image's whole name
constexpr std::uint32_t kLongestHost = 255;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Cisco before the date: ": ", "65536: ", "65536: router1: ", "65536: router1: 65536: ", and then "*" or "." for a clock in
// doubt. Takes what may be that; whether it was, a date behind it tells. Yields the host, if there is one.
Slice skip_cisco_prefix(Cursor& in) {
  Slice host;
  for (int word = 0; word < 3; ++word) {
    std::uint32_t size = 0;
    while (is_digit(in.peek(size))) ++size;
    const bool digits = size < in.left() && in.peek(size) == ':';
    if (!digits && word == 0) break;
    while (size < in.left() && in.peek(size) != ' ' && in.peek(size) != ':') ++size;
    if (size == in.left() || in.peek(size) == ' ') break;
    if (!digits) host = {in.offset(), size};
    in.skip(size + 1);
    in.skip_blanks();
  }
  if (in.peek() == '*' || in.peek() == '.') in.skip(1);
  return host;
}

// "app:", "app[pid]:", "app[pid]" and a blank. Takes it with the blank that follows; false takes nothing. In front of "[" a
// colon is part of the tag ("registry:5000/app:1.2[17]:"), elsewhere it is a word of the text ("12:30:01", "http://…").
bool read_tag(Cursor& in, Event& event) {
  const char* const begin = in.data();
  const char* const end = begin + in.left();
  const char* stop = find_any(begin, end, '[', ' ', '\t');
  const bool has_process = stop < end && *stop == '[';
  if (stop == begin || (!has_process && stop[-1] != ':')) return false;
  const Slice app{in.offset(), static_cast<std::uint32_t>(stop - begin) - (has_process ? 0 : 1)};
  Slice pid;
  if (app.empty() || app.size > kLongestTag || skip_class(begin, stop, kTagByte) != stop) return false;
  if (has_process) {
    const char* const close = find_any(stop, end, ']', ' ', ' ');
    pid = {app.end() + 1, static_cast<std::uint32_t>(close - stop) - 1};
    if (close == end || *close != ']' || pid.size > kLongestTag) return false;
    stop = close + 1;
    if (stop < end && *stop == ':') {
      ++stop;
    } else if (stop < end && !is_blank(*stop)) {
      return false;
    }
  } else if (in.view(app).find(':') != std::string_view::npos) {
    return false;
  }
  in.skip(static_cast<std::uint32_t>(stop - begin));
  in.skip_if(' ');
  event.set_app(app);
  event.set_procid(pid);
  return true;
}

bool is_host(std::string_view word) {
  if (word.empty() || word.size() > kLongestHost) return false;
  const char* const end = word.data() + word.size();
  if (skip_class(word.data(), end, kHostByte) != end || std::string_view("-./@%").find(word[0]) != std::string_view::npos)
    return false;
  return word.back() != ':' || word.ends_with("::");
}

// AIX: "Message forwarded from HOST: TAG: text". False takes nothing.
bool read_aix_host(Cursor& in, Event& event) {
  constexpr std::string_view kWords = "Message forwarded from ";
  if (in.peek() != kWords[0] || !in.view(in.rest()).starts_with(kWords)) return false;
  const std::uint32_t start = in.offset();
  in.skip(kWords.size());
  const Slice host = in.word();
  if (host.size < 2 || !in.view(host).ends_with(':')) return in.go_back_to(start), false;
  event.set_host({host.offset, host.size - 1});
  in.skip_blanks();
  return true;
}

// Behind the date: "HOST TAG: text", "HOST : TAG: text" (Cisco ASA), "TAG: text" (Docker), or "HOST text", this only if
// `bare_host`: if all that was before says that a host comes next.
void read_host_and_tag(Cursor& in, Event& event, bool bare_host) {
  in.skip_blanks();
  if (read_aix_host(in, event)) return void(read_tag(in, event));
  if (read_tag(in, event)) return;
  const std::uint32_t start = in.offset();
  const Slice host = in.word();
  const bool nil = in.view(host) == "-";
  if (in.done() || !(nil || is_host(in.view(host)))) return in.go_back_to(start);
  in.skip_blanks();
  if (in.peek() == ':' && in.peek(1) == ' ') in.skip(2);
  if (!read_tag(in, event) && !bare_host) return in.go_back_to(start);
  if (!nil) event.set_host(host);
}

// No date, but "TAG: text"; a number there is Cisco's.
bool read_tag_only(Cursor& in, Event& event) {
  const std::uint32_t start = in.offset();
  if (!read_tag(in, event)) return false;
  const std::string_view app = in.view(event.app());
  if (!std::ranges::all_of(app, is_digit)) return true;
  event.set_app({});
  event.set_procid({});
  return in.go_back_to(start), false;
}

}  // namespace

bool parse_rfc3164(Cursor& in, Event& event, SyslogContext& context, bool has_priority) {
  const std::uint32_t start = in.offset();
  in.skip_blanks();
  const std::uint32_t begin = in.offset();
  const Slice cisco_host = skip_cisco_prefix(in);
  const bool cisco = in.offset() != begin;
  if ((is_digit(in.peek()) && read_rfc3339(in, event.time_ns, context)) || read_bsd_date(in, event.time_ns, context)) {
    event.flags |= flag::kHasTime;
    event.set_host(cisco_host);
    const bool colon = in.skip_if(':');  // Cisco's, too
    read_host_and_tag(in, event, has_priority && !cisco && !colon);
  } else {
    in.go_back_to(begin);
    if (!has_priority || !read_tag_only(in, event)) return in.go_back_to(start), false;
  }
  event.format = Format::rfc3164;
  event.message = in.rest();
  return true;
}

}  // namespace longshore::shipper
