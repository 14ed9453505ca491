"""The noun of the figure checks: one figure of a text. Knows nothing of how it is written or judged."""

from dataclasses import dataclass

from digest.stages.check.figures.units import Kind


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its value as written (`64K` is 64000), the kind and size of its unit, and where it stands."""

    start: int
    end: int
    value: float
    kind: Kind = ""
    factor: float = 1
    form: str = "digits"
    """`digits`, `word`, `ordinal`, `fraction`, `year`, `date`, `label`, `marker` or `part`."""
    step: float = 1
    """The size of its last written digit: 0.1 for 88.3."""
    negative: bool = False
    binary: float = 0
    """The other reading of K and M: 65536 for 64K."""

    @property
    def base(self) -> float:
        """The value in the kind's base unit."""
        return self.value * self.factor
