#include "shipper/sources/source_factory.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <utility>

#include "common/io/endpoint.hpp"
#include "common/io/tls.hpp"
#include "shipper/sources/datagram_source.hpp"
#include "shipper/sources/file_source.hpp"
#include "shipper/sources/own_host.hpp"
#include "shipper/sources/protocols.hpp"
#include "shipper/sources/stream_source.hpp"

namespace longshore::shipper {
namespace {

using base::Result;
constexpr std::size_t kForwardMessage = 16 << 20;  // bytes of one message of the protocol: many events
using MadeSource = Result<std::unique_ptr<Source>>;

Result<base::Zone> load_zone(const std::string& name) {
  if (auto zone = base::Zone::from_offset(name)) return zone;
  if (name.find("..") != std::string::npos)
    return base::fail(base::Code::invalid, "time zone \"" + name + "\" is not a name");
  const std::string path = name == "local" ? "/etc/localtime" : "/usr/share/zoneinfo/" + name;
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    if (name == "local") return base::Zone::utc();  // a host without the file keeps UTC
    return base::fail(base::Code::not_found, "time zone \"" + name + "\": there is no " + path +
                                                 "; mount /usr/share/zoneinfo or write an offset, e.g. \"+02:00\"");
  }
  return base::Zone::from_tzif(std::string{std::istreambuf_iterator<char>(in), {}}, name);
}

bool is_datagram(const io::Endpoint& endpoint) {
  return endpoint.transport == io::Transport::udp || endpoint.transport == io::Transport::unix_dgram;
}

MadeSource make_stream(const ListenerCommon& options, const io::Endpoint& endpoint, base::UniqueFd socket,
                       const SourceParts& parts, StreamProtocolFactory protocol) {
  std::shared_ptr<boost::asio::ssl::context> tls;
  if (endpoint.transport == io::Transport::tls) {
    TRY(made, io::make_tls_server({options.cert_file, options.key_file, options.client_ca_file}));
    tls = std::move(made);
  }
  StreamSourceOptions stream{.source = parts.id,
                             .max_connections = options.max_connections,
                             .idle_timeout = options.idle_timeout,
                             .proxy_protocol = options.proxy_protocol};
  return std::make_unique<StreamSource>(parts.loop, stream, std::move(socket), std::move(tls), std::move(protocol),
                                        parts.intake, parts.clock);
}

MadeSource make_datagram(const ListenerCommon& options, base::UniqueFd socket, const SourceParts& parts,
                         std::unique_ptr<DatagramProtocol> protocol) {
  return std::make_unique<DatagramSource>(parts.loop, parts.id, std::move(socket), options.max_message.value,
                                          std::move(protocol), parts.intake, parts.clock);
}

// Pieces of a container's line may come over several connections: they meet here.
class ForwardSource final : public Source {
 public:
  ForwardSource(PartialOptions options, SourceId id, Intake& intake)
      : joiner_(std::move(options)), id_(id), intake_(intake) {}

  PartialJoiner& joiner() { return joiner_; }
  void set_stream(std::unique_ptr<Source> stream) { stream_ = std::move(stream); }

  void start() override { stream_->start(); }
  void expire(base::Timestamp now) override {
    stream_->expire(now);
    if (joiner_.next_deadline() > now) return;
    Batch& batch = intake_.batch();
    const std::size_t first = batch.events.size();
    joiner_.expire(batch, now);
    intake_.finish(id_, first, 0);
  }
  // Pieces that were acknowledged are in the spool's checkpoints, and are taken up again at the next start.
  io::Task<void> stop() override { return stream_->stop(); }
  std::map<std::string, std::int64_t> gauges() const override { return stream_->gauges(); }

 private:
  PartialJoiner joiner_;
  SourceId id_;
  Intake& intake_;
  std::unique_ptr<Source> stream_;
};

MadeSource make(const SyslogSourceOptions& options, const SourceParts& parts) {
  TRY(zone, load_zone(options.timezone));
  TRY(endpoint, io::parse_endpoint(options.listen));
  TRY(socket, io::open_listener(endpoint, {options.receive_buffer, options.mode}));
  if (is_datagram(endpoint))
    return make_datagram(options, std::move(socket), parts, make_syslog_datagrams(zone, own_host()));
  return make_stream(options, endpoint, std::move(socket), parts,
                     [zone, limit = options.max_message.value, own = own_host()](std::string_view peer) {
                       return make_syslog_protocol(limit, zone, host_of_peer(peer, own));
                     });
}

MadeSource make(const GelfSourceOptions& options, const SourceParts& parts) {
  TRY(endpoint, io::parse_endpoint(options.listen));
  TRY(socket, io::open_listener(endpoint, {options.receive_buffer, options.mode}));
  const std::size_t limit = options.max_message.value;
  if (is_datagram(endpoint)) return make_datagram(options, std::move(socket), parts, make_gelf_datagrams(limit));
  return make_stream(options, endpoint, std::move(socket), parts,
                     [limit](std::string_view) { return make_gelf_protocol(limit); });
}

MadeSource make(const ForwardSourceOptions& options, const SourceParts& parts) {
  TRY(endpoint, io::parse_endpoint(options.listen));
  if (is_datagram(endpoint))
    return base::fail(base::Code::invalid, options.listen + ": Forward needs a stream, e.g. tcp://");
  TRY(socket, io::open_listener(endpoint, {options.receive_buffer, options.mode}));
  auto source = std::make_unique<ForwardSource>(PartialOptions{.checkpoint_prefix = "forward " + options.name + " "},
                                                parts.id, parts.intake);
  for (const auto& [key, value] : parts.checkpoints) source->joiner().restore(key, value, parts.clock.now());
  TRY(stream, make_stream(options, endpoint, std::move(socket), parts, [joiner = &source->joiner()](std::string_view) {
        return make_forward_protocol(kForwardMessage, *joiner);
      }));
  source->set_stream(std::move(stream));
  return source;
}

MadeSource make(const FileSourceOptions& options, const SourceParts& parts) {
  TRY(zone, load_zone(options.timezone));
  return make_file_source(options, zone, parts);
}

}  // namespace

Result<std::unique_ptr<Source>> make_source(const SourceOptions& options, const SourceParts& parts) {
  return std::visit([&](const auto& chosen) { return make(chosen, parts); }, options);
}

}  // namespace longshore::shipper
