#include "rotator/rotation/directory_pool.hpp"

#include <algorithm>
#include <utility>

namespace longshore::rotator {

using base::Result;

Result<std::shared_ptr<const Directory>> DirectoryPool::open(const std::string& path) {
  if (const auto found = open_.find(path); found != open_.end()) return found->second;
  TRY(directory, Directory::open(path));
  TRY(facts, directory.facts());
  const auto [before, fresh] = seen_.try_emplace(path, facts);
  if (!fresh && !before->second.same_file(facts))
    return base::fail(base::Code::permission, path + " is another directory than a moment ago");
  if (order_.size() >= kOpen) {
    open_.erase(order_.front());
    order_.pop_front();
  }
  auto shared = std::make_shared<const Directory>(std::move(directory));
  open_.emplace(path, shared);
  order_.push_back(path);
  return shared;
}

Result<std::vector<std::string>> DirectoryPool::names(const std::string& path, const std::string& prefix) {
  auto listed = listed_.find(path);
  if (listed == listed_.end()) {
    TRY(directory, open(path));
    TRY(all, directory->list());
    listed = listed_.emplace(path, std::move(all)).first;
  }
  const auto& all = listed->second;
  const auto begin = std::lower_bound(all.begin(), all.end(), prefix);
  const auto end = std::find_if(begin, all.end(), [&](const std::string& name) { return !name.starts_with(prefix); });
  return std::vector<std::string>(begin, end);
}

// The first of them takes the others with it, where the file system has one journal for all.
Result<void> DirectoryPool::sync() {
  Result<void> result;
  for (const std::string& path : std::exchange(changed_, {})) {
    const auto directory = open(path);
    auto synced = directory ? (*directory)->sync() : base::fail(directory.error());
    if (!synced) result = std::move(synced);
  }
  return result;
}

void DirectoryPool::made(const std::string& path, const std::string& name) {
  const auto listed = listed_.find(path);
  if (listed == listed_.end()) return;
  auto& all = listed->second;
  const auto place = std::lower_bound(all.begin(), all.end(), name);
  if (place == all.end() || *place != name) all.insert(place, name);
}

}  // namespace longshore::rotator
