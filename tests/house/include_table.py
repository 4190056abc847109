"""Who may include whom, and which library may be named where. A line here is a decision: think before adding one.

Own code: a folder, or one header where only its interface is meant. A folder may always include itself.
`std` libraries of the system (sys/…, unistd.h) are free except in pure folders."""

SHIPPER_CORE = ["common/base", "shipper/event"]

# folder: (own code it may include, libraries it may include)
MAY_INCLUDE = {
    "common/base": ([], ["fmt"]),
    "common/config": (["common/base"], ["fmt", "yaml-cpp"]),
    "common/io": (["common/base"], ["asio", "fmt", "openssl"]),
    "common/http": (["common/base", "common/io"], ["asio", "beast", "curl", "fmt"]),
    "common/docker": (["common/base", "common/http"], ["fmt", "simdjson"]),
    "common/telemetry": (["common/base"], ["fmt"]),
    "deployer": (["common/base", "deployer/commands"], []),
    "deployer/composition": (["common/base"], ["fmt"]),
    "deployer/service": (["common/base", "common/config"], ["fmt", "openssl"]),
    "deployer/environment": (["common/base", "common/config"], ["fmt", "re2"]),
    "deployer/fleet": (["common/base"], []),
    "deployer/rollout": (
        ["common/base", "deployer/composition", "deployer/environment", "deployer/fleet", "deployer/report/event.hpp",
         "deployer/service"],
        ["fmt", "re2"]),
    "deployer/host": (
        ["common/base", "common/docker", "common/http", "deployer/environment", "deployer/fleet", "deployer/process"],
        ["asio", "fmt", "simdjson"]),
    "deployer/balancer": (["common/base", "common/http", "common/io", "deployer/environment", "deployer/fleet"], ["fmt"]),
    "deployer/registry": (
        ["common/base", "common/http", "deployer/composition", "deployer/environment"], ["fmt", "openssl", "simdjson"]),
    "deployer/process": (["common/base"], []),
    "deployer/git": (["common/base", "deployer/process"], ["fmt"]),
    "deployer/junit": (["common/base"], ["expat", "fmt"]),
    "deployer/report": (["common/base"], ["fmt"]),
    "deployer/marker": (["common/base", "common/http", "deployer/environment", "deployer/fleet", "deployer/report"], ["fmt"]),
    "deployer/run": (
        ["common/base", "common/http", "deployer/balancer", "deployer/composition", "deployer/environment", "deployer/fleet",
         "deployer/host", "deployer/marker", "deployer/registry", "deployer/report", "deployer/rollout", "deployer/service"],
        ["fmt", "re2", "simdjson"]),
    "deployer/commands": (
        ["common/base", "common/config", "common/http", "deployer/balancer", "deployer/composition", "deployer/environment",
         "deployer/fleet", "deployer/git", "deployer/host", "deployer/junit", "deployer/marker", "deployer/process", "deployer/registry",
         "deployer/report", "deployer/rollout", "deployer/run", "deployer/service", "deployer/version.hpp"],
        ["cli11", "fmt", "simdjson"]),
    "health": (["health/commands"], []),
    "health/decision": (["common/base"], ["fmt"]),
    "health/config": (["common/base", "common/config", "common/io/endpoint.hpp", "health/decision/wish.hpp"], ["fmt"]),
    "health/checks": (
        ["common/base", "common/config/value.hpp", "common/docker/engine.hpp", "common/http/plain_client.hpp", "common/io",
         "health/config", "health/decision"],
        ["fmt"]),
    "health/daemon": (
        ["common/base", "common/http", "common/io", "common/telemetry", "health/checks", "health/config", "health/decision",
         "health/version.hpp"],
        ["asio", "fmt"]),
    "health/commands": (
        ["common/base", "common/http", "common/io", "common/telemetry", "health/checks", "health/config", "health/daemon",
         "health/version.hpp"],
        ["asio", "cli11", "fmt"]),
    "rotator": (["common/base", "rotator/commands"], []),
    "rotator/archive": (["common/base"], ["fmt", "zlib", "zstd"]),
    "rotator/commands": (
        ["common/base", "common/http", "common/io", "common/telemetry", "rotator/archive", "rotator/config", "rotator/daemon",
         "rotator/logrotate", "rotator/policy", "rotator/rotation", "rotator/search", "rotator/version.hpp"],
        ["asio", "cli11", "fmt"]),
    "rotator/config": (["common/base", "common/config", "common/io", "rotator/policy"], ["fmt"]),
    "rotator/daemon": (
        ["common/base", "common/docker", "common/http", "common/io", "common/telemetry", "rotator/archive", "rotator/config", "rotator/files",
         "rotator/inplace", "rotator/logrotate", "rotator/policy", "rotator/retention", "rotator/rotation", "rotator/schedule",
         "rotator/version.hpp", "rotator/watch"],
        ["asio", "fmt", "simdjson"]),
    "rotator/watch": (["common/base"], []),
    "rotator/files": (["common/base"], ["fmt"]),
    "rotator/inplace": (["common/base", "rotator/archive", "rotator/policy"], ["fmt"]),
    "rotator/logrotate": (["common/base", "rotator/policy"], ["fmt"]),
    "rotator/policy": (["common/base"], ["fmt"]),
    "rotator/rotation": (
        ["common/base", "rotator/archive", "rotator/files", "rotator/inplace", "rotator/logrotate", "rotator/policy"], ["fmt"]),
    "rotator/retention": (["common/base", "rotator/policy"], ["fmt"]),
    "rotator/schedule": (["common/base", "rotator/policy"], ["fmt"]),
    "rotator/search": (["common/base", "rotator/archive"], ["fmt", "re2"]),
    "rules": (["common/base", "rules/commands"], []),
    "rules/query": (["common/base", "common/config"], ["re2"]),
    "rules/match": (["common/base", "rules/evaluator.hpp", "rules/query"], ["re2", "simdjson"]),
    "rules/alert": (["common/base"], ["fmt", "simdjson"]),
    "rules/file": (["common/base", "common/config", "rules/alert", "rules/query"], ["fmt", "re2"]),
    "rules/import": (["common/base", "common/config", "rules/alert", "rules/file", "rules/query"], ["fmt"]),
    "rules/engine": (
        ["common/base", "rules/alert", "rules/evaluator.hpp", "rules/file/rule_file.hpp", "rules/file/rule_spec.hpp",
         "rules/match", "rules/query"],
        ["re2"],
    ),
    # docs/decisions/0008: the tools see a line as shipper does
    "rules/lines": (
        ["common/base", "rules/evaluator.hpp", "shipper/encode/severity.hpp", "shipper/event", "shipper/json", "shipper/parse"],
        ["fmt", "zlib", "zstd"]),
    "rules/trial": (
        ["common/base", "rules/alert", "rules/engine", "rules/evaluator.hpp", "rules/file", "rules/lines", "rules/match",
         "rules/query"],
        ["fmt"]),
    "rules/report": (["common/base", "rules/alert", "rules/trial"], ["fmt"]),
    "rules/commands": (
        ["common/base", "common/config", "common/http", "common/io", "rules/alert", "rules/config", "rules/delivery",
         "rules/engine", "rules/evaluator.hpp", "rules/file", "rules/import", "rules/lines", "rules/match", "rules/query",
         "rules/report", "rules/trial", "rules/version.hpp"],
        ["asio", "cli11", "fmt", "simdjson"]),
    "rules/config": (["common/base", "common/config", "rules/delivery/alert_sink_options.hpp"], []),
    "rules/delivery": (
        ["common/base", "common/http", "common/io", "common/telemetry", "rules/alert"], ["asio", "fmt", "simdjson"]),
    "shipper": (["common/telemetry", "shipper/commands"], ["cli11"]),
    "shipper/event": (["common/base"], []),
    "shipper/json": (["common/base"], ["simdjson"]),
    "shipper/framing": (SHIPPER_CORE, []),
    "shipper/parse": (SHIPPER_CORE, ["simdjson"]),
    "shipper/encode": (SHIPPER_CORE + ["shipper/config/sink_options.hpp"], []),
    "shipper/docker": (SHIPPER_CORE + ["shipper/encode", "shipper/json", "shipper/parse"], ["zlib"]),
    "shipper/transform": (
        SHIPPER_CORE + ["shipper/config/transform_options.hpp", "shipper/encode", "shipper/json"],
        ["re2"],
    ),
    "shipper/import": (["common/base", "common/config"], ["fmt"]),
    "shipper/console": (SHIPPER_CORE + ["shipper/encode/severity.hpp"], ["fmt", "simdjson"]),
    "shipper/config": (
        ["common/base", "common/config", "common/io", "rules/config", "shipper/parse", "shipper/spool/options.hpp"],
        ["fmt", "re2"],
    ),
    "shipper/spool": (SHIPPER_CORE, ["fmt", "zstd"]),
    "shipper/tail": (
        SHIPPER_CORE + ["common/telemetry", "shipper/config/source_options.hpp", "shipper/docker", "shipper/parse"],
        ["fmt", "re2"],
    ),
    "shipper/sources": (
        SHIPPER_CORE
        + ["common/io", "common/telemetry", "shipper/config/source_options.hpp", "shipper/docker", "shipper/framing",
           "shipper/parse", "shipper/pipeline/intake.hpp", "shipper/tail"],
        ["asio", "fmt"],
    ),
    "shipper/sinks": (
        SHIPPER_CORE
        + ["common/http", "common/io", "common/telemetry", "shipper/config/sink_options.hpp", "shipper/console/status.hpp",
           "shipper/encode", "shipper/spool"],
        ["asio", "fmt", "zlib", "zstd"],
    ),
    "shipper/pipeline": (
        ["common/base", "common/http", "common/io", "common/telemetry", "rules", "rules/alert", "rules/config", "rules/delivery",
         "rules/engine", "rules/file", "rules/match", "rules/query", "shipper/config", "shipper/console",
         "shipper/encode", "shipper/event", "shipper/sinks", "shipper/sources", "shipper/spool", "shipper/transform",
         "shipper/version.hpp"],
        ["asio", "fmt"],
    ),
    "shipper/commands": (
        ["common/base", "common/config", "common/http", "common/io", "common/telemetry", "shipper/config", "shipper/console",
         "shipper/encode", "shipper/event", "shipper/import", "shipper/pipeline", "shipper/sinks/compress.hpp", "shipper/spool",
         "shipper/version.hpp"],
        ["asio", "cli11", "fmt", "simdjson"],
    ),
}

