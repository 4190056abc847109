// Archives that are made smaller together. What is written has to be on the disk before a source goes: the disk is waited
// for once for all of them, not once for each, which makes ten thousand small logs a matter of seconds.
//
// NAME becomes NAME.gz, with the same access and times. Where that name is taken: by the same text, it is what an earlier
// run has left, and only NAME goes; by anything else, that is renamed out of the way. A file that somebody still writes to
// is left as it is, with a warning: what comes later would be lost. After a kill or a power loss at any moment each text is
// whole under one of its two names, or under both.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/unique_fd.hpp"
#include "rotator/files/directory.hpp"
#include "rotator/policy/policy.hpp"
#include "rotator/rotation/run.hpp"

namespace longshore::rotator {

class CompressionBatch {
 public:
  using Done = std::function<void(const base::Result<void>&)>;

  // Both live longer. What is not finished when it is destroyed is undone.
  CompressionBatch(const Run& run, const Block& block) : run_(run), block_(block) {}
  CompressionBatch(const CompressionBatch&) = delete;
  CompressionBatch& operator=(const CompressionBatch&) = delete;
  ~CompressionBatch();

  // `done` is called once, from here or from finish(). Finishes by itself when there are many, or they are large: sources
  // stay until then, and the disk may be nearly full.
  void add(std::shared_ptr<const Directory> directory, const std::string& name, Done done);
  void finish();
  bool empty() const { return begun_.empty(); }

 private:
  struct Item {
    std::shared_ptr<const Directory> directory;
    std::string name, target;
    Done done;
    base::UniqueFd source, temporary;
    FileFacts facts;               // of the source, as it was read
    bool target_is_there = false;  // it may be of an earlier run, or not
    base::Result<void> result;
    bool postponed = false;
    std::string hidden() const { return Directory::temporary_name(target); }
    std::string path() const { return directory->path_of(name); }
  };

  base::Result<bool> begin(Item& item) const;
  base::Result<void> fill(Item& item) const;
  void make_durable();
  base::Result<void> give_name(Item& item) const;
  void end(Item& item) const;

  const Run& run_;
  const Block& block_;
  std::vector<Item> begun_;
  std::uint64_t bytes_ = 0;  // of their sources
};

// One alone.
base::Result<void> compress_archive(const Run& run, const Block& block, const Directory& directory, const std::string& name);

}  // namespace longshore::rotator
