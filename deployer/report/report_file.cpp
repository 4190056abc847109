#include "deployer/report/report_file.hpp"

#include <array>
#include <utility>

#include "deployer/report/unfinished.hpp"

namespace longshore::deployer {

base::Result<void> write_whole(base::FileSystem& files, const std::string& path, std::string_view text) {
  const std::size_t slash = path.rfind('/');
  if (slash != std::string::npos && slash > 0) TRY_VOID(files.make_directories(path.substr(0, slash)));
  const std::string temporary = path + ".tmp";
  TRY(file, files.open(temporary, base::OpenMode::create));
  TRY_VOID(file->truncate(0));
  const std::array pieces{text};
  TRY_VOID(file->write(0, pieces));
  return files.rename(temporary, path);
}

ReportFile::ReportFile(base::FileSystem& files, std::string path, Render render, Warn warn)
    : files_(files), path_(std::move(path)), render_(std::move(render)), warn_(std::move(warn)) {}

void ReportFile::begin(const Heading& heading, const std::vector<NodePlan>& nodes) {
  record_.plan = nodes;
  record_.summary = unfinished_summary(heading, nodes);
  write();
}

void ReportFile::finish(const Summary& summary) {
  record_.summary = summary;
  write();
}

void ReportFile::write() {
  if (const auto written = write_whole(files_, path_, render_(record_)); !written)
    warn_("the report is not written: " + written.error().message);
}

}  // namespace longshore::deployer
