"""The first thing that runs, as `digest` and as `python -m digest`: signals are heard before anything is imported."""

from digest.adapters.process import signals


def main() -> None:
    """Run the command line."""
    signals.end_at_once()
    from digest import cli  # noqa: PLC0415 - a signal may come while it is imported

    cli.main()


if __name__ == "__main__":
    main()
