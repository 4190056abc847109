// Drives hosts from a test: the fields of an entry as arguments (url=…), then a call a line on standard input, its words
// between tabs. Each is answered with a line: "ok", a tab and what came, or "error", its code and its message.
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "deployer/host/connect.hpp"

namespace longshore::deployer {
namespace {

using base::Result;
using Words = std::vector<std::string>;
using namespace std::chrono_literals;

std::string one_line(std::string text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? std::string("\\n") : std::string(1, c);
  return out;
}

std::string say(const base::Error& error) {
  return fmt::format("error\t{}\t{}", static_cast<int>(error.code), error.message);
}
std::string say(const Result<void>& result) { return result ? "ok\t" : say(result.error()); }
std::string say(const Result<std::string>& result) { return result ? "ok\t" + *result : say(result.error()); }

std::string text_of(const ContainerState& c) {
  return fmt::format("{} {} {} health={} image={} policy={} restarts={} oom={} exit={} started={}", c.id, c.name, c.status,
                     static_cast<int>(c.health), c.image, c.restart_policy, c.restarts, c.oom_killed, c.exit_code,
                     c.started_at.ns);
}
std::string text_of(const Note& note) {
  std::string text = note.name;
  for (const auto& [key, value] : note.labels) text += fmt::format(" {}={}", key, value);
  return text;
}
std::string text_of(const std::string& text) { return text; }

template <class T>
std::string say_all(const Result<std::vector<T>>& result) {
  if (!result) return say(result.error());
  std::string text = "ok\t";
  for (const T& each : *result) text += text_of(each) + ";";
  return text;
}
template <class T>
std::string say_one(const Result<T>& result) {
  return result ? "ok\t" + text_of(*result) : say(result.error());
}

base::Duration seconds(const std::string& text) {
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(number));
}

// NAME, then the words of the call; a login is SERVER, USER, PASSWORD at the end.
std::string perform(Host& host, const Words& w) {
  const auto at = [&](std::size_t i) { return i < w.size() ? w[i] : std::string(); };
  const auto login = [&](std::size_t i) { return RegistryLogin{at(i), at(i + 1), at(i + 2)}; };
  const RegistryLogin given = login(w[0] == "ask" ? 2 : 3);
  const RegistryLogin* const with = given.server.empty() ? nullptr : &given;
  const std::map<std::string, std::function<std::string()>> calls{
      {"facts",
       [&] {
         const auto facts = host.facts();
         if (!facts) return say(facts.error());
         return fmt::format("ok\t{} {} {} free={} clock={}", facts->docker_version, facts->api_version, facts->architecture,
                            facts->disk_free ? static_cast<std::int64_t>(*facts->disk_free) : -1, facts->clock.ns);
       }},
      {"containers",
       [&] { return say_all(host.containers(at(1), w.size() > 2 ? Words(w.begin() + 2, w.end()) : Words())); }},
      {"inspect", [&] { return say_one(host.inspect(at(1))); }},
      {"images", [&] { return say_all(host.images()); }},
      {"ask", [&] { return say(host.ask_registry(at(1), with)); }},
      {"pull", [&] { return say(host.pull(at(1), with, seconds(at(2)))); }},
      {"remove_image", [&] { return say(host.remove_image(at(1))); }},
      {"create", [&] { return say(host.create(at(1), at(2))); }},
      {"start", [&] { return say(host.start(at(1))); }},
      {"stop", [&] { return say(host.stop(at(1), seconds(at(2)))); }},
      {"signal", [&] { return say(host.signal(at(1), at(2))); }},
      {"rename", [&] { return say(host.rename(at(1), at(2))); }},
      {"policy", [&] { return say(host.set_restart_policy(at(1), at(2))); }},
      {"remove", [&] { return say(host.remove(at(1))); }},
      {"network", [&] { return say(host.ensure_network(at(1), at(2))); }},
      {"connect_network", [&] { return say(host.connect_network(at(1), at(2))); }},
      {"tunnel", [&] { return say(host.tunnel(at(1))); }},
      {"volume", [&] { return say(host.ensure_volume(at(1), at(2))); }},
      {"logs", [&] { return say(host.logs(at(1), 10, {})); }},
      {"put_note", [&] { return say_one(host.put_note({at(1), {{"test.kind", "note"}, {"owner", at(2)}}})); }},
      {"notes", [&] { return say_all(host.notes(at(1))); }},
      {"remove_note", [&] { return say(host.remove_note(at(1))); }},
      {"get",
       [&] {
         const auto answer = host.get(at(1), {"X-Test: yes"}, 5s);
         return answer ? fmt::format("ok\t{} {}", answer->status, answer->body) : say(answer.error());
       }},
      {"post", [&] { return say(host.post(at(1), at(2), 5s)); }},
      {"tcp", [&] { return say(host.connect_tcp(at(1), 5s)); }},
  };
  const auto call = calls.find(w[0]);
  return call == calls.end() ? "error\t-1\tno such call" : call->second();
}

// So many connections at once, each asked for its images; how many of them answered.
std::string connect_many(const HostEntry& entry, int count) {
  std::vector<std::string> said(static_cast<std::size_t>(count));
  std::vector<std::thread> threads;
  for (std::string& each : said)
    threads.emplace_back([&] {
      const auto host = connect(entry);
      each = host ? say_all((*host)->images()) : say(host.error());
    });
  for (std::thread& thread : threads) thread.join();
  int good = 0;
  std::string why;
  for (const std::string& each : said) each.starts_with("ok") ? void(++good) : void(why = each);
  return fmt::format("ok\t{} of {} {}", good, count, why);
}

int run(const Words& arguments) {
  HostEntry entry;
  entry.name = "web1";
  const std::map<std::string, std::string*> fields{
      {"url", &entry.url},      {"address", &entry.address}, {"ca", &entry.ca_file},           {"cert", &entry.cert_file},
      {"key", &entry.key_file}, {"socket", &entry.socket},   {"ssh_config", &entry.ssh_config}};
  int many = 0;
  for (const std::string& argument : arguments) {
    const std::size_t equals = std::min(argument.find('='), argument.size() - 1);
    const std::string name = argument.substr(0, equals), value = argument.substr(equals + 1);
    if (name == "many") std::from_chars(value.data(), value.data() + value.size(), many);
    if (const auto field = fields.find(name); field != fields.end()) *field->second = value;
  }
  const auto answer = [](const std::string& text) { std::cout << one_line(text) << std::endl; };
  if (many > 0) {
    answer(connect_many(entry, many));
    return 0;
  }
  auto host = connect(entry);
  answer(host ? "ok\tconnected" : say(host.error()));
  for (std::string line; host && std::getline(std::cin, line);) {
    Words words;
    for (std::size_t start = 0; start <= line.size();) {
      const std::size_t end = std::min(line.find('\t', start), line.size());
      words.push_back(line.substr(start, end - start));
      start = end + 1;
    }
    // On a thread that ends with its call: a host wanders between threads.
    std::string said;
    std::thread([&] { said = perform(**host, words); }).join();
    answer(said);
  }
  return 0;
}

}  // namespace
}  // namespace longshore::deployer

int main(int count, char** words) { return longshore::deployer::run({words + 1, words + count}); }
