// `ports` and `expose` (Compose specification, "ports"). One port of the container is one binding, whichever way it is
// written.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "common/base/ip_network.hpp"
#include "deployer/service/draft.hpp"

namespace longshore::deployer::compose {
namespace {

using config::Spot;

struct Range {
  int first = 0, last = 0;
  int size() const { return last - first + 1; }
  std::string text() const { return first == last ? std::to_string(first) : fmt::format("{}-{}", first, last); }
};

struct Binding {
  std::string ip;                  // of the host; empty: all
  std::optional<Range> published;  // Docker takes a free one of it; none: any free one
  int target = 0;
  std::string protocol = "tcp";
  std::string port() const { return fmt::format("{}/{}", target, protocol); }
};

std::optional<int> port_of(std::string_view text) {
  int port = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool good = error == std::errc{} && stop == text.data() + text.size() && port >= 1 && port <= 65535;
  return good ? std::optional(port) : std::nullopt;
}

std::optional<Range> range_of(std::string_view text) {
  const std::size_t dash = std::min(text.find('-'), text.size());
  const auto first = port_of(text.substr(0, dash));
  const auto last = dash == text.size() ? first : port_of(text.substr(dash + 1));
  return first && last && *first <= *last ? std::optional(Range{*first, *last}) : std::nullopt;
}

bool is_protocol(std::string_view text) { return text == "tcp" || text == "udp" || text == "sctp"; }

void add(const Spot& spot, Draft& draft, const Binding& binding) {
  const std::string port = binding.port();
  Json entry;
  entry["HostIp"] = binding.ip;
  entry["HostPort"] = binding.published ? binding.published->text() : std::string();
  draft.config()["ExposedPorts"][port] = Json::Map{};
  Json& bindings = draft.host()["PortBindings"][port];
  bindings.push_back(std::move(entry));
  bindings.sort();
  draft.part("ports." + port, bindings);
  if (!binding.published || binding.published->size() > 1) return;
  const std::string ip = binding.ip.find(':') == std::string::npos ? binding.ip : fmt::format("[{}]", binding.ip);
  const std::string taken = fmt::format("{}{}{}/{}", ip, ip.empty() ? "" : ":", binding.published->first, binding.protocol);
  auto& all = draft.service.host_ports;
  if (std::find(all.begin(), all.end(), taken) != all.end()) spot.wrong(fmt::format("takes {} of the host twice", taken));
  all.push_back(taken);
}

// [[IP:]PUBLISHED:]TARGET[/PROTOCOL]; PUBLISHED and TARGET may be ranges.
void read_short(const Spot& spot, Draft& draft) {
  std::string_view text = spot.node().scalar;
  Binding binding;
  const auto wrong = [&](std::string_view why) {
    spot.wrong(fmt::format("\"{}\" {}: write [[IP:]PORT:]PORT[/udp]", spot.node().scalar, why));
  };
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    binding.protocol = text.substr(slash + 1);
    if (!is_protocol(binding.protocol)) return wrong("has an unknown protocol");
    text = text.substr(0, slash);
  }
  const std::size_t last = text.rfind(':');
  const auto target = range_of(text.substr(last == std::string_view::npos ? 0 : last + 1));
  if (!target) return wrong("has no good port of the container");
  if (last != std::string_view::npos) {
    text = text.substr(0, last);
    if (const std::size_t before = text.rfind(':'); before != std::string_view::npos) {
      binding.ip = text.substr(0, before);
      text = text.substr(before + 1);
      if (binding.ip.starts_with('[') && binding.ip.ends_with(']')) binding.ip = binding.ip.substr(1, binding.ip.size() - 2);
      if (!base::parse_ip_address(binding.ip)) return wrong("has no good address");
    }
    binding.published = range_of(text);
    if (!binding.published && !(text.empty() && !binding.ip.empty())) return wrong("has no good port of the host");
  }
  const int offset = binding.published ? binding.published->first : 0;
  if (target->size() > 1 && binding.published && binding.published->size() != target->size())
    return wrong("has two ranges of different length");
  for (int i = 0; i < target->size(); ++i) {
    binding.target = target->first + i;
    if (target->size() > 1 && binding.published) binding.published = Range{offset + i, offset + i};
    add(spot, draft, binding);
  }
}

void read_long(const Spot& spot, Draft& draft) {
  Binding binding;
  const std::size_t before = spot.problems();
  const auto port = [](std::optional<Range>& into) {
    return [&into](const Spot& value) {
      const auto text = read_text(value);
      if (text && !(into = range_of(*text))) value.wrong(fmt::format("\"{}\" is no port", *text));
    };
  };
  std::optional<Range> target;
  read_members(spot, {{"target", port(target)},
                      {"published", port(binding.published)},
                      {"host_ip",
                       [&](const Spot& value) {
                         binding.ip = read_text(value).value_or("");
                         if (!binding.ip.empty() && !base::parse_ip_address(binding.ip))
                           value.wrong("is no address, e.g. 127.0.0.1");
                       }},
                      {"protocol",
                       [&](const Spot& value) {
                         binding.protocol = read_text(value).value_or("tcp");
                         if (!is_protocol(binding.protocol)) value.wrong("is tcp, udp or sctp");
                       }},
                      {"mode",  // `docker compose config` writes it everywhere; without Swarm both are the same
                       [](const Spot& value) {
                         const auto mode = read_text(value);
                         if (mode && *mode != "host" && *mode != "ingress") value.wrong("is host or ingress");
                       }},
                      {"name", [](const Spot& value) { read_text(value); }},  // for people
                      {"app_protocol", [](const Spot& value) { read_text(value); }}});
  if (spot.problems() > before) return;
  if (!target || target->size() > 1) return spot.wrong("needs \"target\": a port of the container");
  binding.target = target->first;
  add(spot, draft, binding);
}

}  // namespace

void read_ports(const Spot& spot, Draft& draft) {
  config::for_each_item(spot, [&](const Spot& item) {
    if (item.node().kind == config::Node::Kind::map)
      read_long(item, draft);
    else if (read_text(item))
      read_short(item, draft);
  });
}

void read_expose(const Spot& spot, Draft& draft) {
  for (const std::string& text : read_texts(spot).value_or(std::vector<std::string>())) {
    const std::size_t slash = std::min(text.find('/'), text.size());
    const std::string protocol = slash == text.size() ? "tcp" : text.substr(slash + 1);
    const auto range = range_of(std::string_view(text).substr(0, slash));
    if (!range || !is_protocol(protocol)) {
      spot.wrong(fmt::format("\"{}\" is no port: write PORT or PORT/udp", text));
      continue;
    }
    for (int port = range->first; port <= range->last; ++port) {
      const std::string name = fmt::format("{}/{}", port, protocol);
      draft.config()["ExposedPorts"][name] = Json::Map{};
      draft.part("expose." + name, Json::Map{});
    }
  }
}

}  // namespace longshore::deployer::compose
