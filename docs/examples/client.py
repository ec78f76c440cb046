#!/usr/bin/env python3
"""A client of imp, written from PROTOCOL.md alone: `client.py ping|list|add CMD…|exec CMD…|events N`."""
import json, os, signal, socket, struct, subprocess, sys

CONTROL, STDOUT, STDERR = 1, 2, 3


class Imp:
    def __init__(self):
        subprocess.run(["imp", "-q", "daemon", "start"], check=True, stdout=subprocess.DEVNULL)
        here = json.loads(subprocess.check_output(["imp", "--json", "overview"]))
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(here["daemon"]["socket_path"])
        self.stream = self.socket.makefile("rb")
        self.last_id = 0
        self.send({"type": "hello", "protocol": 1, "version": "0", "build": "0", "pid": os.getpid(),
                   "daemon_id": here["daemon_id"], "capabilities": []})
        self.daemon = self.control(*self.frame())

    def send(self, message):
        body = bytes([CONTROL]) + json.dumps(message).encode()
        self.socket.sendall(struct.pack(">I", len(body)) + body)

    def frame(self):
        header = self.stream.read(4)
        if len(header) < 4:
            raise EOFError("The daemon has closed the connection")
        body = self.stream.read(*struct.unpack(">I", header))
        return body[0], body[1:]

    def control(self, kind, body):
        """The message in a frame; answers a ping of the daemon, and raises what it says before it goes."""
        message = json.loads(body) if kind == CONTROL else None
        if message and message.get("type") == "ping":
            self.send({"id": message["id"], "ok": True, "data": {}})
        if message and "error" in message:
            raise RuntimeError("{code}: {message}".format(**message["error"]))
        return message

    def ask(self, name, **payload):
        self.last_id += 1
        self.send({"id": self.last_id, "type": name, "payload": payload})
        while True:
            reply = self.control(*self.frame())
            if reply and reply.get("id") == self.last_id and "ok" in reply:
                return reply["data"]

    def events(self, **payload):
        yield self.ask("subscribe", **payload)
        while True:
            message = self.control(*self.frame())
            if message.get("type") == "event":
                yield message["event"]

    def execute(self, command):
        """Runs a command in the daemon's world; its output comes through as it is."""
        self.ask("exec", command=command, **SURROUNDINGS)
        while True:
            kind, body = self.frame()
            if kind in (STDOUT, STDERR):
                (sys.stdout if kind == STDOUT else sys.stderr).buffer.write(body)
            elif (message := self.control(kind, body)).get("type") == "exit":
                name = message["signal"]
                return message["code"] if name is None else 128 + signal.Signals[name]


UMASK = os.umask(0o077)
SURROUNDINGS = {"workdir": os.getcwd(), "env": dict(os.environ), "umask": UMASK}

if __name__ == "__main__":
    imp, (verb, *words) = Imp(), sys.argv[1:]
    if verb == "exec":
        sys.exit(imp.execute(words))
    if verb == "events":
        for _, event in zip(range(int(words[0])), imp.events()):
            print(json.dumps(event), flush=True)
    else:
        job = {"command": words, **SURROUNDINGS} if verb == "add" else {}
        print(json.dumps(imp.ask(verb, **job)))
