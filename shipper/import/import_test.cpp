#include "shipper/import/import.hpp"

#include <gtest/gtest.h>

#include "common/config/outside_for_test.hpp"
#include "shipper/config/config.hpp"
#include "shipper/import/files_for_test.hpp"

namespace longshore::shipper {
namespace {

// Made by this test alone: no account has it.
const std::string kToken = "8bf8cc10-1111-2222-3333-444455556666";

// As Debian 12 installs it, with what is not commented out there.
constexpr std::string_view kDebian = R"conf(@version: 3.38
@include "scl.conf"

# Syslog-ng configuration file, compatible with default Debian syslogd
# installation.

# First, set some global options.
options { chain_hostnames(off); flush_lines(0); use_dns(no); use_fqdn(no);
	  dns_cache(no); owner("root"); group("adm"); perm(0640);
	  stats_freq(0); bad_hostname("^gconfd$");
};

source s_src {
       system();
       internal();
};

# If you wish to get logs from remote machine you should uncomment
# this and comment the above source line.
#
#source s_net { tcp(ip(127.0.0.1) port(1000)); };

destination d_auth { file("/var/log/auth.log"); };
destination d_console { usertty("root"); };
# The named pipe /dev/xconsole is for the nsole' utility.  To use it,
# you must invoke nsole' with the -file' option:
destination d_xconsole { pipe("/dev/xconsole"); };

filter f_dbg { level(debug); };
filter f_crit { level(crit .. emerg); };
filter f_messages { level(info,notice,warn) and 
                    not facility(auth,authpriv,cron,daemon,mail,news); };
filter f_auth { facility(auth, authpriv) and not filter(f_dbg); };

log { source(s_src); filter(f_auth); destination(d_auth); };
log { source(s_src); filter(f_crit); destination(d_console); destination(d_xconsole); };

@include "/etc/syslog-ng/conf.d/*.conf"
)conf";

// As Loggly's own instructions have it.
const std::string kLoggly = R"conf(### Syslog-ng Logging Directives for Loggly.com ###
template LogglyFormat { template("<${PRI}>1 ${ISODATE} ${HOST} ${PROGRAM} ${PID} ${MSGID} [)conf" +
                            kToken + R"conf(@41058 tag=\"prod\" tag=\"web server\" ] $MSG\n");
	template_escape(no);
};
destination d_loggly {
	tcp("logs-01.loggly.com" port(6514) tls(peer-verify(required-untrusted) ca_dir('/etc/syslog-ng/keys/ca.d/')) template(LogglyFormat));
};
log {
	source(s_src);
	destination(d_loggly);
};
### END Syslog-ng Logging Directives for Loggly.com ###
)conf";

std::string imported(std::map<std::string, std::string> files) {
  const std::string main = "/etc/syslog-ng/syslog-ng.conf";
  const auto yaml = import_syslog_ng(main, files_for_test(std::move(files)));
  if (!yaml) return yaml.error().message;
  const auto config = parse_config(*yaml, "imported.yaml", config::outside_for_test());
  EXPECT_TRUE(config) << config.error().message << "\n" << *yaml;
  EXPECT_FALSE(yaml->contains(kToken)) << *yaml;
  return *yaml;
}
std::string imported(const std::string& text) { return imported({{"/etc/syslog-ng/syslog-ng.conf", text}}); }

// Lines that are not comments.
std::string options_of(const std::string& yaml) {
  std::string out;
  for (std::size_t at = 0; at < yaml.size();) {
    const std::size_t end = yaml.find('\n', at) + 1;
    const std::string line = yaml.substr(at, end - at);
    if (line.find_first_not_of(' ') != line.find('#')) out += line;
    at = end;
  }
  return out;
}

std::string sources_of(const std::string& drivers) {
  const std::string yaml =
      imported("log { source { " + drivers + " }; destination { loggly(token(\"" + kToken + "\")); }; };");
  const std::string options = options_of(yaml);
  const std::size_t begin = options.find("sources:\n") + 9;
  std::string out = options.substr(begin, options.find("sinks:") - begin);
  for (std::size_t at = yaml.find("# not translated"); at != yaml.npos; at = yaml.find("# not translated", at + 1))
    out += yaml.substr(at, yaml.find('\n', at) - at + 1);
  return out;
}

