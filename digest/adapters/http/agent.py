"""How the program introduces itself: arXiv and Hugging Face ask for its name and a way to reach whoever runs it."""

from urllib.parse import quote, urlsplit

from digest import __version__
from digest.adapters.installation import DISTRIBUTION
from digest.config import Config

PROGRAM = f"{DISTRIBUTION}/{__version__}"
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


def user_agent(config: Config) -> str:
    """Return the User-Agent: the program, and `fetch.contact` or else the site's address where that is a public one."""
    site = config.site.url
    contact = config.fetch.contact or ("" if urlsplit(site).hostname in _HERE else site)
    # A header holds ASCII, and brackets delimit its comment (RFC 9110, 5.6.5).
    return f"{PROGRAM} (+{quote(contact, safe='''!#$%&'*+,/:;=?@~''')})" if contact else PROGRAM
