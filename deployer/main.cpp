// deployer: rolls compositions out to Docker hosts, gated by health; and keeps compositions, their locks and images.
#include "deployer/commands/command_line.hpp"

int main(int argc, char** argv) { return longshore::deployer::run_command_line(argc, argv); }
