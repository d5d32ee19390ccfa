"""The guarded door: every file ends in time with its content or one clear error, and nothing is left behind."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from kiemchung.decoding import DecodeError, Decoder, Limits, decode
from kiemchung.engine.media.types import MediaKind, Picture
from tests.decoding import hostile, samples
from tests.decoding.hostile import HOSTILE, READS, Hostile
from tests.decoding.rooms import IS_ROOT, USERS, command, instead_of_decoding, is_alive

# Far below the limits that are shipped; a machine under load takes a few times the usual hundredths of a second.
SECONDS = 10.0


def code_of(decoder: Decoder, source: Path | str | bytes) -> str:
    """How decoding ends: `READS`, or the code of the error."""
    started = time.monotonic()
    try:
        decoder.decode(source)
    except DecodeError as error:
        return error.code
    finally:
        assert time.monotonic() - started < SECONDS
    return READS


@pytest.mark.parametrize("case", HOSTILE, ids=[case.name for case in HOSTILE])
def test_f34_a_hostile_file_ends_with_its_error_in_time(decoder: Decoder, case: Hostile) -> None:
    assert code_of(decoder, case.make()) in case.ends


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A listener on this machine that must see no connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        yield server


# A film whose samples lie elsewhere may still be read: as what its own bytes happen to show.
ENDS = ("unknown_format", "damaged", READS)
MAKERS: list[Callable[[str], bytes]] = [hostile.playlist, hostile.playlist_as_mp4, hostile.mp4_naming]


@pytest.mark.parametrize("make", MAKERS)
def test_a_file_that_names_an_address_reaches_nothing(
    decoder: Decoder, listener: socket.socket, make: Callable[[str], bytes]
) -> None:
    port = listener.getsockname()[1]
    for address in (
        f"http://127.0.0.1:{port}/piece.ts",
        f"tcp://127.0.0.1:{port}",
        f"concat:http://127.0.0.1:{port}/a",
    ):
        assert code_of(decoder, make(address)) in ENDS
    with pytest.raises(TimeoutError):
        listener.accept()


@pytest.mark.parametrize("make", MAKERS)
def test_a_file_that_names_another_file_does_not_read_it(
    decoder: Decoder, tmp_path: Path, make: Callable[[str], bytes]
) -> None:
    other = tmp_path / "secret.wav"
    other.write_bytes(samples.sound("WAV"))
    for address in (f"file:{other}", str(other), f"concat:{other}"):
        assert code_of(decoder, make(address)) in ENDS


def test_f34_a_playlist_is_refused_whatever_its_name_is(decoder: Decoder, tmp_path: Path) -> None:
    file = tmp_path / "film.mp4"
    file.write_bytes(hostile.playlist("file:/etc/passwd"))
    with pytest.raises(DecodeError, match=r"film\.mp4 is not a picture, sound or video"):
        decoder.decode(file)


def test_the_result_names_the_kind_the_hash_and_the_size(decoder: Decoder, tmp_path: Path) -> None:
    content = samples.picture("JPEG", 320, 240)
    file = tmp_path / "ảnh.gif"  # the name does not matter
    file.write_bytes(content)
    decoded = decoder.decode(file)
    assert decoded.kind is MediaKind.PICTURE
    assert decoded.sha256 == hashlib.sha256(content).hexdigest()
    assert (decoded.facts.format, decoded.facts.size) == ("JPEG", len(content))
    assert isinstance(decoded.media, Picture)
    assert decoded.media.pixels.shape == (240, 320, 3)


def test_bytes_and_files_give_the_same(decoder: Decoder, tmp_path: Path) -> None:
    content = samples.picture("PNG")
    file = tmp_path / "picture.png"
    file.write_bytes(content)
    one, other = decoder.decode(content), decoder.decode(str(file))
    assert isinstance(one.media, Picture)
    assert isinstance(other.media, Picture)
    assert np.array_equal(one.media.pixels, other.media.pixels)
    assert one.sha256 == other.sha256


def test_one_file_can_be_decoded_without_a_decoder_at_hand(safe: None) -> None:
    assert decode(samples.picture("GIF")).kind is MediaKind.PICTURE


def test_what_is_not_a_file_is_refused(decoder: Decoder, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        for name in ("pipe", "socket", "."):
            assert code_of(decoder, tmp_path / name) == "not_a_file"
    assert code_of(decoder, "/dev/zero") == "not_a_file"
    assert code_of(decoder, tmp_path / "loop") == "unreadable"
    assert code_of(decoder, tmp_path / "missing.jpg") == "unreadable"
    assert code_of(decoder, "nul\0.jpg") == "unreadable"


@pytest.mark.skipif(IS_ROOT, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(decoder: Decoder, tmp_path: Path) -> None:
    file = tmp_path / "picture.jpg"
    file.write_bytes(samples.picture())
    file.chmod(0)
    assert code_of(decoder, file) == "unreadable"


def test_a_link_to_a_file_is_that_file(decoder: Decoder, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(samples.picture())
    (tmp_path / "b.jpg").symlink_to("a.jpg")
    assert code_of(decoder, tmp_path / "b.jpg") == READS


def test_a_file_above_the_limit_is_not_even_opened_by_the_child(safe: None) -> None:
    with Decoder(Limits(max_bytes=1000)) as decoder, pytest.raises(DecodeError, match="larger than 1,000 bytes"):
        decoder.decode(samples.picture())


def test_a_file_that_changes_while_it_is_read_is_refused(safe: None, tmp_path: Path) -> None:
    file = tmp_path / "picture.jpg"
    file.write_bytes(samples.picture())
    change = instead_of_decoding("time.sleep(0.7); real_decode(file, form, pipe, **_)").replace("**_):", "**_):", 1)
    with Decoder(_command=command(change)) as decoder:
        decoder.start()
        grow = threading.Timer(0.2, lambda: file.write_bytes(samples.picture(seed=1) + b"more"))
        grow.start()
        assert code_of(decoder, file) == "changed"
        grow.join()


CRASHES = {
    "SIGSEGV": "ctypes.string_at(0)",
    "SIGABRT": "os.abort()",
    "SIGKILL": "os.kill(os.getpid(), signal.SIGKILL)",
    "SIGBUS": "os.kill(os.getpid(), signal.SIGBUS)",
}


@pytest.mark.parametrize("user", USERS)
def test_a_crash_is_one_clear_error_and_the_next_file_is_decoded(user: str) -> None:
    attack = "text = file.read().split(b'#!')\nreturn exec(text[1]) if text[1:] else real_decode(file, form, pipe, **_)"
    with Decoder(_command=command(instead_of_decoding(attack), user=user)) as decoder:
        for name, crash in CRASHES.items():
            with pytest.raises(DecodeError, match=name) as caught:
                decoder.decode(samples.picture() + b"#!" + crash.encode())
            assert caught.value.code == "crashed"
            assert decoder.decode(samples.picture()).kind is MediaKind.PICTURE


@pytest.mark.parametrize(
    "attack",
    [
        "os._exit(0)",
        "os._exit(3)",
        "os.write(pipe, b'garbage garbage garbage garbage')",
        "worker.send(pipe, {'part': 'picture', 'rows': 9, 'columns': 9, 'width': 9, 'height': 9}, b'x')",
    ],
)
def test_an_answer_that_cannot_be_is_not_believed(safe: None, attack: str) -> None:
    with Decoder(_command=command(instead_of_decoding(attack))) as decoder:
        assert code_of(decoder, samples.picture()) == "broken_answer"


def test_an_endless_answer_is_cut_off(safe: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiemchung.decoding.door.MAX_ANSWER_BYTES", 1 << 22)
    attack = "while True: worker.send(pipe, {'part': 'sound'}, bytes(1 << 16))"
    with Decoder(_command=command(instead_of_decoding(attack))) as decoder:
        assert code_of(decoder, samples.picture()) == "broken_answer"


@pytest.mark.parametrize("attack", ["time.sleep(60)", "while True: pass", "os.kill(os.getpid(), signal.SIGSTOP)"])
def test_what_takes_too_long_is_ended_with_all_its_processes(safe: None, attack: str) -> None:
    with Decoder(Limits(picture_seconds=0.5), _command=command(instead_of_decoding(attack))) as decoder:
        decoder.start()
        pid = room_of(decoder)
        with pytest.raises(DecodeError, match=r"within 0\.5 seconds"):
            decoder.decode(samples.picture())
        assert not is_alive(pid)


def test_after_a_deadline_the_next_file_is_decoded(safe: None) -> None:
    attack = "time.sleep(60) if file.read().endswith(b'wait') else real_decode(file, form, pipe, **_)"
    with Decoder(Limits(picture_seconds=1), _command=command(instead_of_decoding(attack))) as decoder:
        assert code_of(decoder, samples.picture() + b"wait") == "too_slow"
        assert code_of(decoder, samples.picture()) == READS


def test_a_decoder_that_is_killed_is_one_error_and_starts_anew(safe: None) -> None:
    with Decoder() as decoder:
        decoder.start()
        os.killpg(room_of(decoder), signal.SIGKILL)
        assert code_of(decoder, samples.picture()) == "crashed"
        assert code_of(decoder, samples.picture()) == READS


def test_closing_leaves_no_process_and_no_descriptor(safe: None) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    decoder = Decoder()
    for _ in range(2):
        decoder.decode(samples.picture())
        pid = room_of(decoder)
        decoder.close()
        assert not is_alive(pid)
        assert not Path(f"/proc/{pid}").exists()  # not even as a zombie
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_many_threads_may_share_one_decoder(decoder: Decoder) -> None:
    pictures = [samples.picture(seed=seed) for seed in range(8)]
    found: dict[int, str] = {}
    threads = [
        threading.Thread(target=lambda n=n: found.update({n: decoder.decode(pictures[n]).sha256})) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: hashlib.sha256(content).hexdigest() for n, content in enumerate(pictures)}


PROGRAM = """
import sys, tempfile
from kiemchung.decoding import Decoder
command, content = eval(sys.argv[1]), bytes.fromhex(sys.argv[2])
with Decoder(_command=command) as decoder:
    decoder.start()
    print(decoder._rooms[False].pid, flush=True)
    decoder.decode(content)
"""


@pytest.mark.parametrize("user", USERS[-1:])
@pytest.mark.parametrize(("number", "ends"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, -signal.SIGINT)])
def test_whatever_ends_the_program_ends_the_decoder_too(user: str, number: int, ends: int) -> None:
    waiting = command(instead_of_decoding("while True: pass"), user=user)
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, repr(waiting), samples.picture().hex()],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert program.stdout
    pid = int(program.stdout.readline())
    time.sleep(0.3)
    program.send_signal(number)
    assert program.wait(SECONDS) == ends
    program.stdout.close()
    until = time.monotonic() + SECONDS
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert not is_alive(pid)


def room_of(decoder: Decoder) -> int:
    """The group of processes behind a decoder."""
    [room] = decoder._rooms.values()
    return room.pid


def test_a_heic_is_refused_with_what_can_be_sent_instead() -> None:
    with pytest.raises(
        DecodeError, match=r"photo\.heic is a HEIC picture.*JPEG, PNG, GIF, WebP, AVIF.*screenshot"
    ) as told:
        decode(b"\0\0\0\x18ftypheic" + bytes(60), name="photo.heic")
    assert "ảnh chụp màn hình" in told.value.vietnamese
