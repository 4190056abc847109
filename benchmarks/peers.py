"""The tools that are compared: how each is configured for a scenario, with durable buffering on where it has it."""
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Callable


@dataclass
class Setup:
    """What a peer is started with. Ports are free ports on 127.0.0.1; `dir` is an empty directory of its own."""
    dir: Path
    listen: int        # syslog TCP or UDP in
    http: int          # the HTTP receiver
    tcp: int           # the syslog TCP receiver
    file: Path | None  # what to tail, in the file scenario


@dataclass
class Peer:
    name: str
    scenarios: set[str]
    prepare: Callable[[str, Setup], list[str]]  # (scenario, setup) → argv
    out: str = "http"                           # which receiver it sends to
    env: dict[str, str] | None = None
    quick: int = 1  # how many times as many lines it gets where throughput is measured


def shipper(binary: Path):
    def prepare(scenario: str, s: Setup) -> list[str]:
        source = {
            "file": f'{{type: file, paths: ["{s.file}"], start: beginning}}',
            "udp": f'{{type: syslog, listen: "udp://127.0.0.1:{s.listen}", receive_buffer: 16MiB}}',
        }.get(scenario, f'{{type: syslog, listen: "tcp://127.0.0.1:{s.listen}"}}')
        (s.dir / "shipper.yaml").write_text(
            f"data_dir: {s.dir}/data\nadmin: 127.0.0.1:{s.tcp}\nsources:\n  - {source}\n"
            f'spool: {{max_size: 8GiB}}\nsinks:\n  - {{type: http, url: "http://127.0.0.1:{s.http}/bulk"}}\n')
        return [str(binary), "run", "--config", str(s.dir / "shipper.yaml")]
    return prepare


def syslog_ng(scenario: str, s: Setup) -> list[str]:
    source = {
        "udp": f'network(transport("udp") ip("127.0.0.1") port({s.listen}) so-rcvbuf(16777216) flags(syslog-protocol))',
        "file": f'file("{s.file}" flags(no-parse) read-old-records(yes) log-iw-size(100000) log-fetch-limit(10000))',
    }.get(scenario, f'network(transport("tcp") ip("127.0.0.1") port({s.listen}) flags(syslog-protocol) max-connections(10) '
                    'log-iw-size(100000) log-fetch-limit(10000))')
    (s.dir / "syslog-ng.conf").write_text(f"""@version: 3.38
options {{ keep-hostname(yes); use-dns(no); stats-freq(0); log-msg-size(65536); threaded(yes); }};
source s {{ {source}; }};
destination d {{
  http(url("http://127.0.0.1:{s.http}/bulk") method("POST") delimiter("\\n") workers(2)
       batch-lines(10000) batch-bytes(1000000) batch-timeout(200)
       body("$(format-json timestamp=$ISODATE host=$HOST app=$PROGRAM pid=$PID severity=$LEVEL facility=$FACILITY message=$MESSAGE)")
       disk-buffer(reliable(yes) mem-buf-size(67108864) disk-buf-size(4294967296) dir("{s.dir}")));
}};
log {{ source(s); destination(d); flags(flow-control); }};
""")
    return ["/usr/sbin/syslog-ng", "-F", "--no-caps", "-f", f"{s.dir}/syslog-ng.conf", "-R", f"{s.dir}/persist",
            "-c", f"{s.dir}/ctl", "-p", f"{s.dir}/pid"]


