"""Messages of ours around words of a library's, which change with its version: no test depends on those."""

import re


class Reads(str):
    """A message in which `<words>` stands for what a library said; equal to every message that reads so."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, said: object) -> bool:
        pattern = re.escape(str(self)).replace("<words>", r".*\w.*")
        return isinstance(said, str) and re.fullmatch(pattern, said) is not None

    def __ne__(self, said: object) -> bool:
        return not self == said
