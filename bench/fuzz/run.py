"""Fuzz one target for some seconds: `python -m bench.fuzz.run post 600`. Leaves what it finds in .cache/fuzz/."""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["digest"]):
    from bench.fuzz.targets import ROOT, TARGETS, seeds


def main() -> None:
    name, seconds = sys.argv[1], int(sys.argv[2])
    corpus = ROOT / ".cache" / "fuzz" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(name)):
        (corpus / f"seed-{number}").write_bytes(seed)
    words = Path(__file__).parent / "words.dict"
    atheris.Setup(
        [
            sys.argv[0],
            str(corpus),
            f"-max_total_time={seconds}",
            f"-dict={words}",
            f"-artifact_prefix={corpus.parent}/{name}-",
            "-max_len=8192",
            "-timeout=20",
            "-rss_limit_mb=2048",
            "-print_final_stats=1",
        ],
        TARGETS[name],
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
