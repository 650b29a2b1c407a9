"""Encrypted connections: old ones only where the portal says why, and what is said about certificates."""

from __future__ import annotations

import contextlib
import ipaddress
import ssl
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from OpenSSL import SSL

from crawler.answers import trouble_with
from crawler.tls import legacy_context, modern_context
from tests.crawler.asking import Asked, ask, portal
from tests.crawler.hostile import Server, page, serving

OP_LEGACY_SERVER_CONNECT = 0x4
OLD_TLS = "TLS failed: the host speaks old TLS only"
DAY = timedelta(days=1)


def certificate(
    folder: Path, name: str, names: list[x509.GeneralName], *, days: int = 30, bits: int = 2048
) -> Path:
    """A self-signed certificate with its key, valid from 400 days ago until `days` from now."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 400 * DAY)
        .not_valid_after(now + days * DAY)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def context(path: Path, version: ssl.TLSVersion | None = None, ciphers: str = "") -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if ciphers:
        made.set_ciphers(ciphers)
    if version is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            made.minimum_version = made.maximum_version = version
    made.load_cert_chain(path)
    return made


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    folder = tmp_path_factory.mktemp("certificates")
    loopback: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    own = certificate(folder, "own", loopback)
    contexts = {
        "modern": context(own),
        "1.2": context(own, ssl.TLSVersion.TLSv1_2),
        "1.0": context(own, ssl.TLSVersion.TLSv1, "ALL:@SECLEVEL=0"),
        "1.1": context(own, ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0"),
        "1.0 declared": context(own, ssl.TLSVersion.TLSv1, "ALL:@SECLEVEL=0"),
        "1.1 declared": context(own, ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0"),
        "modern declared": context(own),
        "expired": context(certificate(folder, "expired", loopback, days=-1)),
        "other name": context(certificate(folder, "other", [x509.DNSName("www.qs.example")])),
    }
    with contextlib.ExitStack() as stack:
        served = {
            name: stack.enter_context(serving({"*": page(b"<p>ok</p>")}, context))
            for name, context in contexts.items()
        }
        yield served


@pytest.fixture(scope="module")
def asked(servers: dict[str, Server]) -> Asked:
    """The hosts that need old TLS stand under a name of their own: it is the name that counts."""
    declared = [f"localhost:{server.port}" for name, server in servers.items() if "declared" in name]
    portals = [
        portal(*(server.host for server in servers.values()), scheme="https"),
        portal(*declared, scheme="https", legacy_tls="the server is from 2009"),
    ]
    return ask([address(name, server) for name, server in servers.items()], portals, RETRY_TIMES=0)


def address(name: str, server: Server) -> str:
    return f"https://localhost:{server.port}/" if "declared" in name else server.url("/", "https")


@pytest.mark.parametrize("name", ["modern", "1.2", "1.0 declared", "1.1 declared", "modern declared"])
def test_had(servers: dict[str, Server], asked: Asked, name: str) -> None:
    assert asked.outcomes[address(name, servers[name])].status == 200


@pytest.mark.parametrize("name", ["1.0", "1.1"])
def test_old_servers_are_refused_with_a_reason(servers: dict[str, Server], asked: Asked, name: str) -> None:
    problem = asked.problem(address(name, servers[name]))
    assert problem == f"robots.txt could not be had ({OLD_TLS}), so the host is not visited"
    assert servers[name].paths == []


@pytest.mark.parametrize(
    ("name", "flaw"),
    [
        ("modern", "self-signed certificate"),
        ("expired", "self-signed certificate, certificate has expired"),
        ("other name", "self-signed certificate, certificate of another name"),
        ("modern declared", "self-signed certificate, certificate of another name"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_told_and_ends_nothing(
    servers: dict[str, Server], asked: Asked, name: str, flaw: str
) -> None:
    url = address(name, servers[name])
    told = f"{urlsplit(url).netloc}: {flaw}"
    assert asked.outcomes[url].status == 200
    assert [notes.count(told) for notes in asked.notes.values()].count(1) == 1  # in the one visit, once
    assert flaw in asked.log


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("wrong version number", "TLS failed: no TLS on this port"),
        ("tlsv1 alert protocol version", OLD_TLS),
        ("unsupported protocol", OLD_TLS),
        ("unsafe legacy renegotiation disabled", "TLS failed: the host knows no secure renegotiation"),
        ("dh key too small", "TLS failed: its keys are too short"),
        ("sslv3 alert handshake failure", "TLS failed: SSL routines sslv3 alert handshake failure"),
    ],
)
def test_failed_handshakes_in_words(said: str, says: str) -> None:
    assert trouble_with(SSL.Error([("SSL routines", "", said)])).en == says


def test_only_declared_hosts_get_old_ways() -> None:
    assert modern_context().set_options(0) & OP_LEGACY_SERVER_CONNECT == 0
    assert legacy_context().set_options(0) & OP_LEGACY_SERVER_CONNECT
