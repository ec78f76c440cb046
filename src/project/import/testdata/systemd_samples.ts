import type { Sample } from "./sample.ts";

/** Targets of the machine, who wants a unit, and what says where more is to be read. */
const OF_MACHINE = [
  /^\[Install\]|^WantedBy=|^Alias=|^Documentation=|^DefaultDependencies=/,
  /^(After|Wants)=network(-online)?\.target$/,
];

export const SYSTEMD_SAMPLES: readonly Sample[] = [
  {
    title: "a web application, as many guides have it",
    files: {
      "myapp.service": `[Unit]
Description=My application, 100%% of it
Documentation=https://example.org
After=network.target
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
Type=simple
User=www-data
WorkingDirectory=/srv/myapp
Environment=NODE_ENV=production "GREETING=hello world" 'RATE=50%%'
EnvironmentFile=-/etc/default/myapp
ExecStartPre=/usr/bin/npm run migrate
ExecStart=/usr/bin/node server.js --port \${PORT} --title "a b" $ARGS
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=5s
KillSignal=SIGINT
TimeoutStopSec=1min 30s
MemoryMax=512M
StandardOutput=journal
NoNewPrivileges=true

[Install]
WantedBy=multi-user.target
`,
    },
    env: { ARGS: "x" },
    saysNothing: [...OF_MACHINE, "Type=simple", "StartLimitIntervalSec=60"],
  },
  {
    title: "several that wait for one another, with a drop-in",
    files: {
      "db.service": `[Service]
Type=notify
ExecStart=-/usr/bin/postgres -D data
ExecStop=/bin/kill -s QUIT $MAINPID
`,
      "migrate.service": `[Unit]
Requires=db.service
After=db.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'echo one; exit 0'
ExecStart=/opt/two --all
`,
      "api.service": `# the API
[Unit]
Requires=db.service migrate.service cache.service
Wants=mail.service
After=db.service migrate.service mail.service syslog.service
PartOf=db.service
Before=other.service
[Service]
Environment=PORT=1 OLD=x
ExecStart=/opt/api --port \${PORT} \\
  # a remark within
  --all $$HOME
UnsetEnvironment=OLD LANG
ExecStop=/opt/api stop
`,
      "mail.timer": "[Timer]\nOnCalendar=daily\n",
      "mail.service": "[Service]\nExecStart=/opt/mail\nRestart=always\n",
      "api.service.d/10-local.conf":
        "[Service]\nEnvironment=PORT=2\nExecStart=\nExecStart=/opt/api --local ${PORT}\n",
    },
    // A drop-in sets the one, and the other is taken away.
    saysNothing: [...OF_MACHINE, "RemainAfterExit=yes", "Environment=PORT=1 OLD=x"],
  },
  {
    title: "an instance of a template with specifiers, and Windows line ends",
    files: {
      "worker@mail.service": `[Unit]
Description=Worker %i of %p in %n
[Service]
WorkingDirectory=~
Environment=QUEUE=%i DIR=%h/queue HOST=%H
ExecStart=/usr/bin/env worker --queue %i --state %t/worker \\x41 "tab\\there"
Restart=on-abnormal
TimeoutStopSec=infinity
MemoryMax=50%%
`.replaceAll("\n", "\r\n"),
    },
    env: { HOME: "/home/ann", XDG_RUNTIME_DIR: "/run/user/1" },
    saysNothing: OF_MACHINE,
  },
  {
    title: "a daemon of old, which forks, with everything that is of the machine",
    files: {
      "old.service": `[Unit]
Description=old
Conflicts=new.service
OnFailure=alert.service
ConditionPathExists=/etc/old
[Service]
Type=forking
PIDFile=/run/old.pid
ExecCondition=/bin/true
ExecStart=:@/usr/sbin/old oldd -f $NOT_FILLED
ExecStartPost=/bin/true
ExecStopPost=/bin/true
Restart=on-success
StartLimitBurst=3
TimeoutStartSec=90
TimeoutSec=20
WatchdogSec=10
KillMode=mixed
LimitNOFILE=65536
ProtectSystem=full
`,
    },
    saysNothing: [...OF_MACHINE, "KillMode=mixed"],
  },
  {
    title: "what is wrong here and there",
    files: {
      "wrong.service": `; a remark
Stray=1
[Service]
Type=exec
Type=simple
Environment="open=quote
Environment=novalue
ExecStartPre=+/bin/mkdir -p /run/x
ExecStart=/bin/echo "never closed
ExecStart=/bin/echo fine
ExecStop=/bin/stop $MAINPID
Restart=sometimes
MemoryLimit=much
[Timer]
OnCalendar=daily
`,
    },
    saysNothing: ["Type=exec", "Type=simple", "OnCalendar=daily"],
  },
  {
    title: "a program in a directory of the user's, with a shell",
    files: {
      "tunnel.service": `[Unit]
After=network-online.target
Wants=network-online.target
[Service]
ExecStart=/bin/bash -c 'while true; do ssh -N "$HOST"; sleep 5; done'
Environment="HOST=example.org"
Restart=always
StartLimitInterval=0
[Install]
WantedBy=default.target
`,
    },
    saysNothing: [...OF_MACHINE, "StartLimitInterval=0"],
  },
];
