#include "deployer/run/world_for_test.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <chrono>

namespace longshore::deployer {

using base::Code;
using base::fail;
using base::Result;
using namespace std::chrono_literals;

class WorldHost final : public Host {
 public:
  WorldHost(World& world, std::string name) : world_(world), name_(std::move(name)) {}

  const std::string& name() const override { return name_; }
  Result<HostFacts> facts() override {
    return asked([&] {
      return HostFacts{.docker_version = "20.10",
                       .api_version = "1.41",
                       .architecture = "x86_64",
                       .disk_free = 1 << 30,
                       .clock = world_.now()};
    });
  }
  Result<std::vector<ContainerState>> containers(const std::string& environment,
                                                 const std::vector<std::string>& names) override {
    return asked([&] {
      std::vector<ContainerState> found;
      for (const ContainerState& c : node().containers)
        if (c.get(label::kEnvironment) == environment || std::find(names.begin(), names.end(), c.name) != names.end())
          found.push_back(c);
      return found;
    });
  }
  Result<ContainerState> inspect(const std::string& container) override {
    if (ContainerState* found = find(container)) return asked([&] { return *found; });
    return fail(Code::not_found, name_ + ": no such container: " + container);
  }
  Result<std::vector<std::string>> images() override {
    return asked([&] { return std::vector<std::string>(node().images.begin(), node().images.end()); });
  }
  Result<std::string> ask_registry(const std::string& image, const RegistryLogin*) override {
    const std::string digest = image.substr(image.find('@') + 1);
    if (!world_.registry.contains(digest)) return fail(Code::not_found, name_ + ": the registry has no " + image);
    return asked([&] { return digest; });
  }
  Result<void> pull(const std::string& image, const RegistryLogin*, base::Duration) override {
    return change([&] {
      node().images.insert(image);
      return Result<void>();
    });
  }
  Result<void> remove_image(const std::string& image) override {
    return change([&] {
      node().images.erase(image);
      return Result<void>();
    });
  }
  Result<std::string> create(const std::string& name, const std::string& body) override {
    return change([&]() -> Result<std::string> {
      if (find(name) != nullptr) return fail(Code::exists, name + " is taken");
      ContainerState c{.id = world_.new_id(),
                       .name = name,
                       .labels = {},
                       .status = "created",
                       .image = {},
                       .restart_policy = "no",
                       .started_at = {}};
      simdjson::dom::parser parser;
      const simdjson::padded_string padded(body);
      simdjson::dom::object labels;
      if (parser.parse(padded)["Labels"].get(labels) != simdjson::SUCCESS)
        return fail(Code::invalid, "no labels in " + body);
      for (const auto& [key, value] : labels) c.labels[std::string(key)] = std::string(value.get_string().value());
      node().containers.push_back(std::move(c));
      return node().containers.back().id;
    });
  }
  Result<void> start(const std::string& id) override {
    return on(id, [&](ContainerState& c) -> Result<void> {
      for (const ContainerState& other : node().containers)
        if (&other != &c && other.running() && other.get(label::kComponent) == c.get(label::kComponent))
          return fail(Code::exists, "port is already allocated");
      c.status = "running";
      c.started_at = world_.now();
      c.health = c.get(label::kComponent) == "web" ? Health::starting : Health::none;
      return {};
    });
  }
  Result<void> stop(const std::string& id, base::Duration) override {
    return on(id, [&](ContainerState& c) -> Result<void> {
      if (c.running() && c.get(label::kComponent) == "web")
        for (const Rotation rotation : node().rotation)
          if (rotation == Rotation::in)
            world_.violations.push_back(fmt::format("I3: {} is stopped on {} while it is in rotation", c.name, name_));
      if (c.running()) c.exit_code = 0, c.health = Health::unhealthy;  // as Docker: the last that was seen stays
      c.status = "exited";
      return {};
    });
  }
  Result<void> signal(const std::string& container, const std::string& signal) override {
    return on(container, [&](ContainerState& c) -> Result<void> {
      if (!c.running()) return fail(Code::exists, c.name + " is not running");
      node().drained = signal == "SIGUSR1";
      return {};
    });
  }
  Result<void> rename(const std::string& id, const std::string& name) override {
    return on(id, [&](ContainerState& c) -> Result<void> {
      if (find(name) != nullptr) return fail(Code::exists, name + " is taken");
      c.name = name;
      return {};
    });
  }
  Result<void> set_restart_policy(const std::string& id, const std::string& policy) override {
    return on(id, [&](ContainerState& c) -> Result<void> {
      c.restart_policy = policy;
      return {};
    });
  }
  Result<void> remove(const std::string& id) override {
    return on(id, [&](ContainerState& c) -> Result<void> {
      if (c.running()) return fail(Code::exists, "it runs");
      std::erase_if(node().containers, [&](const ContainerState& one) { return one.id == id; });
      return {};
    });
  }
  Result<void> ensure_network(const std::string&, const std::string&) override { return {}; }
  Result<void> connect_network(const std::string&, const std::string&) override { return {}; }
  Result<void> ensure_volume(const std::string&, const std::string&) override { return {}; }
  Result<std::string> logs(const std::string& id, int, base::Timestamp) override {
    return asked([&] {
      const ContainerState* c = find(id);
      return std::string(c != nullptr && world_.behaviour_of(name_, *c) == Behaviour::logs_error ? "starting\nFATAL cannot\n"
                                                                                                 : "starting\n");
    });
  }
  Result<Note> put_note(const Note& note) override {
    return change([&]() -> Result<Note> { return node().notes.emplace(note.name, note).first->second; });
  }
  Result<std::vector<Note>> notes(const std::string& wanted) override {
    return asked([&] {
      std::vector<Note> found;
      const std::string key = wanted.substr(0, wanted.find('=')), value = wanted.substr(wanted.find('=') + 1);
      for (const auto& [name, note] : node().notes)
        if (const auto label = note.labels.find(key); label != note.labels.end() && label->second == value)
          found.push_back(note);
      return found;
    });
  }
  Result<void> remove_note(const std::string& name) override {
    return change([&] {
      node().notes.erase(name);
      return Result<void>();
    });
  }
  Result<ProbeAnswer> get(const std::string& url, const std::vector<std::string>&, base::Duration) override {
    return asked([&] {
      if (!url.ends_with("/status"))
        return ProbeAnswer{.status = World::serves(node()) ? 200 : 503, .body = {}, .headers = {}};
      std::string alerts;
      for (const ContainerState& c : node().containers)
        if (c.running() && world_.behaviour_of(name_, c) == Behaviour::fires_alert && world_.now() - c.started_at > 3s)
          alerts = R"({"rule":"oom","alias":"a","open":true,"at":"2026-01-01T00:00:00Z","message":"it fired"})";
      return ProbeAnswer{.status = 200, .body = "{\"alerts\":[" + alerts + "]}", .headers = {}};
    });
  }
  Result<void> connect_tcp(const std::string&, base::Duration) override { return {}; }
  Result<std::string> tunnel(const std::string&) override { return std::string(); }
  Result<void> post(const std::string&, const std::string&, base::Duration) override { return {}; }

