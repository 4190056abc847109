#include "shipper/config/names.hpp"

#include <fmt/format.h>

#include <set>
#include <string>

#include "shipper/config/schemas.hpp"

namespace longshore::shipper {
namespace {

using config::Spot;

// What a source reads from; empty where the option had a problem.
std::string origin(const SourceOptions& source) {
  if (const ListenerCommon* const options = listener(source); options != nullptr) return options->listen;
  const auto& paths = std::get<FileSourceOptions>(source).paths;
  return paths.empty() ? "" : paths.size() == 1 ? paths[0] : paths[0] + " …";
}

// The address that the kernel gives only once; empty where it does not matter (port 0 is any free one).
std::string occupied(const SourceOptions& source) {
  const ListenerCommon* const options = listener(source);
  if (options == nullptr || options->listen.ends_with(":0")) return {};
  return options->listen.starts_with("tls://") ? "tcp" + options->listen.substr(3) : options->listen;
}

class Namer {
 public:
  explicit Namer(const Spot& root) : root_(root) {}

  void sources(std::vector<SourceOptions>& sources) {
    std::set<std::string> addresses;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const Spot spot = root_.option("sources").item(i);
      if (const std::string address = occupied(sources[i]); !address.empty() && !addresses.insert(address).second)
        spot.option("listen").wrong(fmt::format("another source listens on {} already", listener(sources[i])->listen));
      std::string& name = std::visit([](auto& options) -> std::string& { return options.name; }, sources[i]);
      if (!name.empty()) {
        take(name, spot);
        continue;
      }
      const std::string made = fmt::format("{} {}", type_name(sources[i]), origin(sources[i]));
      name = made;
      for (int n = 2; !taken_.insert(name).second; ++n) name = fmt::format("{} {}", made, n);
    }
  }

  void sinks(std::vector<SinkOptions>& sinks) {
    std::set<std::string> folders;
    taken_.clear();
    for (std::size_t i = 0; i < sinks.size(); ++i) {
      const Spot spot = root_.option("sinks").item(i);
      if (const auto* const archive = std::get_if<ArchiveSinkOptions>(&sinks[i]);
          archive != nullptr && !archive->dir.empty() && !folders.insert(archive->dir).second)
        spot.option("dir").wrong("another sink writes to this folder already");
      std::string& name = std::visit([](auto& options) -> std::string& { return options.name; }, sinks[i]);
      if (!name.empty()) {
        take(name, spot);
      } else if (spot.node().find("type") != nullptr) {
        name = type_name(sinks[i]);
        if (!taken_.insert(name).second)
          spot.wrong(fmt::format(
              "needs \"name\": another sink is called \"{}\", and a sink's place in the spool is kept by name", name));
      }
    }
  }

 private:
  void take(const std::string& name, const Spot& spot) {
    if (!taken_.insert(name).second)
      spot.option("name").wrong(fmt::format("\"{}\" is the name of another one already", name));
  }

  const Spot& root_;
  std::set<std::string> taken_;
};

}  // namespace

void name_all(Config& config, const Spot& root) {
  Namer namer(root);
  namer.sources(config.sources);
  namer.sinks(config.sinks);
}

}  // namespace longshore::shipper