# Bytes and decisions: no socket, file, process, clock, environment or log line in them.
PURE = ["deployer/composition", "deployer/environment", "deployer/fleet", "deployer/junit", "deployer/rollout", "deployer/service", "health/decision", "rotator/logrotate", "rotator/policy", "rotator/retention", "rotator/schedule", "rules", "rules/alert", "rules/engine", "rules/file", "rules/import", "rules/match", "rules/query", "rules/report", "shipper/console", "shipper/docker", "shipper/encode", "shipper/event", "shipper/framing", "shipper/import",
        "shipper/json", "shipper/parse", "shipper/transform"]
IMPURE_INCLUDE = r"(sys/|arpa/|netinet/|linux/|unistd\.h|fcntl\.h|poll\.h|dirent\.h|fstream|iostream|filesystem|thread|mutex)"
IMPURE_WORD = (r"\b(system_clock|steady_clock|clock_gettime|gettimeofday|getenv|fopen|printf|fputs|popen|fork|time\(nullptr"
               r"|time\(0|SystemClock|telemetry)\b")

# A library, and the path of its headers.
LIBRARIES = {
    "asio": r"boost/(asio|system)",
    "beast": r"boost/beast",
    "benchmark": r"benchmark/",
    "cli11": r"CLI/",
    "curl": r"curl/",
    "expat": r"expat\.h",
    "fmt": r"fmt/",
    "gtest": r"g(test|mock)/",
    "openssl": r"openssl/",
    "re2": r"re2/",
    "simdjson": r"simdjson\.h",
    "yaml-cpp": r"yaml-cpp/",
    "zlib": r"zlib\.h",
    "zstd": r"zstd(_errors)?\.h",
}
SYSTEM_INCLUDE = r"[a-z_0-9]+|[a-z_0-9]+\.h|(sys|arpa|net|netinet|linux)/[a-z_0-9]+\.h"