TEST(Import, ReadsDebiansConfigurationWithTheBlockOfLogglysInstructions) {
  const std::string yaml =
      imported({{"/etc/syslog-ng/syslog-ng.conf", std::string(kDebian)}, {"/etc/syslog-ng/conf.d/22-loggly.conf", kLoggly}});
  EXPECT_EQ(options_of(yaml),
            "data_dir: /var/lib/longshore/shipper\n"
            "sources:\n"
            "  - {type: syslog, listen: \"unix-dgram:///run/systemd/journal/syslog\"}\n"
            "sinks:\n"
            "  - {type: loggly, name: loggly, url: \"https://logs-01.loggly.com\", token_file: /etc/longshore/loggly_token, "
            "tags: [prod, web_server], format: rfc5424}\n");
  for (const char* const said :
       {"# /etc/syslog-ng/syslog-ng.conf:14\n", "# /etc/syslog-ng/conf.d/22-loggly.conf:2: the token stands there",
        "# not translated: /etc/syslog-ng/syslog-ng.conf:15: internal()",
        "# not translated: /etc/syslog-ng/syslog-ng.conf:8: options: chain_hostnames, flush_lines",
        "# not translated: /etc/syslog-ng/syslog-ng.conf:35: log path to d_auth: it does not go to Loggly",
        "# not translated: /etc/syslog-ng/conf.d/22-loggly.conf:6: peer-verify(required-untrusted)"})
    EXPECT_TRUE(yaml.contains(said)) << said << "\n" << yaml;
}

TEST(Import, NoLogglyDestinationIsSaid) {
  EXPECT_EQ(imported(std::string(kDebian)),
            "/etc/syslog-ng/syslog-ng.conf (1 files read): no log path leads to a Loggly destination");
  EXPECT_TRUE(imported("").contains("no log path"));
  EXPECT_TRUE(imported("destination d { loggly(token(\"" + kToken + "\")); };").contains("no log path"));
  EXPECT_EQ(import_syslog_ng("/none", files_for_test({})).error().message, "open /none: no such file");
}

TEST(Import, TheLibrarysLogglyDriverIsKnownWithItsOptions) {
  const std::string yaml = imported("@define token \"" + kToken + R"conf("
source s { udp(); };
log { source(s); destination { loggly(token(`token`) tag("a") port(6514) transport(tls)
  tls(peer-verify(required-trusted) ca-file('/etc/ssl/loggly.pem')) disk-buffer(reliable(yes) capacity-bytes(1000)) throttle(10)
  template("$(format-json --scope all-nv-pairs)")); }; flags(flow-control); };)conf");
  EXPECT_TRUE(
      options_of(yaml).ends_with("token_file: /etc/longshore/loggly_token, tags: [a], ca_file: /etc/ssl/loggly.pem}\n"))
      << yaml;
  EXPECT_TRUE(yaml.contains("# not translated: /etc/syslog-ng/syslog-ng.conf:3: option throttle() of loggly()")) << yaml;
  EXPECT_FALSE(yaml.contains("flow-control"));
}

TEST(Import, TagsThatBelongToSomeSourcesOnlyStandThere) {
  const std::string destination = "(\"logs-01.loggly.com\" port(514) transport(\"tcp\") template(\"<$PRI>1 [" + kToken +
                                  "@41058 tag=\\\"all\\\" tag=\\\"";
  const std::string yaml = imported(
      "source s_a { file(\"/var/log/a\" flags(no-parse)); }; source s_b { file(\"/var/log/b\"); };\n"
      "destination d_a { network" +
      destination +
      "one\\\"] $MSG\\n\")); };\n"
      "destination d_b { network" +
      destination +
      "two\\\"] $PROGRAM: $MSG\\n\")); };\n"
      "log { source(s_a); destination(d_a); }; log { source(s_b); destination(d_b); };");
  EXPECT_TRUE(yaml.contains("paths: [/var/log/a], tags: [one]}")) << yaml;
  EXPECT_TRUE(yaml.contains("paths: [/var/log/b], parse: syslog, tags: [two]}")) << yaml;
  EXPECT_TRUE(yaml.contains("loggly_token, tags: [all], format")) << yaml;
  EXPECT_TRUE(yaml.contains(":3: the template changes the message")) << yaml;
}

