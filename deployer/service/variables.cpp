// `environment` and `env_file`: the variables of the container. A file is read here, on the machine where deployer runs; the
// next stands above the one before, and `environment` above all.
#include <fmt/format.h>

#include "common/base/utf8.hpp"
#include "deployer/service/dotenv.hpp"
#include "deployer/service/draft.hpp"
#include "deployer/service/sha256.hpp"

namespace longshore::deployer::compose {
namespace {

using config::Node;
using config::Spot;
using Values = std::map<std::string, std::string>;

void read_file(const Spot& spot, const File& file, const std::string& path, bool required, DotenvFormat format,
               Values& values) {
  if (path.empty()) return spot.wrong("needs a path");
  const std::string from_here = is_absolute(path) ? path : file.folder + path;
  const auto text = file.outside.read_file(from_here);
  if (!text) {
    if (required || text.error().code != base::Code::not_found) spot.wrong(text.error().message);
    return;
  }
  auto read = read_dotenv(*text, from_here, file.variable, format);
  if (!read) return spot.wrong(read.error().message);
  for (auto& [name, value] : *read) values[name] = std::move(value);
}

void read_files(const Spot& spot, const File& file, Values& values) {
  const auto read_one = [&](const Spot& item) {
    if (item.node().kind != Node::Kind::map) {
      if (const auto path = read_text(item)) read_file(item, file, *path, true, DotenvFormat::compose, values);
      return;
    }
    std::string path;
    bool required = true;
    DotenvFormat format = DotenvFormat::compose;
    const std::size_t before = item.problems();
    read_members(item, {{"path", into(path)}, {"required", into(required)}, {"format", [&](const Spot& value) {
                                                                               if (read_text(value) == "raw")
                                                                                 format = DotenvFormat::raw;
                                                                               else
                                                                                 value.wrong("is raw, or is not given");
                                                                             }}});
    if (item.problems() == before) read_file(item, file, path, required, format, values);
  };
  if (spot.node().kind == Node::Kind::scalar)
    read_one(spot);
  else
    config::for_each_item(spot, read_one);
}

void read_environment(const Spot& spot, const File& file, Values& values) {
  const auto pairs = read_pairs(spot);
  if (!pairs) return;
  for (const auto& [name, value] : *pairs) {
    const auto taken = value ? value : file.variable(name);
    if (name.find('=') != std::string::npos)
      spot.wrong("a name has no =");
    else if (!taken)
      spot.wrong(fmt::format("\"{}\" has no value, and is not set here: set it, or give it one", name));
    else if (!base::is_utf8(*taken) || taken->find('\0') != std::string::npos)
      spot.wrong(fmt::format("\"{}\" is not text in UTF-8", name));
    else
      values[name] = *taken;
  }
}

}  // namespace

void read_variables(const Spot& service, Draft& draft) {
  Values values;
  if (is_given(service, "env_file")) read_files(service.option("env_file"), draft.file, values);
  if (is_given(service, "environment")) read_environment(service.option("environment"), draft.file, values);
  for (const auto& [name, value] : values) {
    draft.config()["Env"].push_back(name + "=" + value);
    draft.part("environment." + name, sha256_hex(value).substr(0, 16));  // it may be a secret
  }
}

}  // namespace longshore::deployer::compose
