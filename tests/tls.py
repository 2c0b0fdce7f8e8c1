"""A throw-away certificate authority for tests."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Authority:
    """A CA; `path` is its certificate in PEM, for whoever is to trust it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    path: Path


def create_ca(folder: Path) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder("Throw-away CA", key).issuer_name(_name("Throw-away CA"))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    path = folder / "ca.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(certificate, key, path)


def issue(ca: Authority, folder: Path, *hosts: str) -> Path:
    """Write a PEM with a certificate and its key for host names and addresses, return its path."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(hosts[0], key).issuer_name(ca.certificate.subject)
    builder = builder.add_extension(
        x509.SubjectAlternativeName([_alternative(h) for h in hosts]), critical=False
    )
    certificate = builder.sign(ca.key, hashes.SHA256())
    path = folder / f"{hosts[0].replace('*', '_')}.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return path


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _builder(common: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(common))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
    )
