// One rule of rotator.yaml: which files, when they are rotated, how, and how long archives stay.
#pragma once

#include <string>
#include <vector>

#include "common/base/bytes.hpp"
#include "common/base/duration.hpp"
#include "rotator/policy/policy.hpp"

namespace longshore::rotator {

enum class When { never, interval, hourly, daily, weekly, monthly, yearly };
enum class HowToRotate { in_place, rename, copy };
enum class WhichCodec { none, gzip, zstd };

struct SignalOptions {
  std::string container;
  std::string signal = "HUP";
};
struct CallOptions {
  std::string url;
  std::string method = "POST";
};

struct RuleOptions {
  std::string name;
  std::vector<std::string> paths;
  std::vector<std::string> exclude;

  When when = When::daily;
  base::Duration every{};   // with When::interval
  base::Bytes max_size{0};  // 0: no limit
  base::Bytes min_size{0};
  bool if_empty = false;

  HowToRotate how = HowToRotate::in_place;
  InPlaceMode in_place = InPlaceMode::automatic;
  std::uint32_t create_mode = 0;  // 0: as the file had it
  std::vector<SignalOptions> signals;
  std::vector<CallOptions> calls;
  std::string before, after;  // shell scripts
  std::string user;           // "": who runs rotator; "owner"; "UID:GID"
  std::string archive_dir;

  WhichCodec compress = WhichCodec::zstd;
  int level = 0;
  bool delay_compress = false;

  int keep = 14;
  base::Duration max_age{};
  base::Bytes max_total_size{0};
  int keep_min = 1;
};

}  // namespace longshore::rotator
