// All that happened, kept for the reports that are written whole at the end. Data only.
#pragma once

#include <vector>

#include "deployer/report/event.hpp"

namespace longshore::deployer {

struct Record {
  std::vector<NodePlan> plan;
  std::vector<Event> events;
  Summary summary;
};

}  // namespace longshore::deployer
