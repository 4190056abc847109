// What the load balancer is told, as a function of what is wanted and of what the checks found. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "health/decision/check_state.hpp"
#include "health/decision/wish.hpp"

namespace longshore::health {

struct CheckView {
  std::string_view name;
  Verdict verdict = Verdict::unknown;
  std::string_view why;
};

enum class State { in, drained, ending, starting, sick };
std::string_view name_of(State state);

struct Answer {
  State state = State::starting;
  int status = 503;      // of HTTP
  bool well = false;     // every check passes
  std::string why = {};  // one line
};

// 200: in, and every check passes. 404: it is to be out, or the process ends; whatever the checks say. 503: a check fails,
// or has not passed yet.
//
// Out has precedence over sick: with `http-check disable-on-404` a 404 makes NOLB of a running server after one check and
// without an alert, and keeps it there while its application is replaced; a 503 would count towards DOWN, from where the way
// back takes `rise` checks. A server that is DOWN stays DOWN at a 404 (configuration.txt, "http-check disable-on-404").
Answer decide(const Wish& wish, bool ending, std::span<const CheckView> checks);

// For HAProxy's agent-check (configuration.txt, "agent-check"): "ready up", "ready down #why", "drain up", "drain down
// #why". It has words for both, so a node that is out and sick says both: its cookies lead elsewhere as long as it is sick.
// The blank before the # is needed: HAProxy 2.6 takes "down#why" for one word that it does not know.
std::string agent_line(const Answer& answer);

// The body of the answer: a line, or an object.
std::string text_body(const Answer& answer);
std::string json_body(const Answer& answer);

}  // namespace longshore::health
