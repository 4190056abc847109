// health: what the load balancer asks, and the switch with which a node leaves and comes back.
#include "health/commands/command_line.hpp"

int main(int argc, char** argv) { return longshore::health::run_command_line(argc, argv); }
