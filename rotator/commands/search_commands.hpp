// The commands that read logs and archives: grep, cat and verify. What the command line says, as plain values. Each returns
// the exit code of the process and prints to two descriptors. They block.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/timestamp.hpp"

namespace longshore::rotator {

struct TimeOptions {
  std::string since = {};  // as parse_time_argument reads it; empty: from the beginning
  std::string until = {};  // empty: to the end
};

struct GrepOptions {
  std::string pattern;
  bool ignore_case = false;         // -i
  bool invert = false;              // -v
  bool count = false;               // -c
  bool files_with_matches = false;  // -l
  bool line_number = false;         // -n
  bool no_filename = false;         // -h
  bool with_filename = false;       // -H; without either, names are printed if there is more than one file to look at
  bool fixed = false;               // -F
  bool quiet = false;               // -q
  std::optional<std::uint64_t> max_count = {};  // -m
  unsigned threads = 0;                         // -j; 0: one for each processor, at most 8
  TimeOptions times = {};
  std::vector<std::string> paths = {};  // files and directories
};

struct CatOptions {
  unsigned threads = 0;
  TimeOptions times = {};
  std::vector<std::string> paths = {};
};

struct VerifyOptions {
  bool quiet = false;  // tells of damage alone
  unsigned threads = 0;
  std::vector<std::string> paths = {};
};

struct Output {
  int out = 1;
  int err = 2;
};

// 0: a line was selected; 1: none; 2: trouble, also where lines were selected, but not with `quiet`. As grep.
int grep(const GrepOptions& options, base::Timestamp now, Output output = {});
// 0: all was printed; 1: something could not be read; 2: the command line cannot be understood.
int cat(const CatOptions& options, base::Timestamp now, Output output = {});
// 0: every archive is whole; 1: something is damaged; 2: something could not be read.
int verify(const VerifyOptions& options, Output output = {});

}  // namespace longshore::rotator
