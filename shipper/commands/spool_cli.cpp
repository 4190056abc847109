#include "shipper/commands/spool_cli.hpp"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace longshore::shipper {

SpoolCli::SpoolCli(CLI::App& app)
    : spool_(app.add_subcommand("spool", "Look into the spool: read-only, also while a shipper runs on it")),
      ls_(spool_->add_subcommand("ls", "Segments, and how far each sink is behind")),
      cat_(spool_->add_subcommand("cat", "Print events: sequence number, time, host, source, line")),
      verify_(spool_->add_subcommand("verify", "Check every byte; exit 0, or 1 and a line for each damaged place")),
      export_(spool_->add_subcommand("export", "Copy events as JSON lines or as they were received")) {
  spool_->require_subcommand(1);
  for (CLI::App* command : {ls_, cat_, verify_, export_}) {
    auto* config =
        command->add_option("-c,--config", place_.config, "Configuration that names the spool")->capture_default_str();
    command->add_option("--data-dir", place_.data_dir, "The shipper's data_dir; the spool is its folder `spool`")
        ->excludes(config);
  }
  for (CLI::App* command : {cat_, export_}) {
    command->add_option("--from", range_.from, "First sequence number");
    command->add_option("--to", range_.to, "Last sequence number");
    command->add_option("--source", range_.source,
                        "Only events of sources with this in their name, e.g. `udp` or `/var/log/app`");
  }
  cat_->add_flag("--json", json_, "As the JSON that sinks send");
  export_->add_option("--format", format_, "json: one object a line; raw: the lines as they were received")
      ->check(CLI::IsMember({"json", "raw"}))
      ->capture_default_str();
  export_->add_option("-o,--output", file_, "A new file, compressed if it ends in .zst; standard output if not given");
}

int SpoolCli::run() const {
  if (ls_->parsed()) return spool_ls(place_);
  if (verify_->parsed()) return spool_verify(place_);
  if (cat_->parsed()) return spool_cat(place_, range_, json_ ? SpoolLine::json : SpoolLine::people);
  return spool_export(place_, range_, format_ == "json" ? SpoolLine::json : SpoolLine::raw, file_);
}

}  // namespace longshore::shipper
