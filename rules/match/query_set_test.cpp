#include "rules/match/query_set.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <random>

#include "rules/match/evaluate_twin.hpp"
#include "rules/match/explain.hpp"
#include "rules/query/parser.hpp"

namespace {

std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace longshore::rules {
namespace {

const ListsByName kLists = {{"bots", {"Googlebot", "bingbot", "7"}}, {"none", {}}};

struct NoCaptures : QueryMatcher::CaptureSource {
  Captures* captures_of(QueryId) override { return nullptr; }
};

std::string packed(base::FieldKind kind, std::string_view key, std::string_view value) {
  std::string out{static_cast<char>(kind), static_cast<char>(key.size())};
  const auto size = static_cast<std::uint32_t>(value.size());
  out.append(reinterpret_cast<const char*>(&size), 4);
  out += key;
  return out += value;
}

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t n) { return random_() % n; }
  template <class T>
  const T& of(const std::vector<T>& all) {
    return all[below(all.size())];
  }

 private:
  std::mt19937 random_;
};

const std::vector<std::string> kWords = {"error",
                                         "Failed",
                                         "password",
                                         "root",
                                         "timeout",
                                         "ok",
                                         "10.1.2.3",
                                         "503",
                                         "disk",
                                         "OOM",
                                         "kernel",
                                         "caf\xC3\xA9",
                                         "x",
                                         "ab",
                                         "GET",
                                         "/api/v1",
                                         "5e2",
                                         "500.0",
                                         "\xE2\x84\xAA"
                                         "ernel",
                                         "Googlebot",
                                         "7",
                                         "a\\b",
                                         "disk\nfull",
                                         "\terror",
                                         "nerror",
                                         "7.",
                                         "17",
                                         "say \"hi\""};

std::string random_value(Dice& dice) {
  std::string text = dice.of(kWords);
  for (std::size_t more = dice.below(3); more > 0; --more) text += (dice.below(4) == 0 ? "-" : " ") + dice.of(kWords);
  return text;
}

std::string in_json(const std::string& text, Dice& dice) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += std::string("\\") + c;
    else if (c == '\n' || c == '\t')
      out += c == '\n' ? "\\n" : "\\t";
    else if (c == '/' && dice.below(2) == 0)
      out += "\\/";
    else if (static_cast<unsigned char>(c) < 0x80 && dice.below(40) == 0) {
      char escape[8];
      std::snprintf(escape, sizeof(escape), "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else
      out += c;
  }
  return out + "\"";
}

std::string random_body(Dice& dice, int depth = 0) {
  std::string out = "{";
  const std::vector<std::string> keys = {"user", "status", "req", "list", "a"};
  for (std::size_t n = dice.below(4); n > 0; --n) {
    if (out.size() > 1) out += ", ";
    out += "\"" + dice.of(keys) + "\": ";
    switch (dice.below(depth < 2 ? 6 : 3)) {
      case 0:
        out += dice.of(std::vector<std::string>{"500", "503", "5.5", "-1", "true", "null", "7"});
        break;
      case 3:
        out += random_body(dice, depth + 1);
        break;
      case 4:
        out += "[" + in_json(random_value(dice), dice) + ", 500, " + random_body(dice, depth + 1) + "]";
        break;
      default:
        out += in_json(random_value(dice), dice);
    }
  }
  return out + "}";
}

std::string random_leaf(Dice& dice) {
  const std::vector<std::string> fields = {"",
                                           "",
                                           "",
                                           "message:",
                                           "raw:",
                                           "host:",
                                           "source:",
                                           "tag:",
                                           "json.user:",
                                           "json.req.a:",
                                           "json.status:",
                                           "user:",
                                           "json.list:",
                                           "json.req.user:",
                                           "syslog.appname:",
                                           "syslog.msgid:"};
  const std::string field = dice.of(fields), word = dice.of(kWords);
  std::string plain;
  for (const char c : word)
    if (is_token_byte(c)) plain += c;
  std::string quoted;
  for (const char c : random_value(dice)) quoted += (c == '"' || c == '\\') ? std::string("\\") + c : std::string(1, c);
  switch (dice.below(field.empty() ? 5 : 11)) {
    case 0:
      return field + "\"" + quoted + "\"";
    case 1:
      return field + plain.substr(0, plain.size() / 2 + 1) + "*";
    case 2:
      return field + "*" + plain.substr(plain.size() / 2);
    case 3:
      return field + "/" +
             dice.of(
                 std::vector<std::string>{"fail(ed)?", "err|time", "\\d{3}", "k(ernel|oala)", "^GET .*v1$", "[a-z]+-ok"}) +
             "/" + (dice.below(2) == 0 ? "i" : "");
    case 5:
      return field + "exact(\"" + quoted + "\")";
    case 6:
      return field + dice.of(std::vector<std::string>{"[500 TO 503]", "{5 TO *]", "[a TO f}", "[* TO 7]"});
    case 7:
      return field + "*";
    case 8:
      return field + "cidr(10.0.0.0/8, ::1)";
    case 9:
      return field + dice.of(std::vector<std::string>{"list(bots)", "list(none)"});
    case 10:
      return dice.of(std::vector<std::string>{"syslog.severity:<=err", "syslog.facility:daemon", "syslog.severity:7"});
    default:
      return field + plain;
  }
}

std::string random_query(Dice& dice, int depth = 0) {
  const std::size_t kind = dice.below(depth < 3 ? 7 : 3);
  if (kind < 3) return random_leaf(dice);
  if (kind == 3) return "NOT (" + random_query(dice, depth + 1) + ")";
  std::string out = "(" + random_query(dice, depth + 1);
  for (std::size_t n = 1 + dice.below(2); n > 0; --n) out += (kind == 4 ? " OR " : " AND ") + random_query(dice, depth + 1);
  return out + ")";
}

struct RandomEvent {
  std::string message, raw, host, app, msgid, fields, source;
  std::vector<std::string> tags;
  std::uint8_t priority;
  bool in_frame;  // the message is a part of the frame, not a copy
  explicit RandomEvent(Dice& dice) {
    const std::vector<std::string> names = {"error", "web-1", "kernel", "ok", ""};
    message = dice.below(2) == 0 ? random_value(dice) : random_body(dice);
    const std::vector<std::string> gaps = {": ", "", "\xEF\xBB\xBF"};
    raw = dice.below(3) == 0 ? "" : "<13>" + dice.of(kWords) + dice.of(gaps) + message;
    in_frame = !raw.empty() && dice.below(2) == 0;
    host = dice.of(names);
    app = dice.of(names);
    msgid = dice.of(names);
    source = dice.of(names);
    if (dice.below(2) == 0) tags = {dice.of(kWords), "x"};
    priority = dice.of(std::vector<std::uint8_t>{255, 0, 27, 30, 191});
    if (dice.below(3) == 0) fields += packed(base::FieldKind::text, "user", random_value(dice));
    if (dice.below(3) == 0) fields += packed(base::FieldKind::json, "req", random_body(dice));
    if (dice.below(3) == 0) fields += packed(base::FieldKind::json, "status", "503");
  }
  EventView view() const {
    return {.time = {1'000'000'000},
            .priority = priority,
            .message = in_frame ? std::string_view(raw).substr(raw.size() - message.size()) : message,
            .raw = raw,
            .host = host,
            .app = app,
            .procid = {},
            .msgid = msgid,
            .structured_data = {},
            .fields = fields,
            .source = source,
            .tags = tags};
  }
};

TEST(QuerySet, FindsWhatTheSlowTwinFinds) {
  std::uint64_t found = 0;
  for (unsigned seed = 0; seed < 5; ++seed) {
    Dice dice(seed);
    QuerySet set;
    std::vector<std::string> texts;
    std::vector<Node> trees;
    while (trees.size() < 150) {
      texts.push_back(random_query(dice));
      ParsedQuery parsed = parse_query(texts.back());
      if (!parsed.errors.empty()) {  // e.g. a word without a letter: the language refuses it
        texts.pop_back();
        continue;
      }
      set.add(parsed.tree, kLists);
      trees.push_back(std::move(parsed.tree));
    }
    set.build();
    const Surroundings surroundings;
    NoCaptures none;
    QueryMatcher matcher(set, surroundings, none);
    EvaluateTwin twin(kLists);
    for (int i = 0; i < 60; ++i) {
      const RandomEvent event(dice);
      const EventView view = event.view();
      std::vector<QueryId> expected;
      for (QueryId id = 0; id < trees.size(); ++id)
        if (twin.matches(trees[id], view)) expected.push_back(id);
      matcher.new_batch();
      const auto matches = matcher.match(view);
      const std::vector<QueryId> got(matches.begin(), matches.end());
      found += got.size();
      const auto some = static_cast<QueryId>(dice.below(trees.size()));
      EXPECT_EQ(explain(trees[some], kLists, set.fields(), matcher.fields()).holds,
                std::find(got.begin(), got.end(), some) != got.end());
      if (got == expected) continue;
      std::vector<QueryId> differ;
      std::set_symmetric_difference(got.begin(), got.end(), expected.begin(), expected.end(), std::back_inserter(differ));
      FAIL() << "seed " << seed << ": " << texts[differ[0]] << "\nmessage: " << event.message << "\nraw: " << event.raw
             << "\nfields: " << event.fields << "\napp " << event.app << " host " << event.host << "\nthe twin says "
             << twin.matches(trees[differ[0]], view);
    }
  }
  EXPECT_GT(found, 2'000U);
}

TEST(QuerySet, AllocatesNothingForEventsThatNoQueryMatches) {
  QuerySet set;
  for (const char* query : {"\"Out of memory\"", "syslog.appname:sshd AND password", "json.status:[500 TO 599]",
                            "/fail(ed)? to/", "NOT *", "syslog.severity:<=2", "json.user.name:list(bots)"})
    set.add(parse_query(query).tree, kLists);
  set.build();
  const Surroundings surroundings;
  NoCaptures none;
  QueryMatcher matcher(set, surroundings, none);
  const std::vector<std::string> messages = {"GET /index.html 200",
                                             R"({"status": 200, "user": {"name": "alice"}, "path": "\/a"})",
                                             "session opened for user root", "caf\xC3\xA9 memory"};
  const auto pass = [&] {
    for (const std::string& message : messages)
      for (const char* app : {"sshd", "nginx"}) {
        const EventView event{.time = {1},
                              .priority = 30,
                              .message = message,
                              .raw = {},
                              .host = "web-1",
                              .app = app,
                              .procid = {},
                              .msgid = {},
                              .structured_data = {},
                              .fields = {},
                              .source = {},
                              .tags = {}};
        ASSERT_TRUE(matcher.match(event).empty());
      }
  };
  for (int warm = 0; warm < 3; ++warm) pass();
  const std::size_t before = allocations;
  for (int i = 0; i < 100; ++i) pass();
  EXPECT_EQ(allocations, before);
}

std::vector<std::string> literals_of(const std::string& query) {
  QuerySet set;
  set.add(parse_query(query).tree, kLists);
  set.build();
  return set.literals(0);
}

TEST(QuerySet, TakesTheRarestTextThatMustBeThere) {
  EXPECT_EQ(literals_of("error AND \"Failed password for\""), std::vector<std::string>{"password"});
  EXPECT_EQ(literals_of("message:/from (?:\\S+) port [0-9]+ ssh2/").size(), 1U);
  EXPECT_EQ(literals_of("oom OR \"disk full\"").size(), 2U);
  EXPECT_EQ(literals_of("json.status:[500 TO 599]"), std::vector<std::string>{"a number"});
  EXPECT_EQ(literals_of("json.status:[500 TO 599] AND json.path:checkout"), std::vector<std::string>{"checkout"});
  EXPECT_TRUE(literals_of("NOT error").empty());
  EXPECT_TRUE(literals_of("syslog.appname:sshd").empty());
  EXPECT_EQ(literals_of("syslog.appname:sshd AND Failed"), std::vector<std::string>{"failed"});
}

}  // namespace
}  // namespace longshore::rules
