"""The locked room: what is tried from inside fails, and where a layer is missing no file is read."""

from __future__ import annotations

import errno
from collections.abc import Iterator

import pytest

from kiemchung.decoding import DecodeError, Decoder, Limits, SandboxError, is_safe
from kiemchung.decoding.errors import LAYERS
from tests.decoding import samples
from tests.decoding.rooms import (
    IS_ROOT,
    USERS,
    command,
    instead_of_decoding,
    without_call,
    without_limit,
)

pytestmark = pytest.mark.usefixtures("safe")

ONLY_LANDLOCK = """
def leave_network(listener):
    sandbox._prctl(sandbox._SET_NO_NEW_PRIVILEGES, 1)
sandbox.leave_network = leave_network
sandbox.die_with_parent = lambda parent: None
"""
MISSING = [
    ("network", without_call("unshare")),
    ("landlock", "sandbox.restrict = lambda: None"),
    ("landlock", without_call("syscall")),
    ("root", without_call("chroot")),
    ("limits", without_limit("RLIMIT_AS")),
    ("limits", without_limit("RLIMIT_FSIZE")),
    ("limits", without_limit("RLIMIT_NPROC")),
    ("descriptors", without_limit("RLIMIT_NOFILE")),
    ("system", "import threading; threading.Thread(target=time.sleep, args=(9,), daemon=True).start()"),
]


# Code that took over the decoder: it runs what stands behind the picture, and says what came of it.
TAKEN_OVER = """
try:
    said(eval(file.read().split(b"#!")[1]))
except Refused:
    raise
except MemoryError:
    said("MemoryError")
except OSError as error:
    said(errno.errorcode[error.errno])
"""


@pytest.fixture(scope="module", params=USERS)
def taken_over(request: pytest.FixtureRequest, safe: None) -> Iterator[Decoder]:
    """A decoder that runs the code in its files, started by root or by an ordinary user."""
    change = instead_of_decoding(TAKEN_OVER)
    with Decoder(Limits(picture_seconds=5), _command=command(change, user=request.param)) as decoder:
        yield decoder


def told(decoder: Decoder, attack: str) -> str:
    """What the attack says of itself: a value, or the name of the error that it met."""
    with pytest.raises(DecodeError) as caught:
        decoder.decode(samples.picture() + b"#!" + attack.encode(), name="x")
    assert caught.value.code == "too_long", caught.value
    return str(caught.value).split("longer than ")[1].split(" hours")[0]


@pytest.mark.parametrize(
    ("action", "errors"),
    [
        ("os.listdir('/')", {"EMFILE"}),
        ("os.open('/etc/passwd', os.O_RDONLY)", {"ENOENT", "EMFILE"}),
        ("os.stat('/etc/passwd')", {"ENOENT"}),
        ("os.chmod('/tmp', 0o777)", {"ENOENT"}),
        ("os.mkdir('/new')", {"ENOENT", "EACCES"}),
        ("os.truncate('/etc/passwd', 0)", {"ENOENT"}),
        ("os.execv('/bin/true', ['true'])", {"ENOENT"}),
        ("os.execve(3, ['x'], {})", {"EACCES"}),
        ("socket.socket()", {"EMFILE"}),
        ("socket.socket(socket.AF_UNIX)", {"EMFILE"}),
        ("os.fork()", {"EAGAIN"}),
        ("bytearray(2 << 30)", {"MemoryError"}),
        ("os.write(os.memfd_create('x'), b'x')", {"EMFILE"}),
        ("os.kill(1, signal.SIGKILL)", {"EPERM"}),
        ("os.kill(-1, 0)", {"EPERM", "ESRCH"}),
        ("os.setresuid(0, 0, 0)", {"EPERM", "EINVAL"}),
        ("sandbox._libc.unshare(0x10000000) and ctypes.get_errno()", {str(errno.EPERM)}),
        ("os.chroot('/')", {"EPERM"}),
    ],
)
def test_whoever_takes_over_the_decoder_can_do_nothing(taken_over: Decoder, action: str, errors: set[str]) -> None:
    assert told(taken_over, action) in errors


def test_inside_there_is_no_environment_and_no_descriptor_but_the_file_and_the_answer(taken_over: Decoder) -> None:
    is_open = "[n for n in range(200) if sandbox._libc.fcntl(n, 1) >= 0]"
    assert told(taken_over, f"(dict(os.environ), {is_open}, os.getppid())") == "({}, [0, 1, 2, 3, 4], 1)"


