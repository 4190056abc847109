#include "shipper/commands/import_command.hpp"

#include <glob.h>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "shipper/import/import.hpp"

namespace longshore::shipper {
namespace {

base::Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return base::fail_errno(errno, "read " + path);
  std::string text(kMostImportBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return base::fail_errno(errno, "read " + path);
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kMostImportBytes) return base::fail(base::Code::invalid, path + " is too large for a configuration");
  return text;
}

std::vector<std::string> find_files(const std::string& pattern) {
  std::error_code error;
  const std::string wanted = std::filesystem::is_directory(pattern, error) ? pattern + "/*" : pattern;
  std::vector<std::string> found;
  glob_t paths{};
  if (::glob(wanted.c_str(), 0, nullptr, &paths) == 0)
    for (std::size_t i = 0; i < paths.gl_pathc; ++i)
      if (std::filesystem::is_regular_file(paths.gl_pathv[i], error)) found.emplace_back(paths.gl_pathv[i]);
  ::globfree(&paths);
  return found;
}

}  // namespace

ImportCommand::ImportCommand(CLI::App& app)
    : command_(app.add_subcommand("import",
                                  "Turn what a syslog-ng.conf sends to Loggly into a configuration, on standard output")) {
  command_->add_option("file", file_, "The configuration of syslog-ng; its includes are followed")->capture_default_str();
}

int ImportCommand::run() const {
  const auto yaml = import_syslog_ng(file_, {.read = read_file, .find = find_files});
  if (!yaml) {
    std::fprintf(stderr, "%s\n", yaml.error().message.c_str());
    return 1;
  }
  std::fputs(yaml->c_str(), stdout);
  return 0;
}

}  // namespace longshore::shipper
