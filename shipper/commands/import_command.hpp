// `shipper import FILE`: a syslog-ng configuration as one of shipper's, on standard output.
#pragma once

#include <CLI/App.hpp>
#include <string>

namespace longshore::shipper {

class ImportCommand {
 public:
  explicit ImportCommand(CLI::App& app);  // which outlives this; this stays where it is
  ImportCommand(const ImportCommand&) = delete;
  ImportCommand& operator=(const ImportCommand&) = delete;
  bool parsed() const { return command_->parsed(); }
  // 0, or 1 if there is nothing to import, with the reason on standard error.
  int run() const;

 private:
  CLI::App* command_;
  std::string file_ = "/etc/syslog-ng/syslog-ng.conf";
};

}  // namespace longshore::shipper
