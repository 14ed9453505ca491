"""Days without papers: `python bench/empty_days.py [N]` builds N of them (500) and counts the exit codes.

Real builds, whose list is answered after 0 to 0.8 s: at any moment of what a run does meanwhile. Two at a time.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from digest.commands.demo.server import Request, Response, serve
from tests.runs import settings


def main() -> None:
    count, dice = int(sys.argv[1]) if len(sys.argv) > 1 else 500, random.Random(5)
    own = {name: value for name, value in os.environ.items() if not name.startswith(("DIGEST_", "OPENAI_", "HF_"))}

    def answer(_: Request) -> Response:
        time.sleep(dice.uniform(0.0, 0.8))
        return Response(200, b"[]")

    def build(_: int) -> int:
        with tempfile.TemporaryDirectory() as folder:
            environ = {**own, **settings(url), "OPENAI_API_KEY": "played"}
            words = [sys.executable, "-m", "digest", "build", "--date", "2025-11-16"]
            return subprocess.run(words, cwd=folder, env=environ, capture_output=True, check=False).returncode

    with serve(answer) as url, ThreadPoolExecutor(2) as pool:
        codes = Counter(pool.map(build, range(count)))
    print(f"{count} empty days, exit codes: {dict(codes)}")
    sys.exit(set(codes) != {0})


if __name__ == "__main__":
    main()
