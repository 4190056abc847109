// A spot in the file that is being read: the node, its path for people ("sinks[0].timeout"), and the way to say what is
// wrong there. Made on the stack while reading; the tree, the problems and the outside outlive it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "common/config/node.hpp"
#include "common/config/outside.hpp"
#include "common/config/problems.hpp"

namespace longshore::config {

class Spot {
 public:
  Spot(const Node& node, std::string path, Problems& problems, const Outside& outside)
      : node_(&node), path_(std::move(path)), problems_(&problems), outside_(&outside) {}

  const Node& node() const { return *node_; }
  const Outside& outside() const { return *outside_; }
  std::size_t problems() const { return problems_->count(); }

  void wrong(std::string_view what) const { problems_->add(node_->place, path_, what); }

  // What stands below; where nothing does, the place stays this one.
  Spot option(std::string_view key) const;
  Spot item(std::size_t index) const;
  // The same path at the place of another node, e.g. of a key that should not be there.
  Spot at(const Node& node) const { return Spot(node, path_, *problems_, *outside_); }
  // The same spot, for what is told elsewhere, e.g. as a warning.
  Spot into(Problems& problems) const { return Spot(*node_, path_, problems, *outside_); }

 private:
  const Node* node_;
  std::string path_;
  Problems* problems_;
  const Outside* outside_;
};

}  // namespace longshore::config
