"""Certificates are counted, and one that is not whole is no certificate."""

from __future__ import annotations

import base64

import pytest

from kiemchung.decoding.certificates import count_certificates
from tests.decoding.signing import make_signer


def _block(der: bytes) -> bytes:
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"


def test_certificates_are_counted_whatever_stands_between_them() -> None:
    signer = make_signer()
    assert count_certificates(b"# signers\r\n" + signer.chain.replace(b"\n", b"\r\n") + signer.key) == 2
    assert count_certificates("chứng chỉ".encode()) == 0


@pytest.mark.parametrize("der", [b"", b"\x30", b"\x30\x80", b"\x30\x03\x02\x01\x05", b"\x30\x84\xff\xff\xff\xff", b"a"])
def test_a_frame_that_is_none_is_refused(der: bytes) -> None:
    with pytest.raises(ValueError, match=r"frame|cut off"):
        count_certificates(_block(der))


def test_a_certificate_without_its_end_is_refused() -> None:
    root = make_signer().root
    for cut in (root[: len(root) // 2], root + root[:60]):
        with pytest.raises(ValueError, match="no end"):
            count_certificates(cut)
