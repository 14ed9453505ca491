"""Where services are, and how quickly they are asked."""

from digest.config.values import Address, Part, Seconds


class ServicesConfig(Part):
    """Where the outside services are."""

    huggingface: Address = "https://huggingface.co"
    """Lists of the day, and papers as Markdown. `HF_ENDPOINT` overrides it."""
    arxiv: Address = "https://arxiv.org"
    """Papers as HTML and PDF."""
    arxiv_api: Address = "https://export.arxiv.org"
    """Categories, versions and withdrawals, from `/api/query`."""
    biorxiv_api: Address = "https://api.biorxiv.org"
    """Lists of bioRxiv and medRxiv."""
    biorxiv: Address = "https://www.biorxiv.org"
    """Its papers."""
    medrxiv: Address = "https://www.medrxiv.org"
    """Its papers."""
    openreview_api: Address = "https://api2.openreview.net"
    """Lists of venues."""
    openreview: Address = "https://openreview.net"
    """Its papers."""
    zotero: Address = "https://api.zotero.org"
    """Libraries that are examples of a taste; http://localhost:23119/api is the program on this machine."""
    alphaxiv: Address = "https://www.alphaxiv.org"
    """Linked, never fetched."""

    def __getitem__(self, service: str) -> str:
        return str(getattr(self, service))


class PaceConfig(Part):
    """Seconds between the starts of two requests to one service, 0 to 3600."""

    arxiv: Seconds = 3.0
    """For HTML and PDF."""
    arxiv_api: Seconds = 3.0
    """For the API, which asks for three."""
    huggingface: Seconds = 0.0
    """For lists and Markdown."""
    biorxiv_api: Seconds = 1.0
    """For lists of bioRxiv and medRxiv."""
    biorxiv: Seconds = 3.0
    """For papers of bioRxiv."""
    medrxiv: Seconds = 3.0
    """For papers of medRxiv."""
    openreview_api: Seconds = 1.0
    """For lists of OpenReview."""
    openreview: Seconds = 3.0
    """For papers of OpenReview."""
    zotero: Seconds = 0.0
    """For pages of a library; where it asks for a pause, that is kept."""
    web: Seconds = 1.0
    """For feeds, and papers that lie anywhere else."""
