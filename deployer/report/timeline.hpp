// The way of each node through the rollout as an inline SVG: a row a node, a bar a phase. Colours and places are attributes,
// so that it shows them also where a policy forbids styles (Jenkins serves archived files so). Pure.
#pragma once

#include <string>
#include <vector>

#include "deployer/report/record.hpp"

namespace longshore::deployer {

struct Stretch {
  Phase phase = Phase::waiting;
  base::Timestamp from, until;
};

// The phases of a node in order, those of no length and `waiting` left out. The last one ends with the run, unless nothing
// follows it (done, undone, failed), then it has no length but is there.
std::vector<Stretch> stretches(const Record& record, const NodeResult& node);

// Empty if nothing happened on any node.
std::string render_timeline(const Record& record);

}  // namespace longshore::deployer
