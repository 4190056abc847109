// Writes payloads to a descriptor that somebody reads, at their pace: a terminal, a pipe, a file. One payload at a time.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <string>

#include "common/base/unique_fd.hpp"
#include "common/io/blocking_pool.hpp"
#include "shipper/sinks/sender.hpp"

namespace longshore::shipper {

class StdoutSender final : public Sender {
 public:
  // `fd` stays the caller's; its flags are not changed, since other processes may share it.
  StdoutSender(boost::asio::any_io_executor loop, io::BlockingPool& pool, int fd);
  ~StdoutSender() override;
  io::Task<Outcome> send(const Payload& payload) override;

 private:
  enum class Kind { file, stream };
  io::BlockingPool& pool_;
  base::UniqueFd fd_;
  Kind kind_ = Kind::stream;
  boost::asio::posix::stream_descriptor readiness_;  // of fd_
  std::uint64_t begun_seq_ = UINT64_MAX;             // of the payload that was written in part: it goes on where it stopped
  std::size_t written_ = 0;
};

}  // namespace longshore::shipper
