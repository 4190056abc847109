// `shipper spool ls|cat|verify|export` on the command line.
#pragma once

#include <CLI/App.hpp>
#include <string>

#include "shipper/commands/spool_commands.hpp"

namespace longshore::shipper {

class SpoolCli {
 public:
  explicit SpoolCli(CLI::App& app);  // which outlives this; this stays where it is
  SpoolCli(const SpoolCli&) = delete;
  SpoolCli& operator=(const SpoolCli&) = delete;
  bool parsed() const { return spool_->parsed(); }
  int run() const;

 private:
  CLI::App* spool_;
  CLI::App *ls_, *cat_, *verify_, *export_;
  SpoolPlace place_;
  SpoolRange range_;
  bool json_ = false;
  std::string format_ = "json";
  std::string file_;
};

}  // namespace longshore::shipper