TEST(Import, TwoAccountsBecomeTwoSinksAndItIsSaidThatBothGetEverything) {
  const std::string yaml = imported("log { source { udp(); }; destination { loggly(token(\"" + kToken +
                                    "\")); }; };\n"
                                    "log { source { tcp(); }; destination { http(url(\"https://logs-01.loggly.com/bulk/" +
                                    kToken + "2/tag/x,y/\")); }; };");
  EXPECT_TRUE(yaml.contains("name: loggly, url: \"https://logs-01.loggly.com\", token_file: /etc/longshore/loggly_token,"))
      << yaml;
  EXPECT_TRUE(
      yaml.contains("name: loggly_2, url: \"https://logs-01.loggly.com\", token_file: /etc/longshore/loggly_token_2}"))
      << yaml;
  EXPECT_TRUE(yaml.contains("tcp://0.0.0.0:514\", tags: [x, \"y\"]}")) << yaml;
  EXPECT_TRUE(yaml.contains("shipper gives every event to every sink")) << yaml;
}

TEST(Import, UsersBlocksAreExpandedWithTheirArguments) {
  const std::string yaml = imported(R"conf(block destination to_loggly(tag("none") ...) {
  loggly(token(")conf" + kToken + R"conf(") tag(`tag`) `__VARARGS__`);
};
block source from_apps(dir()) { wildcard-file(base-dir("`dir`") filename-pattern("*.log") recursive(yes)); };
log { source { from-apps(dir("/var/app")); }; destination { to_loggly(tag("blue") persist-name("x")); }; };)conf");
  EXPECT_TRUE(yaml.contains("paths: [\"/var/app/**/*.log\"]")) << yaml;
  EXPECT_TRUE(yaml.contains("tags: [blue]")) << yaml;
  EXPECT_TRUE(yaml.contains("syslog-ng.conf:2: the token")) << yaml;
}

TEST(Import, IncludesAreFollowedWithinLimits) {
  const std::string loggly = "log { source { udp(); }; destination { loggly(token(" + kToken + ")); }; };\n";
  const std::string yaml = imported(
      {{"/etc/syslog-ng/syslog-ng.conf",
        "@include \"syslog-ng.conf\"\n@include \"none.conf\"\n@include \"b.conf\"\n@define p 5140\n"},
       {"/etc/syslog-ng/b.conf", "log { source { tcp(port(`p`)); }; destination { loggly(token(" + kToken + ")); }; };"}});
  EXPECT_TRUE(yaml.contains("tcp://0.0.0.0:5140")) << yaml;  // defined in the file that includes
  EXPECT_TRUE(yaml.contains(":2: no file to include")) << yaml;
  EXPECT_TRUE(yaml.contains(":1: too many files include each other")) << yaml;
}

TEST(Import, InnerLogPathsSeeWhatTheOuterOnesRead) {
  const std::string yaml =
      imported("source s { udp(); }; destination d { loggly(token(\"" + kToken +
               "\")); };\n"
               "log { source(s); parser(p_x);\n"
               "  log { filter(f_y); destination(d); flags(final); };\n"
               "  if (match(\"x\")) { destination(d_other); } else { destination { file(\"/x\"); }; }; };\n"
               "log { source(s_none); source(s); destination(d); };");
  for (const char* const said :
       {"udp://0.0.0.0:514", ":3: parser(p_x) on the way", ":3: filter(f_y) on the way", ":3: flags(final) on the way",
        ":4: destination that is not defined", ":5: source that is not defined"})
    EXPECT_TRUE(yaml.contains(said)) << said << "\n" << yaml;
}