 private:
  World::Node& node() { return world_.nodes.at(name_); }
  ContainerState* find(const std::string& which) {
    for (ContainerState& c : node().containers)
      if (c.id == which || c.name == which) return &c;
    return nullptr;
  }
  template <class F>
  auto asked(F f) -> Result<decltype(f())> {
    if (!node().reachable) return fail(Code::unavailable, name_ + " cannot be reached");
    return f();
  }
  template <class F>
  auto change(F f) -> decltype(f()) {
    if (!node().reachable) return fail(Code::unavailable, name_ + " cannot be reached");
    world_.before_change();
    auto result = f();
    world_.after_change();
    return result;
  }
  template <class F>
  Result<void> on(const std::string& which, F f) {
    return change([&]() -> Result<void> {
      ContainerState* c = find(which);
      if (c == nullptr) return fail(Code::not_found, name_ + ": no such container: " + which);
      return f(*c);
    });
  }
  World& world_;
  std::string name_;
};

class WorldBalancer final : public Balancer {
 public:
  WorldBalancer(World& world, int index) : world_(world), index_(index), name_(fmt::format("lb{}", index + 1)) {}
  const std::string& name() const override { return name_; }
  Result<std::vector<ServerState>> servers() override {
    if (world_.dead_balancers.contains(name_)) return fail(Code::unavailable, name_ + " does not answer");
    std::vector<ServerState> all;
    for (const auto& [host, node] : world_.nodes) {
      ServerState state{.balancer = name_,
                        .backend = "web",
                        .server = host,
                        .rotation = node.rotation[static_cast<std::size_t>(index_)],
                        .status = {}};
      state.status = state.rotation == Rotation::in ? "UP" : state.rotation == Rotation::stopping ? "NOLB" : "DOWN";
      state.requests = static_cast<std::uint64_t>((world_.now().ns - 1'000'000'000) / 1'000'000);
      for (const ContainerState& c : node.containers)
        if (c.running() && world_.behaviour_of(host, c) == Behaviour::answers_500_later && world_.now() - c.started_at > 5s)
          state.errors_5xx = static_cast<std::uint64_t>((world_.now() - c.started_at) / 1s);
      all.push_back(state);
    }
    return all;
  }
  Result<void> drain(const std::string&, const std::string& server) override { return set(server, true); }
  Result<void> ready(const std::string&, const std::string& server) override { return set(server, false); }

 private:
  Result<void> set(const std::string& server, bool drained) {
    world_.before_change();
    world_.nodes.at(server).drained = drained;
    world_.after_change();
    return {};
  }
  World& world_;
  int index_;
  std::string name_;
};

World::World(int hosts, int balancers) : balancer_count_(balancers), now_{1'700'000'000'000'000'000}, next_check_(now_) {
  for (int i = 1; i <= hosts; ++i) {
    Node& node = nodes[fmt::format("app{}", i)];
    node.rotation.assign(static_cast<std::size_t>(balancers), Rotation::out);
    node.containers.push_back({.id = new_id(),
                               .name = "health",
                               .labels = {},
                               .status = "running",
                               .image = {},
                               .restart_policy = "always",
                               .started_at = now_});
  }
}

std::string World::new_id() { return fmt::format("id{:04}", ++ids_); }

std::vector<std::unique_ptr<Host>> World::hosts() {
  std::vector<std::unique_ptr<Host>> all;
  for (const auto& [name, node] : nodes) all.push_back(std::make_unique<WorldHost>(*this, name));
  return all;
}

std::vector<std::unique_ptr<Balancer>> World::balancers() {
  std::vector<std::unique_ptr<Balancer>> all;
  for (int i = 0; i < balancer_count_; ++i) all.push_back(std::make_unique<WorldBalancer>(*this, i));
  return all;
}

Runtime World::runtime() {
  return {.now = [this] { return now_; },
          .sleep = [this](base::Duration by) { advance(by); },
          .parallel =
              [](const std::vector<std::function<void()>>& work) {
                for (const auto& one : work) one();
              },
          .stop = &stop_.set};
}

void World::before_change() {
  ++changes;
  if (changes == kill_at_ && kill_before_) throw Killed{};
}
void World::after_change() {
  if (changes == kill_at_ && !kill_before_) throw Killed{};
}

Behaviour World::behaviour_of(const std::string& host, const ContainerState& container) const {
  if (behaviour.empty()) return Behaviour::good;
  const std::string digest(container.get(label::kDigest));
  if (const auto only = bad_only_on.find(digest); only != bad_only_on.end() && only->second != host) return Behaviour::good;
  const auto found = behaviour.find(digest);
  return found == behaviour.end() ? Behaviour::good : found->second;
}

bool World::serves(const Node& node) {
  return std::any_of(node.containers.begin(), node.containers.end(), [&](const ContainerState& c) {
    return c.get(label::kComponent) == "web" && c.running() && c.health == Health::healthy;
  });
}

void World::live(const std::string& host, ContainerState& c) {
  if (!c.running() || c.get(label::kComponent).empty()) return;
  const base::Duration age = now_ - c.started_at;
  const Behaviour what = behaviour_of(host, c);
  if ((what == Behaviour::exits && age > 200ms) || (what == Behaviour::dies_later && age > 5s))
    c.status = "exited", c.exit_code = 3;
  if (what == Behaviour::runs_out_of_memory && age > 1s) c.status = "exited", c.exit_code = 137, c.oom_killed = true;
  if (c.health == Health::starting && age > 500ms)
    c.health = what == Behaviour::never_healthy ? Health::unhealthy : Health::healthy;
}

void World::check_all() {
  for (auto& [host, node] : nodes) {
    const bool health = std::any_of(node.containers.begin(), node.containers.end(),
                                    [](const ContainerState& c) { return c.name == "health" && c.running(); });
    for (Rotation& rotation : node.rotation)
      rotation = !health || (!node.drained && !serves(node)) ? Rotation::out
                 : node.drained                              ? Rotation::stopping
                                                             : Rotation::in;
  }
}

void World::advance(base::Duration by) {
  const base::Timestamp end = now_ + by;
  while (now_ < end) {
    now_ = std::min(end, now_ + 100ms);
    for (auto& [host, node] : nodes)
      for (ContainerState& c : node.containers) live(host, c);
    if (now_ >= next_check_) check_all(), next_check_ = now_ + 500ms;
    for (std::size_t i = 0; i < static_cast<std::size_t>(balancer_count_); ++i) {
      std::size_t in = 0;
      for (const auto& [host, node] : nodes) {
        if (node.rotation[i] != Rotation::in) continue;
        ++in;
        if (!serves(node)) ++failed_requests;
      }
      lowest_serving = std::min(lowest_serving, in);
    }
  }
}

std::vector<std::string> World::running(const std::string& component) {
  std::vector<std::string> all;
  for (const auto& [host, node] : nodes)
    for (const ContainerState& c : node.containers)
      if (c.running() && c.get(label::kComponent) == component)
        all.push_back(host + "=" + std::string(c.get(label::kDigest)) + (c.name == component ? "" : " as " + c.name));
  return all;
}

}  // namespace longshore::deployer
