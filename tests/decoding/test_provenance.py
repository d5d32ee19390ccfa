"""What a file says about itself is read as a claim of the file; what is signed is checked, and nothing is fetched."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image

from kiemchung.decoding import Decoder, FileFacts, Known, describe
from kiemchung.decoding.facts import SENTENCES, Place
from tests.decoding import samples, signing

TAGS: Any = ExifTags.Base


def photograph(**changed: object) -> bytes:
    """A JPEG with the notes of a telephone; `changed` names EXIF tags."""
    exif = Image.Exif()
    notes: dict[str, Any] = {"Make": "Nokia", "Model": "Nokia 3310", "Software": "Sửa Ảnh 2.0".encode(), **changed}
    for name, value in notes.items():
        exif[TAGS[name]] = value
    taken = exif.get_ifd(ExifTags.IFD.Exif)
    taken[TAGS.DateTimeOriginal], taken[TAGS.OffsetTimeOriginal] = "2024:05:01 10:20:30", "+07:00"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", (21.0, 1.0, 42.0)
    gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", (105.0, 51.0, 0.0)
    return samples.encoded(Image.fromarray(samples.scene(64, 48)), "JPEG", exif=exif)


def facts_of(decoder: Decoder, content: bytes, *, with_place: bool = False) -> FileFacts:
    return decoder.decode(content, with_place=with_place).facts


def test_the_notes_of_a_camera_are_read(decoder: Decoder) -> None:
    facts = facts_of(decoder, photograph())
    assert facts.taken_at == "2024-05-01 10:20:30+07:00"
    assert facts.camera == "Nokia 3310"
    assert facts.software == "Sửa Ảnh 2.0"


def test_the_place_is_read_only_when_asked_for(decoder: Decoder) -> None:
    assert facts_of(decoder, photograph()).place is None
    place = facts_of(decoder, photograph(), with_place=True).place
    assert place is not None
    assert place.latitude == pytest.approx(21.0283, abs=1e-4)
    assert place.longitude == pytest.approx(105.85, abs=1e-4)


def test_maker_and_model_are_joined_where_the_model_does_not_name_its_maker(decoder: Decoder) -> None:
    assert facts_of(decoder, photograph(Make="Acme", Model="X1")).camera == "Acme X1"


@pytest.mark.parametrize("text", ["a\x00b\x1b[31m", "x" * 5000, "\u202egnp.exe", "", "   "])
def test_a_hostile_note_comes_out_as_one_short_line(decoder: Decoder, text: str) -> None:
    software = facts_of(decoder, photograph(Software=text)).software
    assert software is None or (software.isprintable() and len(software) <= 80)


def test_a_file_without_notes_says_nothing(decoder: Decoder) -> None:
    facts = facts_of(decoder, samples.picture(), with_place=True)
    assert facts == FileFacts("JPEG", facts.size)


@pytest.fixture(scope="module")
def signer() -> signing.Signer:
    return signing.make_signer()


@pytest.mark.parametrize(("form", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WebP", "image/webp")])
def test_a_note_that_holds_is_intact_and_its_signer_unknown(
    decoder: Decoder, signer: signing.Signer, form: str, media_type: str
) -> None:
    facts = facts_of(decoder, signing.signed(samples.picture(form), signer, media_type))
    assert (facts.is_intact, facts.is_trusted) == (Known.YES, Known.UNKNOWN)
    assert facts.signer == "Toà soạn Thử"
    assert facts.is_generated is Known.UNKNOWN


def test_a_film_and_a_sound_can_be_signed_too(decoder: Decoder, signer: signing.Signer) -> None:
    film = signing.signed(samples.film("MP4/MOV", 1), signer, "video/mp4")
    sound = signing.signed(samples.sound("WAV"), signer, "audio/wav")
    assert facts_of(decoder, film).is_intact is Known.YES
    assert facts_of(decoder, sound).is_intact is Known.YES


def test_intact_and_trusted_are_two_facts(safe: None, signer: signing.Signer, tmp_path: Path) -> None:
    content = signing.signed(samples.picture(), signer)
    for root, trusted in ((signer.root, Known.YES), (signing.make_signer("Other").root, Known.NO)):
        trust_list = tmp_path / "trusted.pem"
        trust_list.write_bytes(root)
        with Decoder(trust_list=trust_list) as decoder:
            facts = facts_of(decoder, content)
        assert (facts.is_intact, facts.is_trusted) == (Known.YES, trusted)


def test_a_changed_file_is_not_intact_and_its_note_is_not_believed(decoder: Decoder, signer: signing.Signer) -> None:
    content = bytearray(signing.signed(samples.picture(), signer, source=signing.GENERATED))
    content[-200] ^= 1
    facts = facts_of(decoder, bytes(content))
    assert (facts.is_intact, facts.is_trusted, facts.signer) == (Known.NO, Known.UNKNOWN, None)
    assert facts.is_generated is Known.UNKNOWN


def test_a_note_that_is_noise_is_not_intact(decoder: Decoder, signer: signing.Signer) -> None:
    content = bytearray(signing.signed(samples.picture(), signer))
    at = content.index(b"c2pa") + 40
    content[at : at + 400] = bytes(range(200)) * 2
    assert facts_of(decoder, bytes(content)).is_intact is Known.NO


def test_no_note_is_unknown_and_never_a_suspicion(decoder: Decoder) -> None:
    facts = facts_of(decoder, samples.picture())
    assert (facts.is_intact, facts.is_trusted) == (Known.UNKNOWN, Known.UNKNOWN)


def test_a_generated_picture_that_says_so_is_named(decoder: Decoder, signer: signing.Signer) -> None:
    content = signing.signed(samples.picture(), signer, source=signing.GENERATED)
    assert facts_of(decoder, content).is_generated is Known.YES


def test_a_note_that_lies_elsewhere_is_not_fetched(decoder: Decoder, signer: signing.Signer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/note.c2pa"
        content = signing.signed(samples.picture(), signer, elsewhere=address)
        assert address.encode() in content
        assert facts_of(decoder, content).is_intact is Known.UNKNOWN
        with pytest.raises(TimeoutError):
            server.accept()


FULL = FileFacts("JPEG", 1, "2024-05-01 10:20:30", "Nokia 3310", "Sửa Ảnh", Place(21.03, 105.85))


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_every_fact_is_put_into_words(lang: str) -> None:
    said = " ".join(describe(FULL, lang))
    for value in ("2024-05-01 10:20:30", "Nokia 3310", "Sửa Ảnh", "21.0300", "105.8500"):
        assert value in said
    assert "{" not in said


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("trusted", list(Known))
@pytest.mark.parametrize("intact", list(Known))
def test_a_note_is_put_into_words_in_each_state(intact: Known, trusted: Known, lang: str) -> None:
    said = describe(FileFacts("JPEG", 1, is_intact=intact, is_trusted=trusted, is_generated=Known.YES), lang)
    assert said
    assert not any("{" in sentence or "fake" in sentence or "giả mạo" in sentence for sentence in said)
    has_generated = SENTENCES["generated"][lang == "vi"] in said
    assert has_generated is (intact is Known.YES)
