"""Compose files for deployer_services_test.py. DIR stands for the folder of the test."""

FILES = {
    "b.env": "B_ONLY='quoted'\nOVERRIDDEN=by the second file\n",
    "a.env": "# variables of the file\nexport FROM_FILE=plain value\nLITERAL=100%\nOVERRIDDEN=by the file\n",
    ".env": "HOST_PORT=18080\nUNUSED=below\n",
}
BIG = """
x-logging: &logging
  driver: json-file
  options: {max-size: 10m, max-file: "3"}
x-variables: &variables
  SHARED: one
services:
  web:
    image: local/box:1
    command: sh -c "cat /run/secrets/token > /scratch/token; touch /scratch/ready; trap 'exit 0' TERM; while :; do sleep 0.1; done"
    entrypoint: []
    environment: {<<: *variables, OVERRIDDEN: by the service, NUMBER: 7, DOLLAR: "a$$b", FILLED: "${GREETING:-hello} ${NAME}", TAKEN: null}
    env_file: a.env
    ports: ["${HOST_PORT}:8080", "127.0.0.1:18081:8081/udp", "18090-18091:9090-9091", "7000"]
    expose: ["5000", "5001/udp"]
    volumes:
      - data:/data
      - DIR/bound:/bound:ro
      - {type: bind, source: DIR/bound, target: /bound2, read_only: true}
      - {type: volume, source: data, target: /data2, volume: {nocopy: true}}
      - {type: tmpfs, target: /scratch, tmpfs: {size: 1000000}}
    tmpfs: ["/run/own:size=64k,mode=1777"]
    secrets: [token, {source: token, target: /etc/token}]
    networks: {front: {aliases: [www], ipv4_address: 10.91.0.77, priority: 5}, default: null}
    healthcheck: {test: [CMD, cat, /scratch/ready], interval: 1s, timeout: 2s, retries: 4, start_period: 3s}
    depends_on: [other]
    restart: unless-stopped
    stop_grace_period: 1m3s
    stop_signal: SIGTERM
    user: "0:0"
    group_add: ["44"]
    working_dir: /bin
    hostname: webby
    domainname: shop.example
    read_only: true
    cap_add: [NET_ADMIN]
    cap_drop: [MKNOD, SYS_CHROOT]
    security_opt: ["no-new-privileges:true"]
    devices: ["/dev/null:/dev/nil:r"]
    init: true
    ulimits: {nofile: {soft: 1000, hard: 2000}, core: 0}
    sysctls: {net.core.somaxconn: 200}
    shm_size: 32m
    ipc: shareable
    extra_hosts: ["db.example:10.0.0.9", "mail.example:10.0.0.8"]
    dns: [10.0.0.53]
    dns_search: [shop.example]
    dns_opt: ["ndots:2"]
    logging: *logging
    labels: {team: shop, empty: "", dotted.name: "1"}
    mem_limit: 128m
    mem_reservation: 64m
    memswap_limit: 256m
    cpus: 0.5
    cpu_shares: 300
    pids_limit: 50
    oom_score_adj: 100
    tty: true
    stdin_open: true
  other:
    image: local/box:1
    command: ["sleep", "1000"]
    network_mode: none
    labels: [team=shop]
    privileged: true
    pid: host
    deploy: {resources: {limits: {memory: 64M, cpus: "0.25"}, reservations: {memory: 32M}}}
networks:
  front: {ipam: {config: [{subnet: 10.91.0.0/16}]}, driver_opts: {com.docker.network.bridge.name: lsfront}}
volumes:
  data: {labels: {kept: "yes"}}
secrets:
  token: {file: DIR/token}
"""
# Each service says one thing in one of the ways in which it can be said.
FORMS = """
x-joined: &joined {image: local/box:1, command: sleep 1000}
x-common: &common {<<: *joined, network_mode: none}
services:
  command-text: {<<: *common, command: "sh -c 'echo \\"$$HOME\\"; exit 3' a\\\\ b"}
  command-list: {<<: *common, entrypoint: [sh, -c], command: ["echo hi"]}
  entrypoint-text: {<<: *common, entrypoint: sh -x}
  variables-list: {<<: *common, environment: [A=1, B=x=y, C=, TAKEN]}
  variables-files: {<<: *common, env_file: [a.env, b.env], environment: {A: "${NAME:-none}${NOBODY:-}$$"}}
  ports-free: {<<: *joined, ports: ["127.0.0.1::9000", "9001/udp", 9002]}
  ports-ranges: {<<: *joined, ports: ["19100-19101:9000-9001/udp", "127.0.0.1:19200-19210:80"]}
  ports-long: {<<: *joined, ports: [{target: 80, published: 19300, protocol: tcp, mode: host}]}
  expose-only: {<<: *joined, expose: [80, "81/udp"]}
  volume-read-only: {<<: *common, volumes: ["data:/x:ro", "data:/y:nocopy"]}
  bind-shared: {<<: *common, volumes: ["DIR/bound:/x:ro,rslave"]}
  tmpfs-list: {<<: *common, tmpfs: [/run, "/tmp:size=1m"], shm_size: 1000000}
  check-none: {<<: *common, healthcheck: {disable: true}}
  check-text: {<<: *common, healthcheck: {test: "true || false", interval: 1m30s, timeout: 10s, retries: 2, start_period: 0s}}
  check-partial: {<<: *common, healthcheck: {interval: 5s}}
  host-network: {<<: *joined, network_mode: host}
  limits-whole: {<<: *common, ulimits: {nofile: 100, nproc: {soft: 1, hard: 2}}, pids_limit: 10}
  limits-deploy: {<<: *common, deploy: {resources: {limits: {cpus: "1.5", memory: 100M}}}}
  limits-cpu: {<<: *common, cpu_quota: 50000, cpu_period: 100000, cpu_shares: 2, cpuset: "0"}
  limits-memory: {<<: *common, mem_limit: 50m, memswap_limit: -1, mem_reservation: 20M, oom_score_adj: -5}
  logs-none: {<<: *common, logging: {driver: none}}
  hosts-map: {<<: *joined, extra_hosts: {a.example: 10.0.0.1, b.example: 10.0.0.2}}
  labels-list: {<<: *common, labels: [one, two=2, "three=a=b"]}
  names: {<<: *joined, dns: 10.0.0.1, dns_search: a.example, hostname: h}
  rights: {<<: *common, cap_add: [ALL], cap_drop: [NET_RAW], security_opt: ["seccomp:unconfined"], sysctls: [net.ipv4.ip_forward=1]}
  ids: {<<: *common, user: "1000:1000", group_add: [audio, "5"], working_dir: /tmp/x, read_only: true}
  stops: {<<: *common, stop_signal: SIGUSR1, stop_grace_period: 2m, restart: "on-failure:3"}
  devices-three: {<<: *common, devices: [/dev/null, "/dev/zero:/dev/nil", "/dev/full:/dev/full:rw"]}
  after: {<<: *common, depends_on: {stops: {condition: service_started}, check-text: {condition: service_healthy}}, init: true}
  networks-two: {<<: *joined, networks: {back: {aliases: [x, y]}, default: }}
networks:
  back: {internal: true, ipam: {driver: default, config: [{subnet: 10.92.0.0/16}]}}
volumes:
  data:
"""
# docker-compose 1.29 and deployer refuse these services.
REFUSED = ["prots: [80]", "ports: ['x:80']", "ports: [{target: x}]", "volumes: ['nowhere:/x']",
           "depends_on: [nowhere]", "depends_on: [web]", "environment: {A: [1]}", "healthcheck: {tst: x}", "command: {a: b}",
           "restart: [no]", "ulimits: {nofile: {soft: 1}}", "user: ${NAME", "user: ${NOBODY:?is missing}", "env_file: nowhere.env",
           "logging: {drver: x}", "privileged: maybe", "labels: 7", "network_mode: host\n    networks: [default]"]
