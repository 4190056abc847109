// The log paths of a syslog-ng configuration: which sources reach which destinations, and what stands between them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "shipper/import/load.hpp"
#include "shipper/import/loggly.hpp"

namespace longshore::shipper {

struct Driver {
  std::shared_ptr<const std::string> file;
  const Item* item = nullptr;
  Place place() const { return {*file, item->line}; }
};

struct LogPath {
  Place place;
  std::vector<Driver> sources = {}, destinations = {};
  std::vector<std::string> destination_names = {};
  std::vector<std::string> steps = {};  // filters, parsers, flags …, e.g. "filter(f_mail)"
};

class LogPaths {
 public:
  explicit LogPaths(Loader& loader);
  const std::vector<LogPath>& paths() const { return paths_; }
  const Template* find_template(std::string_view name) const;  // null if there is none

 private:
  void define(const LoadedStatement& loaded);
  std::vector<Driver> drivers(std::string_view kind, const std::shared_ptr<const std::string>& file,
                              const std::vector<Statement>& block, int depth);
  void add_drivers(std::string_view kind, const std::shared_ptr<const std::string>& file, const Statement& statement,
                   int depth, std::vector<Driver>& found);
  const std::vector<Driver>& referred(std::string_view kind, const std::shared_ptr<const std::string>& file,
                                      const Item& item);
  void walk(const std::shared_ptr<const std::string>& file, const std::vector<Statement>& block, LogPath path);
  void note(const std::shared_ptr<const std::string>& file, std::uint32_t line, std::string what);

  Loader& loader_;
  std::map<std::string, Template, std::less<>> templates_;
  struct Definition {
    std::shared_ptr<const std::string> file;
    const Item* item = nullptr;
    bool expanded = false;
    std::vector<Driver> drivers = {};
  };
  std::map<std::string, Definition, std::less<>> sources_, destinations_;
  std::vector<LogPath> paths_;
};

}  // namespace longshore::shipper
