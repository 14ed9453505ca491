"""The errors that users may meet: `place: what happened — what to do`, the last part where there is a fix.

DigestError                     expected: one line, exit code 1
├── ConfigError                 config.yaml or the environment says something that cannot be
├── ArchiveError                a post or an edition on disk cannot be used
│   ├── EditedByHand            the post differs from the one that was written
│   └── Busy                    another run works in this folder
├── FetchError                  a GET that gave nothing usable; usually costs one paper, not the run
│   ├── NotThere                the service answered that there is no such thing
│   ├── Unavailable             down, slow or throttled; may work later
│   ├── Refused                 we declined: too large, wrong host, wrong kind of content
│   └── PluginFault             an installed package did not do its part
├── SummaryError                the model gave no usable summary of one paper; the next run tries again
│   └── BudgetReached           the call would have passed the run's limit on money or tokens
├── EmbeddingError              there are no vectors of some texts; what is compared by them is compared by words
├── PublishError                git would not take or pass on what was made; it is all still here
├── OutOfTime                   the run's time was up, so that nothing new began; the next run goes on
├── ClusterError                the workers of a cluster cannot do the work
│   └── WorkerLost              each worker that tried one paper died; the next run tries it again
└── RunStopped                  going on would only repeat the same failure
    ├── ModelRefused            key, quota or model name is wrong
    ├── WrongClock              this machine's clock is far from the services'
    └── NothingPublished        not one paper of the day could be summarised
"""

from typing import Any


class DigestError(Exception):
    """An expected failure in one line: what happened — what to do. `str(error)` is what the user reads."""

    def __init__(self, what: str, *, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.usage: Any = None
        """What it took all the same, as a `digest.model.Usage`; None where that is not known."""

    def __str__(self) -> str:
        line = f"{self.what} — {self.hint}" if self.hint else self.what
        return " ".join(line.split())


class ConfigError(DigestError):
    """The settings cannot be used."""


class ArchiveError(DigestError):
    """A post or an edition on disk cannot be used."""


class EditedByHand(ArchiveError):
    """The post was changed by somebody since it was written, so it is not overwritten."""


class Busy(ArchiveError):
    """Another run holds this folder."""


class FetchError(DigestError):
    """A GET gave nothing usable."""


class NotThere(FetchError):
    """The service says that there is no such thing. Asking again does not help."""


class Unavailable(FetchError):
    """The service is down, slow or throttling. Asking again later may help."""


class Refused(FetchError):
    """We declined the answer: too large, redirected elsewhere, or not the kind of content asked for."""


class PluginFault(FetchError):
    """An installed package has a bug, or is missing. Costs its own part only."""


class SummaryError(DigestError):
    """The model gave no usable summary of one paper."""


class BudgetReached(SummaryError):
    """The next call could pass the run's limit on money or tokens, so it was not made."""


class EmbeddingError(DigestError):
    """A server gave no vectors of some texts. They are compared by their words, and asked about by a later run."""


class PublishError(DigestError):
    """Git would not take or pass on what was made. Nothing is lost: the next run tries again."""


class OutOfTime(DigestError):
    """The run's time was up before this was done. The next run goes on with it."""


class ClusterError(DigestError):
    """The workers of a cluster cannot do the work."""


class WorkerLost(ClusterError):
    """Each worker that tried one paper died."""


class RunStopped(DigestError):
    """Going on would only repeat the same failure."""


class ModelRefused(RunStopped):
    """The model server declines every request: key, quota or model name."""


class WrongClock(RunStopped):
    """This machine's clock cannot be right, so that nothing is dated by it."""


class NothingPublished(RunStopped):
    """Not one paper of the day could be summarised, so there is no post."""
