import type { Sample } from "./sample.ts";

export const PROCFILE_SAMPLES: readonly Sample[] = [
  {
    title: "one of Heroku, with Windows line ends",
    files: {
      Procfile: "web: bundle exec puma -p ${PORT:-3000}\r\n" +
        "release: bin/rails db:migrate\r\n\r\nworker: bundle exec sidekiq -C config/sidekiq.yml\r\n",
    },
  },
  {
    title: "one for development with remarks, beside that for production",
    files: {
      Procfile: "web: gunicorn app.wsgi\n",
      "Procfile.dev": "# what bin/dev starts\n\nweb: env RUBY_DEBUG_OPEN=true bin/rails server\n" +
        "js: yarn build --watch\ncss: yarn build:css --watch\n",
      ".env": "PORT=3100\nSECRET='a # b'\n",
    },
  },
  {
    title: "overmind's, with its settings",
    files: {
      Procfile: "web: ./server\napi: ./api --listen :$PORT\nmail-catcher: mailhog\n",
      ".overmind.env": "OVERMIND_PORT=4000\nOVERMIND_PORT_STEP=10\n" +
        "OVERMIND_AUTO_RESTART=web,api\nOVERMIND_CAN_DIE=mail-catcher\n" +
        "OVERMIND_STOP_SIGNALS=api=QUIT\nOVERMIND_FORMATION=web=2\nLOG='$HOME'\n",
    },
    file: "Procfile",
  },
  {
    title: "foreman's, with its flags and two files of variables",
    files: {
      Procfile:
        "web:    python manage.py runserver 0.0.0.0:$PORT   \nqueue:\tcelery -A app worker\n",
      ".foreman": "port: 8000\nenv: .env,.env.local\nformation: web=1,queue=3\ntimeout: 20\n",
      ".env": "",
      ".env.local": "",
    },
  },
  {
    title: "names that imp does not allow, and two that become the same",
    files: { "Procfile.prod": "-web: a\nweb: b\n_web: c | d && e\n__proto__: f\nweb: g\n" },
    file: "Procfile.prod",
  },
  {
    title: "a line that is no process",
    files: { Procfile: "web: node .\nworker = node worker.js\n  export A=1\n" },
  },
];
