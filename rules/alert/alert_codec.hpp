// A change of an alert as one line of JSON: how it waits on disk, and what the JSON-lines sink shows. Pure.
//
//   {"kind":"open","rule":"oom","alias":"oom|host|web-1","episode":"…","group":["java"],"at":"2026-11-23T03:42:12.000000001Z","count":1,
//    "priority":"P2","message":"…","description":"…","note":"…","details":{"k":"v"},"tags":["a"],"samples":["…"],
//    "responders":[{"type":"team","name":"infra"}],"runbook":"…","host":"web-1","source":"…"}
//
// What is empty is left out. Bytes that are not UTF-8 become U+FFFD; all else is read back as it was.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "rules/alert/alert_change.hpp"

namespace longshore::rules {

// Without a line end, and with none inside.
std::string write_alert_change(const AlertChange& change);

// Code::corrupt if the line is not JSON, lacks one of kind, rule, alias, episode and at, or has a member of the wrong type;
// members that are not known are passed over. Total for any bytes.
base::Result<AlertChange> read_alert_change(std::string_view line);

}  // namespace longshore::rules
