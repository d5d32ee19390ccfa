"""Signs pictures with notes of origin (C2PA), with certificates of our own making."""

from __future__ import annotations

import datetime as dt
import io
import json
from dataclasses import dataclass

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
CAMERA = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"


@dataclass(frozen=True, slots=True)
class Signer:
    """A signer of C2PA: its chain and key, and the root that vouches for it (all PEM)."""

    chain: bytes
    key: bytes
    root: bytes


def make_signer(name: str = "Toà soạn Thử") -> Signer:
    """A new root and a certificate under it, as C2PA wants them."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, subject = _name("Root of " + name), _name(name)
    root = _certificate(root_name, root_name, root_key, root_key, is_root=True)
    leaf = _certificate(subject, root_name, key, root_key, is_root=False)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Signer(leaf.public_bytes(pem) + root.public_bytes(pem), private, root.public_bytes(pem))


def signed(
    content: bytes, signer: Signer, media_type: str = "image/jpeg", *, source: str = CAMERA, elsewhere: str = ""
) -> bytes:
    """`content` with a note of how it was made; the note lies at the address `elsewhere` if one is given."""
    action = {"action": "c2pa.created", "digitalSourceType": source}
    manifest = {
        "claim_generator_info": [{"name": "test", "version": "1"}],
        "title": "picture",
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [action]}}],
    }
    info = c2pa.C2paSignerInfo(b"es256", signer.chain, signer.key, None)
    settings = {"verify": {"verify_after_sign": False, "verify_trust": False}}
    builder = c2pa.Builder(json.dumps(manifest), context=c2pa.Context.from_dict(settings))
    if elsewhere:
        builder.set_no_embed()
        builder.set_remote_url(elsewhere)
    output = io.BytesIO()
    builder.sign(c2pa.Signer.from_info(info), media_type, io.BytesIO(content), output)
    return output.getvalue()


def _name(name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.ORGANIZATION_NAME, name)]
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    by: ec.EllipticCurvePrivateKey,
    *,
    is_root: bool,
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    usage = x509.KeyUsage(not is_root, False, False, False, False, is_root, is_root, False, False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.BasicConstraints(is_root, None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    if not is_root:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return builder.sign(by, hashes.SHA256())
