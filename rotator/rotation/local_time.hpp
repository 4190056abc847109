// What a wall clock here shows: by TZ, or /etc/localtime.
#pragma once

#include "rotator/policy/moment.hpp"

namespace longshore::rotator {

Moment local_moment(base::Timestamp time);

}  // namespace longshore::rotator
