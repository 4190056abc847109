// The parser against its slow twin, on messages made from real ones by cutting, splicing and breaking them.
#include "shipper/parse/syslog.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "shipper/parse/parse_for_test.hpp"

namespace longshore::shipper {
namespace {

constexpr std::string_view kMessages[] = {
    "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \xEF\xBB\xBF'su root' failed",
    R"(<165>1 2003-10-11T22:14:15.003+02:00 h evntslog - ID47 [a@1 iut="3" b="\"\]"][c d="]"] text)",
    "<30>1 2026-11-23 12:59:58,1+0100 web1 nginx   [8bf8cc10@41058 tag=\"prod\"] GET /",
    "<167>1 2026-11-23T11:59:58.021Z esx1 Vpxa 2099517 - [Originator@6876 sub=Vpxa opID=SWI-3b4d] done",
    "<7>1 - bzorp openvpn 2499 - - PTHREAD",
    "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick",
    "<13>Nov 23 11:59:58 nginx:1.25/web[9103]: 12:30:01 x",
    "<165>Aug 24 05:34:00 CST 1987 mymachine myproc[10]: %% It's time",
    "<187>12: router1: 000012: *Nov 23 2026 11:59:58.123 CET: %LINK-3-UPDOWN: Interface Gi0/1",
    "<187>: 2025 Jun 25 11:27:28 GMT: %AUTHPRIV-3-SYSTEM_MSG: pam_aaa",
    "<166>2022-02-16T15:31:53 na-zy-int-p02 : %FTD-6-305012: Teardown",
    "<38>Sep 22 10:11:56.5 Message forwarded from cdaix66: sshd[679960]: Accepted",
    "<13>Feb 29 23:59:60 - app: x",
    "2026-11-23 11:59:58,123 INFO [main] o.a.Server: started",
    "<15> openvpn[2499]: PTHREAD",
    "<13>Nov 23 11:59:58 2001:db8::1 app: x",
};

constexpr std::string_view kPieces[] = {
    " ",
    "  ",
    ":",
    ": ",
    "-",
    " - ",
    "[",
    "]",
    "\"",
    "=",
    "\\",
    "<",
    ">",
    "*",
    ".",
    ",",
    "/",
    "@",
    "0",
    "9",
    "60",
    "1 ",
    "Z",
    "+01:00",
    "-2359",
    "\t",
    "\n",
    "\xEF\xBB\xBF",
    "\xC3\xA9",
    "\xFF",
    "nov",
    "Feb 29",
    "Dec 31 23:59:59",
    "Mar 29 02:30:00",
    "Oct 25 02:30:00",
    " 2024",
    "2024 ",
    " UTC",
    " CEST",
    "1969",
    "2200",
    "2026-03-29T02:30:00",
    "2026-11-23T11:59:58Z",
    "[a b=\"c\"]",
    "app[1]:",
    "app: ",
    "65536: ",
    "::1",
    "Message forwarded from ",
    "%ASA-6-1: ",
};

class Generator {
 public:
  std::string next() {
    std::string text(pick(kMessages));
    for (std::size_t changes = below(5); changes > 0; --changes) change(text);
    return text;
  }
  std::size_t below(std::size_t end) { return random_() % end; }

 private:
  template <std::size_t N>
  std::string_view pick(const std::string_view (&from)[N]) {
    return from[below(N)];
  }
  void change(std::string& text) {
    const std::size_t at = below(text.size() + 1);
    switch (below(6)) {
      case 0:
        text.erase(at, 1 + below(8));
        break;
      case 1:
        text.insert(at, pick(kPieces));
        break;
      case 2:
        text.replace(at, 1 + below(3), pick(kPieces));
        break;
      case 3:
        text = text.substr(0, at) + std::string(pick(kMessages).substr(below(25)));
        break;
      case 4:
        text.insert(at, 200 + below(100), "a ]:=[\""[below(7)]);
        break;
      default:
        text.resize(at);
        break;
    }
  }
  std::mt19937 random_{4711};
};

TEST(Syslog, ParserAgreesWithItsSlowTwinOnBrokenMessages) {
  // The rule of Berlin in a file of the time zone database that lists no change.
  const std::string half = "TZif2" + std::string(15 + 4 + 4 + 4 + 4 + 3, '\0') + "\1" + std::string(4, '\0');
  const base::Zone berlin =
      base::Zone::from_tzif(half + std::string(6, '\0') + half + std::string(6, '\0') + "\nCET-1CEST,M3.5.0,M10.5.0/3\n",
                            "x")
          .value();
  SyslogContext utc = context_at(), local = context_at();
  local.zone = berlin;
  Generator generator;
  Batch batch;
  for (int i = 0; i < 4'000; ++i) {
    SyslogContext& context = i % 2 == 0 ? utc : local;
    if (generator.below(3) == 0) context.now = context_at().now + std::chrono::hours(generator.below(20'000));
    const std::string frame = generator.next();
    batch.clear();
    parse_syslog(batch, batch.arena.append(frame), false, context);
    ASSERT_EQ(fields_of(batch, batch.events[0]), syslog_twin(frame, context.now, context.zone))
        << frame << "\nat " << base::format_rfc3339(context.now);
  }
}

TEST(Syslog, EveryBeginningOfAMessageIsAnEvent) {
  for (const std::string_view message : kMessages)
    for (std::size_t size = 0; size <= message.size(); ++size) parse_fields(message.substr(0, size));
}

}  // namespace
}  // namespace longshore::shipper