TEST(Import, NetworkSourcesKeepAddressPortAndTransport) {
  EXPECT_EQ(sources_of("udp(); tcp(ip(127.0.0.1) port(1000)); network(transport(\"udp\") port(5514)); syslog(); "
                       "syslog(transport(udp) ip(10.0.0.1)); tcp6(ip(\"::1\") max-connections(100) so-rcvbuf(1048576));"),
            "  - {type: syslog, listen: \"udp://0.0.0.0:514\"}\n"
            "  - {type: syslog, listen: \"tcp://127.0.0.1:1000\"}\n"
            "  - {type: syslog, listen: \"udp://0.0.0.0:5514\"}\n"
            "  - {type: syslog, listen: \"tcp://0.0.0.0:601\"}\n"
            "  - {type: syslog, listen: \"udp://10.0.0.1:514\"}\n"
            "  - {type: syslog, listen: \"tcp://[::1]:514\", max_connections: 100, receive_buffer: 1048576B}\n");
}

TEST(Import, TlsSourcesKeepTheirCertificates) {
  EXPECT_EQ(
      sources_of("network(transport(tls) port(6514) tls(key-file(\"/k.pem\") cert-file('/c.pem') ca-file(/a.pem) "
                 "peer-verify(required-trusted)));"
                 "syslog(transport(tls) tls(ca-dir(/x)));"),
      "  - {type: syslog, listen: \"tls://0.0.0.0:6514\", cert_file: /c.pem, key_file: /k.pem, client_ca_file: /a.pem}\n"
      "# not translated: /etc/syslog-ng/syslog-ng.conf:1: syslog() with TLS: shipper needs the absolute paths of "
      "cert-file() and key-file()\n");
}

TEST(Import, SocketsFilesAndTheRestOfSources) {
  EXPECT_EQ(
      sources_of(
          "unix-dgram(\"/dev/log\"); unix-stream(\"/run/x.sock\" max-connections(5)); default-network-drivers();"
          "file(\"/var/log/apache2/access.log\" flags(no-parse) program-override(\"apache\") follow-freq(1) tags(\"web\"));"
          "wildcard-file(base-dir(/logs/) filename-pattern(\"*.log\") exclude-pattern(\"*.gz\"));"
          "file(\"/proc/kmsg\"); program(\"/bin/x\"); pipe(\"/p\"); file(\"relative\"); udp(port(99999)); "
          "udp(keep-timestamp(yes));"),
      "  - {type: syslog, listen: \"unix-dgram:///dev/log\"}\n"
      "  - {type: syslog, listen: \"unix-stream:///run/x.sock\", max_connections: 5}\n"
      "  - {type: syslog, listen: \"udp://0.0.0.0:514\"}\n"
      "  - {type: syslog, listen: \"tcp://0.0.0.0:514\"}\n"
      "  - {type: syslog, listen: \"tcp://0.0.0.0:601\"}\n"
      "  - {type: file, paths: [/var/log/apache2/access.log], app: apache, tags: [web]}\n"
      "  - {type: file, paths: [\"/logs/*.log\"], parse: syslog, exclude: [\"*.gz\"]}\n"
      "# not translated: /etc/syslog-ng/syslog-ng.conf:1: file(/proc/kmsg): shipper does not read devices\n"
      "# not translated: /etc/syslog-ng/syslog-ng.conf:1: program(): shipper has no such source\n"
      "# not translated: /etc/syslog-ng/syslog-ng.conf:1: pipe(): shipper has no such source\n"
      "# not translated: /etc/syslog-ng/syslog-ng.conf:1: file(relative): shipper wants an absolute path of printable "
      "characters\n"
      "# not translated: /etc/syslog-ng/syslog-ng.conf:1: port(99999): a port is a number\n"
      "# not translated: /etc/syslog-ng/syslog-ng.conf:1: a second source at udp:0.0.0.0:514: the first stands for both\n"
      "# not translated: /etc/syslog-ng/syslog-ng.conf:1: option keep-timestamp() of udp()\n"
      "# not translated: /etc/syslog-ng/syslog-ng.conf:1: a second source at udp:0.0.0.0:514: the first stands for "
      "both\n");
}

}  // namespace
}  // namespace longshore::shipper
