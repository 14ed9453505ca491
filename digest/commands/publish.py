"""digest publish: the archive as a commit, and a push."""

from pathlib import Path

import click

from digest.adapters.redaction import KEYS, without_keys
from digest.commands.alerts import alerted, settings
from digest.commands.context import Context
from digest.commands.options import config_option
from digest.commands.result import Result
from digest.config import series_of
from digest.stages import publish


@click.command()
@click.option("--push", is_flag=True, help="Also push (rebasing if the remote is ahead).")
@config_option
@click.pass_obj
def command(context: Context, push: bool, config_path: Path) -> int:
    """Commit new posts and editions, and nothing else.

    Refuses while other changes are staged, and never forces a push. Commits
    that could not be pushed are pushed by the next run. Failures are sent to
    DIGEST_NOTIFY_FAILURES_URLS.
    """
    config = settings(context, config_path)
    with alerted(context, config), context.lock(config):
        done = publish.publish(
            context.archive(config),
            others=[context.archive(one) for one in series_of(config)[1:]],
            environ=without_keys(context.environ, context.key_names),
            push=push,
            secrets=[context.environ.get(name, "") for name in (*KEYS, *context.key_names)],
        )
    what = f"committed {', '.join(done.files)} as {done.commit}" if done.files else "nothing new to commit"
    line = f"{what}; {done.pushed_to} is up to date" if done.pushed_to else what
    warnings = tuple(f"digest: not committed: {reason}" for reason in done.left)
    return context.print_result(Result((line,), warnings=warnings))