def rsyslog(binary: Path, queue: str):
    """queue: Disk keeps every line on disk; LinkedList keeps them in memory and uses the disk only when that is full."""
    def prepare(scenario: str, s: Setup) -> list[str]:
        source = {
            "file": f'module(load="imfile" mode="inotify")\ninput(type="imfile" file="{s.file}" tag="f" readMode="0")',
            "udp": f'module(load="imudp")\ninput(type="imudp" address="127.0.0.1" port="{s.listen}" rcvbufSize="16m")',
        }.get(scenario, f'module(load="imtcp" threads="2")\ninput(type="imtcp" address="127.0.0.1" port="{s.listen}")')
        (s.dir / "rsyslog.conf").write_text(f"""global(workDirectory="{s.dir}" maxMessageSize="64k")
{source}
action(type="omfwd" target="127.0.0.1" port="{s.tcp}" protocol="tcp" template="RSYSLOG_SyslogProtocol23Format"
       queue.type="{queue}" queue.filename="q" queue.maxDiskSpace="4g" queue.size="200000" queue.dequeueBatchSize="5000"
       queue.saveOnShutdown="on" queue.workerThreads="1" action.resumeRetryCount="-1")
""")
        return [str(binary), "-n", "-f", f"{s.dir}/rsyslog.conf", "-i", f"{s.dir}/pid"]
    return prepare


def fluent_bit(binary: Path, tuned: bool):
    """With its file system buffer and else its defaults; tuned: larger reads and quicker flushes."""
    def prepare(scenario: str, s: Setup) -> list[str]:
        syslog = f"name syslog\n    listen 127.0.0.1\n    port {s.listen}\n    parser syslog-rfc5424\n    mode "
        source = {"file": f"name tail\n    path {s.file}\n    read_from_head on\n    db {s.dir}/tail.db",
                  "udp": syslog + "udp\n    receive_buffer_size 16m"}.get(scenario, syslog + "tcp")
        if tuned:
            source += "\n    buffer_chunk_size 512k\n    buffer_max_size 4m"
        (s.dir / "parsers.conf").write_text(r"""[PARSER]
    name syslog-rfc5424
    format regex
    regex ^\<(?<pri>[0-9]{1,5})\>1 (?<time>[^ ]+) (?<host>[^ ]+) (?<ident>[^ ]+) (?<pid>[-0-9]+) (?<msgid>[^ ]+) (?<extradata>(\[(.*?)\]|-)) (?<message>.+)$
    time_key time
    time_format %Y-%m-%dT%H:%M:%S.%L%z
""")
        (s.dir / "fluent-bit.conf").write_text(f"""[SERVICE]
    flush {0.2 if tuned else 1}
    log_level error
    parsers_file {s.dir}/parsers.conf
    storage.path {s.dir}/storage
    storage.sync normal
[INPUT]
    {source}
    storage.type filesystem
[OUTPUT]
    name http
    match *
    host 127.0.0.1
    port {s.http}
    uri /bulk
    format json_lines
    storage.total_limit_size 8G
    retry_limit no_limits
""")
        return [str(binary), "-c", f"{s.dir}/fluent-bit.conf"]
    return prepare


def available_peers(options) -> list[Peer]:
    everything = {"tcp", "file", "steady", "start", "udp"}
    peers = [Peer("shipper", everything, shipper(Path(options.build) / "bin/shipper"), quick=5)]
    if Path("/usr/sbin/syslog-ng").exists():
        peers.append(Peer("syslog-ng", everything, syslog_ng))
    rsyslogd = Path(options.rsyslog)
    if rsyslogd.exists():
        root = rsyslogd.parent.parent.parent  # unpacked beside the system: <root>/usr/sbin/rsyslogd
        modules = next(root.glob("usr/lib/*/rsyslog"), None)
        env = {"RSYSLOG_MODDIR": str(modules), "LD_LIBRARY_PATH": str(modules.parent)} if modules else None
        peers.append(Peer("rsyslog, disk queue", {"tcp", "steady", "udp"}, rsyslog(rsyslogd, "Disk"), out="tcp", env=env))
        peers.append(Peer("rsyslog, memory queue (a crash loses it)", {"tcp"}, rsyslog(rsyslogd, "LinkedList"), out="tcp", env=env))
    if options.fluent_bit and shutil.which(options.fluent_bit):
        for name, tuned in (("fluent-bit", False), ("fluent-bit, tuned", True)):
            peers.append(Peer(name, everything - {"start"}, fluent_bit(Path(options.fluent_bit), tuned)))
    return peers
