// The directives that set something in a policy: logrotate's, and ours beside them. Those that change how reading goes on
// (scripts, include, taboo lists) are the reader's. Pure.
#pragma once

#include <string>
#include <string_view>

#include "rotator/logrotate/messages.hpp"
#include "rotator/logrotate/outside.hpp"
#include "rotator/policy/policy.hpp"

namespace longshore::rotator {

struct DirectiveContext {
  Policy& policy;
  bool& criterion_said;  // in this block: the next one overrides it, which is worth a note
  Outside& outside;
  Messages& messages;
};

enum class DirectiveKind { none, word, value };  // word: what follows on its line is the next directive
DirectiveKind kind_of_directive(std::string_view name);

// A directive of kind word.
void apply_word(std::string_view name, const DirectiveContext& context);
// One of kind value, with the rest of its line, trimmed. Returns what is wrong; empty: nothing.
std::string apply_value(std::string_view name, std::string_view value, const DirectiveContext& context);

}  // namespace longshore::rotator
