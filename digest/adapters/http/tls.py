"""TLS through memory buffers, so that its handshake and its records are read and written by the stream below."""

import ssl
from collections.abc import Callable
from typing import Any, TypeVar

import httpcore2

_RECORD = 16_384  # the most that one record holds: https://www.rfc-editor.org/rfc/rfc8446#section-5.1
_T = TypeVar("_T")


class Encrypted(httpcore2.NetworkStream):
    """TLS over any other stream, over one that is encrypted already too: an https proxy takes both."""

    def __init__(
        self, below: httpcore2.NetworkStream, context: ssl.SSLContext, host: str | None, timeout: float | None
    ) -> None:
        self._below = below
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        try:
            self._exchanged(self._tls.do_handshake, timeout)
        except BaseException as cause:
            self.close()
            if isinstance(cause, httpcore2.TimeoutException):
                raise httpcore2.ConnectTimeout(str(cause)) from cause
            if isinstance(cause, ssl.SSLCertVerificationError):
                raise httpcore2.ConnectError(
                    f"its certificate is not trusted ({cause.verify_message}); behind a company's proxy, set"
                    " SSL_CERT_FILE to the company's certificates"
                ) from cause
            if isinstance(cause, (ssl.SSLError, httpcore2.NetworkError)):
                raise httpcore2.ConnectError(str(cause)) from cause
            raise

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is in the next record, at most `max_bytes`; nothing at the end."""
        try:
            return self._exchanged(lambda: self._tls.read(max_bytes), timeout)
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""
        except ssl.SSLError as cause:
            raise httpcore2.ReadError(str(cause)) from cause

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it."""
        try:
            for start in range(0, len(buffer), _RECORD):
                piece = buffer[start : start + _RECORD]
                self._exchanged(lambda: self._tls.write(piece), timeout)  # noqa: B023 - called at once
        except ssl.SSLError as cause:
            raise httpcore2.WriteError(str(cause)) from cause

    def close(self) -> None:
        """Close the stream below."""
        self._below.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """Encrypt once more."""
        return Encrypted(self, ssl_context, server_hostname, timeout)

    def get_extra_info(self, info: str) -> Any:
        """Return the TLS object, or what the stream below knows."""
        return self._tls if info == "ssl_object" else self._below.get_extra_info(info)

    def _exchanged(self, act: Callable[[], _T], timeout: float | None) -> _T:
        """Pass records to and fro until it works."""
        while True:
            try:
                result = act()
            except ssl.SSLWantReadError:
                self._flush(timeout)
            else:
                self._flush(timeout)
                return result
            if data := self._below.read(_RECORD, timeout):
                self._incoming.write(data)
            else:
                self._incoming.write_eof()

    def _flush(self, timeout: float | None) -> None:
        if self._outgoing.pending:
            self._below.write(self._outgoing.read(), timeout)
