"""Encrypted connections: modern ones, and old ones for the hosts whose portal says why it needs them.

No certificate is a reason to stay away, and none goes unnoticed: what is wrong with one is kept by the name
of the host (docs/decisions/0008-certificates-are-judged-not-enforced.md).
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable, Iterable
from functools import partial

from OpenSSL import SSL
from OpenSSL.crypto import X509
from service_identity import VerificationError
from service_identity.exceptions import CertificateError
from service_identity.hazmat import DNS_ID, IPAddress_ID, ServiceID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.protocols.tls import TLSMemoryBIOProtocol
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.report.model import Bilingual

logger = logging.getLogger(__name__)

_OP_LEGACY_SERVER_CONNECT = 0x4
"""OpenSSL's permission to talk to servers that know no secure renegotiation; pyOpenSSL has no name for it."""

_SELF_SIGNED = Bilingual("证书为自签名", "self-signed certificate")
_UNKNOWN_ISSUER = Bilingual("证书颁发者未知或证书链不完整", "unknown issuer, or an incomplete chain")
_WRONG_NAME = Bilingual("证书不是该域名的", "certificate of another name")
_FLAWS = {
    9: Bilingual("证书尚未生效", "certificate not yet valid"),
    10: Bilingual("证书已过期", "certificate has expired"),
    18: _SELF_SIGNED,
    19: _SELF_SIGNED,
    20: _UNKNOWN_ISSUER,
    21: _UNKNOWN_ISSUER,
    23: Bilingual("证书已被吊销", "certificate was revoked"),
}
"""X509_V_ERR_* of OpenSSL."""


def modern_context() -> SSL.Context:
    """TLS 1.2 and later, with the certificate authorities that the system trusts."""
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_default_verify_paths()
    return context


def legacy_context() -> SSL.Context:
    """TLS 1.0 and later with the ciphers and the renegotiation of its time.

    Security level 0: at level 1 OpenSSL since 3.0 refuses whatever TLS 1.0 and 1.1 are signed with.
    """
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_min_proto_version(SSL.TLS1_VERSION)
    context.set_cipher_list(b"ALL:!aNULL:!eNULL:!EXPORT:@SECLEVEL=0")
    context.set_options(_OP_LEGACY_SERVER_CONNECT)
    context.set_default_verify_paths()
    return context


@implementer(IPolicyForHTTPS)
class TlsByHost:
    """Chooses by the name of the host. `legacy` are the names that need old TLS."""

    def __init__(self, legacy: Iterable[str]) -> None:
        self._legacy = frozenset(legacy)
        self._contexts: dict[bool, SSL.Context] = {}
        self._flaws: dict[tuple[str, int], tuple[Bilingual, ...]] = {}
        self._told: dict[tuple[str, int], Bilingual] = {}

    def creatorForNetloc(self, hostname: bytes, port: int) -> _Connections:  # noqa: N802 - the interface's
        """How to connect to a host."""
        name = hostname.decode("ascii").lower()
        old = name in self._legacy
        if old not in self._contexts:
            self._contexts[old] = legacy_context() if old else modern_context()
        return _Connections(self._contexts[old], name, partial(self._flaws.__setitem__, (name, port)))

    def flaw_of(self, name: str, port: int) -> Bilingual | None:
        """What is wrong with the certificate that a host showed last; None where all is well."""
        flaws = self._flaws.get((name, port))
        if not flaws:
            return None
        told = Bilingual("、".join(flaw.zh for flaw in flaws), ", ".join(flaw.en for flaw in flaws))
        if self._told.get((name, port)) != told:
            self._told[name, port] = told
            logger.warning("%s: %s", name, told.en)
        return told


@implementer(IOpenSSLClientConnectionCreator)
class _Connections:
    def __init__(
        self, context: SSL.Context, name: str, seen: Callable[[tuple[Bilingual, ...]], None]
    ) -> None:
        self._context = context
        self._seen = seen
        try:
            ipaddress.ip_address(name)
            self._identity: ServiceID = IPAddress_ID(name)
            self._shown = None
        except ValueError:
            self._identity = DNS_ID(name)
            self._shown = name.encode("ascii")

    def clientConnectionForTLS(  # noqa: N802 - the interface's
        self,
        tlsProtocol: TLSMemoryBIOProtocol,  # noqa: N803
    ) -> SSL.Connection:
        """A connection that names the host and judges its certificate without ending on it."""
        connection = SSL.Connection(self._context, None)
        connection.set_app_data(tlsProtocol)
        if self._shown is not None:  # addresses are no server names
            connection.set_tlsext_host_name(self._shown)
        connection.set_verify(SSL.VERIFY_PEER, self._judge())
        return connection

    def _judge(self) -> Callable[[SSL.Connection, X509, int, int, int], bool]:
        flaws: dict[Bilingual, None] = {}

        def judged(connection: SSL.Connection, certificate: X509, error: int, depth: int, ok: int) -> bool:
            """Called for each certificate and each of its flaws, from the root down to the host's own."""
            del connection, ok
            if error:
                other = Bilingual(f"证书校验失败（{error}）", f"certificate check failed ({error})")
                flaws[_FLAWS.get(error, other)] = None
            if depth == 0:
                if not self._fits(certificate):
                    flaws[_WRONG_NAME] = None
                self._seen(tuple(flaws))
            return True

        return judged

    def _fits(self, certificate: X509) -> bool:
        try:
            verify_service_identity(extract_patterns(certificate), [self._identity], [])
        except (VerificationError, CertificateError, ValueError):
            return False
        return True
