// The node as the load balancer sees it: what is wanted, what was found, what is answered. Loop thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <map>
#include <string>

#include "common/io/blocking_pool.hpp"
#include "health/daemon/watch.hpp"
#include "health/daemon/wish_file.hpp"

namespace longshore::health {

class Node {
 public:
  // `file` outlives it. `wish`: what first_wish() gave.
  Node(boost::asio::io_context& loop, WishFile& file, Wish wish, unsigned threads);

  // Counts at once for the next answer; returns when it is kept on the disk. Idempotent. An error: it counts all the same,
  // but a new process would not know of it. `by`: one word.
  io::Task<base::Result<void>> drain(std::string by) { return want(true, std::move(by)); }
  io::Task<base::Result<void>> ready(std::string by) { return want(false, std::move(by)); }
  // From now on the process ends: it is out, which is not kept.
  void end() { ending_ = true; }

  Answer answer() const;
  // The same, counted as given to a load balancer.
  Answer answer_balancer();

  const Wish& wish() const { return wish_; }
  Watch& watch() { return watch_; }
  const Watch& watch() const { return watch_; }
  const std::map<int, std::uint64_t>& answers() const { return answers_; }  // by status, to load balancers
  std::uint64_t changes() const { return changes_; }                        // of what is answered

 private:
  io::Task<base::Result<void>> want(bool out, std::string by);

  WishFile& file_;
  Wish wish_;
  bool kept_ = true;
  bool ending_ = false;
  int last_status_ = 503;
  std::map<int, std::uint64_t> answers_{{200, 0}, {404, 0}, {503, 0}};
  std::uint64_t changes_ = 0;
  Watch watch_;
  io::BlockingPool disk_{1};  // one thread: the last word is written last
};

}  // namespace longshore::health
