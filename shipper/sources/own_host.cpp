#include "shipper/sources/own_host.hpp"

#include <unistd.h>

namespace longshore::shipper {

std::string own_host() {
  char name[256] = "localhost";
  ::gethostname(name, sizeof name - 1);
  return name;
}

}  // namespace longshore::shipper
