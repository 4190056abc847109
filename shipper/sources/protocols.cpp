#include "shipper/sources/protocols.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "common/io/endpoint.hpp"
#include "shipper/docker/forward_decoder.hpp"
#include "shipper/docker/gelf_datagrams.hpp"
#include "shipper/docker/gelf_stream.hpp"
#include "shipper/docker/syslog_pieces.hpp"
#include "shipper/framing/syslog_framer.hpp"
#include "shipper/parse/syslog.hpp"
#include "shipper/sources/own_host.hpp"

namespace longshore::shipper {
namespace {

class SyslogProtocol final : public StreamProtocol {
 public:
  SyslogProtocol(std::size_t max_message, const base::Zone& zone, std::string_view peer)
      : framer_(max_message), pieces_({.max_message = std::max(max_message, std::size_t{1} << 20)}) {
    context_.peer = peer;
    context_.zone = zone;
  }
  void begin(Batch& batch) override { framer_.begin(batch.arena); }
  bool feed(Batch& batch, Slice bytes, base::Timestamp now) override {
    const std::size_t first = batch.events.size();
    context_.now = now;
    framer_.feed(batch.arena, bytes, [&](Slice frame, bool truncated) { parse_syslog(batch, frame, truncated, context_); });
    pieces_.apply(batch, first, now);
    return true;
  }
  void finish(Batch& batch, base::Timestamp now) override {
    const std::size_t first = batch.events.size();
    context_.now = now;
    framer_.finish(batch.arena, [&](Slice frame, bool truncated) { parse_syslog(batch, frame, truncated, context_); });
    pieces_.apply(batch, first, now);
    pieces_.expire(batch, kNever);
  }
  void expire(Batch& batch, base::Timestamp now) override { pieces_.expire(batch, now); }
  base::Timestamp next_deadline() const override { return pieces_.next_deadline(); }
  std::size_t held() const override { return framer_.held(); }

 private:
  SyslogFramer framer_;
  SyslogContext context_;
  SyslogPieces pieces_;
};

class GelfProtocol final : public StreamProtocol {
 public:
  explicit GelfProtocol(std::size_t max_message) : stream_(max_message) {}
  void begin(Batch& batch) override { stream_.begin(batch); }
  bool feed(Batch& batch, Slice bytes, base::Timestamp now) override {
    const std::size_t first = batch.events.size();
    stream_.feed(batch, bytes, now);
    pieces_.apply(batch, first, now);
    return true;
  }
  void finish(Batch& batch, base::Timestamp now) override {
    const std::size_t first = batch.events.size();
    stream_.finish(batch, now);
    pieces_.apply(batch, first, now);
    pieces_.expire(batch, kNever);
  }
  void expire(Batch& batch, base::Timestamp now) override { pieces_.expire(batch, now); }
  base::Timestamp next_deadline() const override { return pieces_.next_deadline(); }
  std::size_t held() const override { return stream_.held(); }

 private:
  GelfStream stream_;
  SyslogPieces pieces_;
};

class ForwardProtocol final : public StreamProtocol {
 public:
  ForwardProtocol(std::size_t max_message, PartialJoiner& joiner) : decoder_({.max_message = max_message}, joiner) {}
  void begin(Batch&) override {}
  bool feed(Batch& batch, Slice bytes, base::Timestamp now) override { return decoder_.feed(batch, bytes, now); }
  void finish(Batch&, base::Timestamp) override {}  // an incomplete message was not acknowledged: its sender repeats it
  std::size_t held() const override { return decoder_.held(); }
  std::string_view problem() const override { return decoder_.problem(); }
  bool set_answer(std::function<void(std::string)> answer) override {
    decoder_.set_answer(std::move(answer));
    return true;
  }

 private:
  ForwardDecoder decoder_;
};

class SyslogDatagrams final : public DatagramProtocol {
 public:
  SyslogDatagrams(const base::Zone& zone, std::string own_host) : own_host_(std::move(own_host)) {
    context_.zone = zone;
    context_.peer = own_host_;
  }
  void feed(Batch& batch, const Datagram& datagram, base::Timestamp now, DropCounter&) override {
    std::string_view bytes(datagram.bytes.data(), datagram.bytes.size());
    while (!bytes.empty() && (bytes.back() == '\n' || bytes.back() == '\r' || bytes.back() == '\0')) bytes.remove_suffix(1);
    if (bytes.empty()) return;
    set_peer(*datagram.peer);
    context_.now = now;
    const std::size_t first = batch.events.size();
    parse_syslog(batch, batch.arena.append(bytes), datagram.truncated, context_);
    pieces_.apply(batch, first, now);
  }
  void expire(Batch& batch, base::Timestamp now, DropCounter&) override { pieces_.expire(batch, now); }

 private:
  // Most datagrams come from the same sender as the one before.
  void set_peer(const sockaddr_storage& peer) {
    if (peer.ss_family != AF_INET && peer.ss_family != AF_INET6) return;  // a unix socket
    if (std::memcmp(&peer, &last_peer_, sizeof(sockaddr_in)) == 0 && peer.ss_family == AF_INET) return;
    last_peer_ = peer;
    context_.peer = host_of_peer(io::address_text(peer), own_host_);
  }
  std::string own_host_;
  SyslogContext context_;
  SyslogPieces pieces_;
  sockaddr_storage last_peer_{};
};

class GelfDatagramProtocol final : public DatagramProtocol {
 public:
  explicit GelfDatagramProtocol(std::size_t max_message) : datagrams_({.max_message = max_message, .chunks = {}}) {}
  void feed(Batch& batch, const Datagram& datagram, base::Timestamp now, DropCounter& lost) override {
    const std::size_t first = batch.events.size();
    datagrams_.feed(batch, {datagram.bytes.data(), datagram.bytes.size()}, now, lost);
    pieces_.apply(batch, first, now);
  }
  void expire(Batch& batch, base::Timestamp now, DropCounter& lost) override {
    datagrams_.expire(now, lost);
    pieces_.expire(batch, now);
  }

 private:
  GelfDatagrams datagrams_;
  SyslogPieces pieces_;
};

}  // namespace

std::unique_ptr<DatagramProtocol> make_syslog_datagrams(const base::Zone& zone, std::string own_host) {
  return std::make_unique<SyslogDatagrams>(zone, std::move(own_host));
}
std::unique_ptr<DatagramProtocol> make_gelf_datagrams(std::size_t max_message) {
  return std::make_unique<GelfDatagramProtocol>(max_message);
}
std::unique_ptr<StreamProtocol> make_syslog_protocol(std::size_t max_message, const base::Zone& zone,
                                                     std::string_view peer) {
  return std::make_unique<SyslogProtocol>(max_message, zone, peer);
}
std::unique_ptr<StreamProtocol> make_gelf_protocol(std::size_t max_message) {
  return std::make_unique<GelfProtocol>(max_message);
}
std::unique_ptr<StreamProtocol> make_forward_protocol(std::size_t max_message, PartialJoiner& joiner) {
  return std::make_unique<ForwardProtocol>(max_message, joiner);
}

}  // namespace longshore::shipper
