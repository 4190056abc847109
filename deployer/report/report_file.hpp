// A report that is a whole file (JUnit, HTML): written at the begin as that of a run which did not end, and replaced at the
// end. Each time under another name and renamed, so that nobody reads half of it.
#pragma once

#include <functional>
#include <string>

#include "common/base/file_system.hpp"
#include "common/base/result.hpp"
#include "deployer/report/event.hpp"
#include "deployer/report/record.hpp"

namespace longshore::deployer {

// Makes the folder if it is missing. Errors name the path.
base::Result<void> write_whole(base::FileSystem& files, const std::string& path, std::string_view text);

class ReportFile final : public Reporter {
 public:
  using Render = std::function<std::string(const Record&)>;
  using Warn = std::function<void(const std::string&)>;  // a report that cannot be written is no reason to stop a rollout

  // `files` outlives this.
  ReportFile(base::FileSystem& files, std::string path, Render render, Warn warn);

  void begin(const Heading& heading, const std::vector<NodePlan>& nodes) override;
  void on(const Event& event) override { record_.events.push_back(event); }
  void finish(const Summary& summary) override;

 private:
  void write();

  base::FileSystem& files_;
  const std::string path_;
  const Render render_;
  const Warn warn_;
  Record record_;
};

}  // namespace longshore::deployer