def test_every_file_has_a_process_of_its_own(taken_over: Decoder) -> None:
    counted = "(globals().update(count=globals().get('count', 0) + 1), count)"
    assert [told(taken_over, counted) for _ in range(3)] == ["(None, 1)"] * 3


@pytest.mark.skipif(not IS_ROOT, reason="only root can stop being root")
def test_root_is_nobody_inside(taken_over: Decoder) -> None:
    expected = "(65534, 65534, 65534)"
    assert told(taken_over, "os.getresuid()") == expected
    assert told(taken_over, "os.getgroups()") == "[]"


@pytest.mark.parametrize(("layer", "change"), MISSING)
def test_no_file_is_read_where_a_layer_is_missing(layer: str, change: str) -> None:
    with Decoder(_command=command(change, user=USERS[-1])) as decoder, pytest.raises(SandboxError) as caught:
        decoder.decode(samples.picture())
    assert caught.value.layer == layer


@pytest.mark.skipif(not IS_ROOT, reason="without root the other layers need the network's own one")
def test_a_network_that_only_landlock_closes_is_not_taken_for_closed() -> None:
    with Decoder(_command=command(ONLY_LANDLOCK)) as decoder, pytest.raises(SandboxError) as caught:
        decoder.decode(samples.picture())
    assert caught.value.layer == "network"


@pytest.mark.parametrize("user", USERS)
def test_no_file_is_read_where_privileges_are_kept(user: str) -> None:
    change = without_call("capset")
    if user == "myself" and IS_ROOT:
        change += "\nos.setresuid = lambda *_: None"
    with Decoder(_command=command(change, user=user)) as decoder, pytest.raises(SandboxError) as caught:
        decoder.decode(samples.picture())
    assert caught.value.layer == "identity"


def test_a_layer_that_goes_missing_later_is_noticed_before_the_file_is_read() -> None:
    change = """
real = worker._prove
def prove(port):
    real(port)
    resource.setrlimit = lambda *_: None
worker._prove = prove
"""
    with Decoder(_command=command(change)) as decoder, pytest.raises(SandboxError) as caught:
        decoder.decode(samples.picture())
    assert caught.value.layer == "limits"


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("layer", [*LAYERS, "start", "extra", "platform"])
def test_a_missing_layer_is_explained_in_both_languages(layer: str, lang: str) -> None:
    text = SandboxError(layer, "why").text(lang)
    assert ("Media is off" in text) or ("Đã tắt" in text) or layer in ("extra", "platform")
    assert "{" not in text


def test_the_report_names_the_layer_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = command(without_call("chroot"))
    monkeypatch.setattr("kiemchung.decoding.room.Room.__init__.__defaults__", (None, changed))
    report = is_safe()
    assert not report
    assert report.layers["landlock"] is True
    assert report.layers["root"] is False
    assert report.layers["limits"] is None
    assert report.error is not None
    assert "root" in str(report.error)


def test_a_system_that_is_not_linux_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    report = is_safe()
    assert not report
    assert "Linux" in str(report.error)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "av" else object())
    with Decoder() as decoder, pytest.raises(SandboxError, match=r"pip install 'kiemchung\[media\]'"):
        decoder.decode(samples.picture())


@pytest.mark.parametrize(
    ("form", "has_ffmpeg"), [("JPEG", False), ("PNG", False), ("WebP", False), ("large PNG", True), ("sound", True)]
)
def test_only_what_needs_ffmpeg_is_decoded_where_ffmpeg_is(form: str, has_ffmpeg: bool) -> None:
    made = {"large PNG": lambda: samples.picture("PNG", 2000, 1000), "sound": lambda: samples.sound("WAV", 0.1)}
    content = made.get(form, lambda: samples.picture(form))()
    change = instead_of_decoding("said('av' in sys.modules)")
    with Decoder(_command=command(change)) as decoder, pytest.raises(DecodeError, match=str(has_ffmpeg)):
        decoder.decode(content)


def test_one_decoder_takes_pictures_sound_and_films_in_any_order() -> None:
    with Decoder() as decoder:
        for made in (samples.film(), samples.picture(), samples.sound(), samples.film(), samples.picture()):
            assert decoder.decode(made)
        assert decoder.decode(samples.picture("PNG", 2000, 1000)).kind == "picture"
