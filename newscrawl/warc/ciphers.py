"""Cipher suites: from OpenSSL's names to those registered at IANA."""

from __future__ import annotations

_KEY_EXCHANGE = {
    "ECDHE-ECDSA": "ECDHE_ECDSA",
    "ECDHE-RSA": "ECDHE_RSA",
    "DHE-RSA": "DHE_RSA",
    "DHE-DSS": "DHE_DSS",
    "": "RSA",
}
_CIPHER = {
    "AES128-GCM-SHA256": "AES_128_GCM_SHA256",
    "AES256-GCM-SHA384": "AES_256_GCM_SHA384",
    "CHACHA20-POLY1305": "CHACHA20_POLY1305_SHA256",
    "AES128-CCM": "AES_128_CCM",
    "AES256-CCM": "AES_256_CCM",
    "AES128-CCM8": "AES_128_CCM_8",
    "AES256-CCM8": "AES_256_CCM_8",
    "AES128-SHA": "AES_128_CBC_SHA",
    "AES256-SHA": "AES_256_CBC_SHA",
    "AES128-SHA256": "AES_128_CBC_SHA256",
    "AES256-SHA256": "AES_256_CBC_SHA256",
    "AES256-SHA384": "AES_256_CBC_SHA384",
}


def iana_name(openssl: str | None) -> str | None:
    """Return the IANA name of a cipher suite, or `None` when it is not known here.

    >>> iana_name("ECDHE-RSA-AES128-GCM-SHA256")
    'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'
    >>> iana_name("TLS_AES_256_GCM_SHA384")
    'TLS_AES_256_GCM_SHA384'
    """
    if openssl is None or openssl.startswith("TLS_"):
        return openssl
    for prefix, exchange in _KEY_EXCHANGE.items():
        cipher = openssl.removeprefix(f"{prefix}-") if prefix else openssl
        if (not prefix or cipher != openssl) and cipher in _CIPHER:
            return f"TLS_{exchange}_WITH_{_CIPHER[cipher]}"
    return None
