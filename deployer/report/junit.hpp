// A run as JUnit XML, as Jenkins' junit plugin and the Surefire schema read it: one test case for each component on each
// host. Pure.
//
// What Jenkins shows is the truth of the fleet: a node that was rolled back is a failure, though it serves; one that is as
// it should be has passed, for it has been looked at; one that the rollout did not come to is skipped. A run that failed
// before or beside any node has a failed test case of its own, so that no failed run is green.
#pragma once

#include <string>

#include "deployer/report/record.hpp"

namespace longshore::deployer {

std::string render_junit(const Record& record);

}  // namespace longshore::deployer
