#include "deployer/report/stream_file.hpp"

#include <array>

namespace longshore::deployer {

base::Result<std::unique_ptr<StreamFile>> StreamFile::open(base::FileSystem& files, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash != std::string::npos && slash > 0) TRY_VOID(files.make_directories(path.substr(0, slash)));
  TRY(file, files.open(path, base::OpenMode::create));
  TRY_VOID(file->truncate(0));
  return std::unique_ptr<StreamFile>(new StreamFile(std::move(file)));
}

void StreamFile::write(std::string_view lines) {
  if (!trouble_.empty()) return;
  const std::array pieces{lines};
  if (const auto written = file_->write(size_, pieces); !written)
    trouble_ = written.error().message;
  else
    size_ += lines.size();
}

}  // namespace longshore::deployer
