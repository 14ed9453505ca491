"""A process that has run `digest` once and forks further runs: asked by a `Forker`, or by its command."""

import faulthandler
import importlib
import json
import os
import resource
import select
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import digest.cli
import digest.commands.build.due
import digest.commands.build.single
import digest.commands.context

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def warm_up() -> None:
    """Run the demo, so that libraries are imported and templates compiled. Leaves no thread and no handler behind."""
    null, out, err = os.open(os.devnull, os.O_WRONLY), os.dup(1), os.dup(2)
    heard = {number: signal.getsignal(number) for number in _SIGNALS}
    os.dup2(null, 1), os.dup2(null, 2)
    with tempfile.TemporaryDirectory() as folder, suppress(SystemExit):
        sys.argv = ["digest", "demo", "--out", folder]
        digest.cli.main()
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join()
    sys.stdout.flush(), sys.stderr.flush()
    os.dup2(out, 1), os.dup2(err, 2)
    for number in (null, out, err):
        os.close(number)
    for number, handler in heard.items():
        signal.signal(number, handler)


def run(words: Sequence[str], cwd: str, environ: Mapping[str, str], streams: Sequence[int]) -> int:
    """Run `digest` in this process, which is a forked one, and return its exit code."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environ)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    sys.argv = ["digest", *words]
    code = 0
    try:
        digest.cli.main()
    except SystemExit as end:
        code = int(end.code or 0)
    sys.stdout.flush(), sys.stderr.flush()
    return code


def start(
    words: Sequence[str],
    cwd: str,
    environ: Mapping[str, str],
    out: str,
    err: str | None = None,
    file_limit: int | None = None,
    jump: tuple[float, float] | None = None,
    patched: Mapping[str, object] | None = None,
) -> int:
    """Fork a run whose streams are files; return its number."""
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        os.setsid()
        if file_limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))
        if jump is not None:
            _jump(*jump)
        for name, value in (patched or {}).items():
            module, _, attribute = name.partition(":")
            setattr(importlib.import_module(module), attribute, value)
        files = [os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND) for name in (out, err or out)]
        code = run(words, cwd, environ, [os.open(os.devnull, os.O_RDONLY), *files])
    finally:
        os._exit(code)


def _jump(after: float, seconds: float) -> None:
    begun, right = time.monotonic(), digest.commands.context.Context.now
    gone = timedelta(seconds=seconds)
    digest.commands.context.Context.now = (  # type: ignore[method-assign]
        lambda self: right(self) + (gone if time.monotonic() - begun > after else timedelta(0))
    )


def wait(pid: int, seconds: float) -> int | None:
    """Return the exit code of a run, negative where a signal ended it; None where it has not ended in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    return None


def answer(line: socket.socket) -> int:
    """Fork a run for a command, in its place and with its streams; the command is told the exit code."""
    head, streams, *_ = socket.recv_fds(line, 4, 3)
    with line.makefile("rb") as asked:
        words, cwd, environ = json.loads(asked.read(int.from_bytes(head, "big")))
    pid = os.fork()
    if not pid:
        code = 70
        try:
            code = run(words, cwd, environ, streams)
            line.sendall(bytes([code]))
        finally:
            os._exit(code)
    for stream in streams:
        os.close(stream)
    return pid


def main(address: str, *modules: str) -> None:
    """Do what is asked, on standard input or at the address, until standard input ends."""
    sys.path[0] = str(Path(__file__).parent.parent)
    for name in modules:
        importlib.import_module(name)
    faulthandler.register(signal.SIGUSR1)
    warm_up()
    begun: list[int] = []
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        print("ready", flush=True)
        while True:
            ready, _, _ = select.select([sys.stdin, listener], [], [])
            begun = [pid for pid in begun if not os.waitpid(pid, os.WNOHANG)[0]]
            if listener in ready:
                with listener.accept()[0] as line:
                    begun.append(answer(line))
            if sys.stdin in ready:
                if not (asked := sys.stdin.readline()):
                    return
                name, words, options = json.loads(asked)
                print(json.dumps({"start": start, "wait": wait}[name](*words, **options)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
