#include "rotator/commands/logrotate_command.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <getopt.h>
#include <locale.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.hpp"
#include "rotator/logrotate/config_reader.hpp"
#include "rotator/rotation/block_rotation.hpp"
#include "rotator/rotation/local_time.hpp"
#include "rotator/rotation/message_log.hpp"
#include "rotator/rotation/state_store.hpp"
#include "rotator/rotation/system_outside.hpp"
#include "rotator/version.hpp"

namespace longshore::rotator {
namespace {

enum Exit { kGood = 0, kFailed = 1, kBadOption = 2, kLocked = 3 };
enum LongOnly { kSkipLock = 256, kWaitForLock, kUsageOption, kVersionOption, kHelpOption };

constexpr const char* kUsage =
    "Usage: rotator [-dfv?] [-d|--debug] [-f|--force] [-m|--mail=command]\n"
    "        [-s|--state=statefile] [--skip-state-lock] [--wait-for-state-lock]\n"
    "        [-v|--verbose] [-l|--log=logfile] [--version] [-?|--help] [--usage]\n"
    "        [OPTION...] <configfile>\n";
constexpr const char* kHelp =
    "Usage: rotator [OPTION...] <configfile>\n"
    "  -d, --debug               Do nothing, say what would be done\n"
    "  -f, --force               Rotate whether due or not\n"
    "  -m, --mail=command        Command to send mail (instead of `/usr/bin/mail')\n"
    "  -s, --state=statefile     Path of state file\n"
    "      --skip-state-lock     Do not lock the state file\n"
    "      --wait-for-state-lock Wait for lock on the state file\n"
    "  -v, --verbose             Say what is done\n"
    "  -l, --log=logfile         Log file or 'syslog' to log to syslog\n"
    "      --version             Display version information\n"
    "\n"
    "Help options:\n"
    "  -?, --help                Show this help message\n"
    "      --usage               Display brief usage message\n"
    "\n"
    "Commands, each with --help:\n"
    "  rotator run               Watch logs and rotate them, by rotator.yaml or logrotate's files: a daemon instead of "
    "cron\n"
    "  rotator check, plan       Say what is wrong with a configuration; what would be done now, and why\n"
    "  rotator status            Show what a running one has done; healthcheck: whether it is well\n"
    "  rotator grep, cat, verify Search, print and prove logs and their archives\n"
    "  rotator reference         Print every option of rotator.yaml\n";

// Called as logrotate, whoever looks at the version wants to know what it behaves like.
void print_version(std::string_view called) {
  const StateOptions state;
  const bool as_logrotate = called.substr(called.rfind('/') + 1) == "logrotate";
  std::printf(as_logrotate ? "logrotate 3.21.0 (rotator %s)\n\n" : "rotator %s\n\n", kVersion);
  std::printf("    Default mail command:       %s\n", "/usr/bin/mail");
  std::printf("    Default compress command:   %s\n", Policy().compress_command.program.c_str());
  std::printf("    Default uncompress command: %s\n", Policy().uncompress_command.program.c_str());
  std::printf("    Default compress extension: %s\n", Policy().compress_extension.c_str());
  std::printf("    Default state file path:    %s\n", state.path.c_str());
  std::printf("    ACL support:                yes\n");
  std::printf("    SELinux support:            no\n");
}

// Started without them, a file that is opened would become standard error.
void hold_standard_descriptors() {
  int fd = 0;
  while (fd >= 0 && fd <= STDERR_FILENO) fd = ::open("/dev/null", O_RDWR);
  if (fd >= 0) ::close(fd);
}

struct Options {
  StateOptions state;
  bool force = false;
  std::string mail_command = "/usr/bin/mail";
  std::vector<std::string> configs;
};

// An exit code, or -1: go on.
int read_options(int argc, char** argv, Options& options, MessageLog& messages) {
  static constexpr struct option kLong[] = {{"debug", no_argument, nullptr, 'd'},
                                            {"force", no_argument, nullptr, 'f'},
                                            {"mail", required_argument, nullptr, 'm'},
                                            {"state", required_argument, nullptr, 's'},
                                            {"skip-state-lock", no_argument, nullptr, kSkipLock},
                                            {"wait-for-state-lock", no_argument, nullptr, kWaitForLock},
                                            {"verbose", no_argument, nullptr, 'v'},
                                            {"log", required_argument, nullptr, 'l'},
                                            {"version", no_argument, nullptr, kVersionOption},
                                            {"help", no_argument, nullptr, kHelpOption},
                                            {"usage", no_argument, nullptr, kUsageOption},
                                            {nullptr, 0, nullptr, 0}};
  ::opterr = 0;
  ::optind = 1;
  for (int option; (option = ::getopt_long(argc, argv, ":dfm:s:vl:", kLong, nullptr)) != -1;) {
    switch (option) {
      case 'd':
        options.state.dry = true;
        messages.warning(
            "logrotate in debug mode does nothing except printing debug messages!  Consider using verbose mode (-v) "
            "instead if this is not what you want.\n");
        messages.set_verbose();
        break;
      case 'v':
        messages.set_verbose();
        break;
      case 'f':
        options.force = true;
        break;
      case 'm':
        options.mail_command = ::optarg;
        break;
      case 's':
        options.state.path = ::optarg;
        break;
      case 'l':
        if (std::string_view(::optarg) == "syslog") {
          messages.log_to_syslog();
        } else if (auto opened = messages.log_to_file(::optarg); !opened) {
          messages.error(opened.error().message);
        }
        break;
      case kSkipLock:
        options.state.lock = false;
        break;
      case kWaitForLock:
        options.state.wait = true;
        break;
      case kVersionOption:
        print_version(argv[0]);
        return kGood;
      case kUsageOption:
        std::fputs(kUsage, stdout);
        return kGood;
      case kHelpOption:
        std::fputs(kHelp, stdout);
        return kGood;
      case '?':
        if (::optopt == '?') {
          std::fputs(kHelp, stdout);
          return kGood;
        }
        [[fallthrough]];
      default:
        std::fprintf(stderr, "logrotate: bad argument %s: %s\n", argv[::optind - 1],
                     option == ':' ? "missing argument" : "unknown option");
        return kBadOption;
    }
  }
  options.configs.assign(argv + ::optind, argv + argc);
  if (options.configs.empty()) {
    std::fprintf(stderr, "rotator %s - rotates, compresses and expires log files\n\n%s", kVersion, kUsage);
    return kFailed;
  }
  if (!options.state.lock && options.state.wait) {
    std::fputs("logrotate: options --skip-state-lock and --wait-for-state-lock are mutually exclusive\n", stderr);
    return kFailed;
  }
  return -1;
}

}  // namespace

int run_logrotate(int argc, char** argv) {
  hold_standard_descriptors();
  ::setlocale(LC_ALL, "");
  MessageLog messages;
  Options options;
  if (const int code = read_options(argc, argv, options, messages); code >= 0) return code;

  SystemOutside outside;
  const Configuration configuration = read_configuration(options.configs, outside, messages);
  bool good = !configuration.failed;

  const Run run{messages, local_moment(base::SystemClock().now()), options.state.dry, options.force, options.mail_command};
  auto state = StateStore::open(options.state, messages);
  if (!state) {
    messages.error(state.error().message);
    return kLocked;
  }
  good &= state->read(messages);
  messages.debug(fmt::format("\nHandling {} logs", configuration.blocks.size()));
  for (const Block& block : configuration.blocks) good &= rotate_block(run, block, *state);
  if (auto saved = state->save(run.now, messages); !saved) {
    messages.error(saved.error().message);
    good = false;
  }
  return good ? kGood : kFailed;
}

}  // namespace longshore::rotator
