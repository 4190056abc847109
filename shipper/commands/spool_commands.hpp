// `shipper spool …`: what people ask a spool. All work read-only, beside a running shipper or without one, print to standard
// output and answer with the exit code of the process (commands.hpp).
#pragma once

#include <string>

#include "shipper/commands/spool_lines.hpp"

namespace longshore::shipper {

// Which spool.
struct SpoolPlace {
  std::string data_dir;                                // the spool is its folder "spool"; empty: as the configuration says
  std::string config = "/etc/longshore/shipper.yaml";  // its secrets are not needed
};

int spool_ls(const SpoolPlace& place);
// Exit code 65 if damaged places had to be skipped; what is good was printed.
int spool_cat(const SpoolPlace& place, const SpoolRange& range, SpoolLine form);
// To `file`, which must not exist (empty: standard output); as zstd if its name ends in ".zst".
int spool_export(const SpoolPlace& place, const SpoolRange& range, SpoolLine form, const std::string& file);
int spool_verify(const SpoolPlace& place);  // exit code 1 if anything is damaged

}  // namespace longshore::shipper
