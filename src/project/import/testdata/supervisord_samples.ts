import type { Sample } from "./sample.ts";

export const SUPERVISORD_SAMPLES: readonly Sample[] = [
  {
    title: "Laravel's workers, as many guides have them",
    files: {
      "supervisord.conf": `[program:laravel-worker]
process_name=%(program_name)s_%(process_num)02d
command=php %(here)s/artisan queue:work --sleep=3 --tries=3
autostart=true
autorestart=true
stopasgroup=true
killasgroup=true
user=forge
numprocs=2
redirect_stderr=true
stdout_logfile=/home/forge/worker.log
stopwaitsecs=3600
`,
    },
    saysNothing: [
      ...["autostart=true", "stopasgroup=true", "killasgroup=true", "redirect_stderr=true"],
    ],
  },
  {
    title: "one in a container: in the foreground, two programs, to stdout",
    files: {
      "supervisord.conf": `; what the image runs
[supervisord]
nodaemon=true
logfile=/dev/null ; nothing
environment=LANG="C.UTF-8",TZ=%(ENV_TZ)s

[program:nginx]
command=/usr/sbin/nginx -g "daemon off;"
priority=10
autorestart=unexpected
startretries=5
startsecs=2
stopsignal=QUIT
stdout_logfile=/dev/stdout
stdout_logfile_maxbytes=0

[program:app]
directory=%(here)s/app
command=gunicorn app.wsgi
    --bind 0.0.0.0:%(ENV_PORT)s
    --access-logfile '-'
environment=DJANGO_SETTINGS_MODULE="app.settings",
    SECRET='a,b %(ENV_SECRET)s',RATE=50%%
autorestart=false
exitcodes=0,2
`,
    },
    saysNothing: ["autorestart=unexpected"],
    env: { PORT: "80", SECRET: "s", TZ: "UTC" },
  },
  {
    title: "groups, an event listener, servers, and files that are included; Windows line ends",
    files: {
      "supervisord.conf": `[unix_http_server]
file=/run/supervisor.sock
[supervisorctl]
serverurl=unix:///run/supervisor.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[eventlistener:memmon]
command=memmon -a 200MB
events=TICK_60
[fcgi-program:php]
command=php-fpm
socket=tcp://127.0.0.1:9000
[group:web]
programs=front,back
priority=999
[program:front]
command=./front
[include]
files = conf.d/*.conf nothing/*.ini
`.replaceAll("\n", "\r\n"),
      "conf.d/back.conf": "[program:back]\ncommand=./back\nautostart=false\n",
    },
    saysNothing: [
      ...["file=/run/supervisor.sock", "serverurl=unix:///run/supervisor.sock"],
      /^supervisor\.rpcinterface_factory|^command=(memmon|php-fpm)|^events=|^socket=/,
    ],
  },
  {
    title: "a program with what imp has otherwise",
    files: {
      "supervisor.conf": `[program:all]
command: bash -c 'echo "$HOME"; exec sleep 1000'
umask=022
stopasgroup=false
autorestart=true
startretries=10
stderr_logfile=/tmp/err
stderr_events_enabled=true
serverurl=AUTO
numprocs_start=5
strange=%(nothing)s
`,
    },
    saysNothing: ["numprocs_start=5"],
  },
  {
    title: "what is wrong here and there",
    files: {
      "supervisord.conf": `[program:quote]
command=sh -c 'never closed
[program:env]
command=./env %(nobody)s
environment=nothing at all
numprocs=0
[program:none]
directory=/tmp
[program:many]
command=./many
numprocs=lots
stopwaitsecs=long
autostart=maybe
`,
    },
    saysNothing: ["[program:none]", "directory=/tmp"],
  },
];
