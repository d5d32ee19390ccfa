"""The child: imports all it needs, locks itself in, and forks one fresh process for every file.

    door ── starter (leaves the network) ── room (first of its own table of processes; leaves the files) ── one a file

When the room ends, the kernel ends everything in it; when the starter or the door ends, the room does.
"""

from __future__ import annotations

import gc
import io
import json
import os
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kiemchung.decoding import choosing, pictures, provenance, reading, sandbox
from kiemchung.decoding.errors import LAYERS, Refused
from kiemchung.decoding.formats import FORMATS, Format
from kiemchung.decoding.framing import send
from kiemchung.decoding.limits import MAX_LINES, MEMORY_BYTES, READ_UNTIL_SECONDS
from kiemchung.engine.media.types import Frame, MediaKind, Picture, ReadLine

_REQUEST_BYTES = 4096
_GONE = select.POLLHUP | select.POLLERR | select.POLLIN


def main() -> None:
    """Arguments: the number of the socket to the door, whether words are read, whether there is FFmpeg, and the file
    with trusted signers."""
    door = socket.socket(fileno=int(sys.argv[1]))
    has_ffmpeg = sys.argv[3] == "ffmpeg"
    trust_list = Path(sys.argv[4]).read_text(encoding="utf-8") if len(sys.argv) > 4 else ""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    listener = sandbox.Listener()
    pictures.prepare()
    if has_ffmpeg:
        _prepare_ffmpeg()
    warm_up(has_ffmpeg=has_ffmpeg)
    reader = reading.load() if sys.argv[2] == "read" else None
    try:
        sandbox.leave_network(listener)
        room = os.fork()
        if room:
            door.close()
            os.waitpid(room, 0)
            os._exit(0)
        sandbox.leave_files()
        sandbox.leave_identity()
        sandbox.die_with_parent(0)
        _prove(listener.port)
    except sandbox.LayerError as error:
        door.send(json.dumps({"layer": error.layer, "detail": error.detail}).encode())
        return
    door.send(json.dumps({"layers": LAYERS, "reads": reader is not None}).encode())
    gc.collect()
    gc.freeze()  # what is never looked through again is never copied by a forked process
    gc.disable()
    serve(door, listener.port, Tools(trust_list, reader, has_ffmpeg=has_ffmpeg))
    os._exit(0)


@dataclass(frozen=True, slots=True)
class Tools:
    """What was loaded before the files were left: certificates of trusted signers (PEM), what reads words, and whether
    FFmpeg was: a process for still pictures does without, which is a third of what forking it costs, and a large piece
    of C that no picture reaches (docs/decisions/0042-still-pictures-without-ffmpeg.md)."""

    trust_list: str = ""
    reader: reading.Reader | None = None
    has_ffmpeg: bool = True


def _prepare_ffmpeg() -> None:
    from kiemchung.decoding import large_png, streams

    large_png.prepare()
    streams.prepare()


def warm_up(*, has_ffmpeg: bool = True) -> None:
    """Decodes small files of our own, so that everything is imported before the files are gone."""
    image = Image.fromarray(np.zeros((8, 8, 3), np.uint8))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for name in ("JPEG", "PNG", "GIF", "WebP", "AVIF"):
        file = io.BytesIO()
        image.save(file, FORMATS[name].decoder)
        _run(file, {"format": name, "with_place": True}, nowhere, Tools(has_ffmpeg=has_ffmpeg))
    wav = b"RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data\x08\0\0\0" + bytes(8)
    if has_ffmpeg:
        _run(io.BytesIO(wav), {"format": "WAV", "with_place": True}, nowhere, Tools())
    os.close(nowhere)


def serve(door: socket.socket, listener_port: int, tools: Tools) -> None:
    """Takes one request after the other until the door is closed; each is answered by a process of its own."""
    while True:
        request, descriptors, _, _ = socket.recv_fds(door, _REQUEST_BYTES, 2)
        if not request:
            return
        worker = os.fork()
        if worker == 0:
            _answer(json.loads(request), descriptors, listener_port, tools)
        for descriptor in descriptors:
            os.close(descriptor)
        status = _wait_for(worker, door)
        if status is None:
            return
        door.send(json.dumps({"status": status}).encode())


def decode_file(file: BinaryIO, form: Format, pipe: int, *, with_place: bool, tools: Tools) -> None:
    """Decodes one file and sends what it holds. Raises `Refused` and whatever the decoders do."""
    if form.reader == "picture":
        facts = _send_picture(file, form, pipe, with_place=with_place, tools=tools)
    else:
        facts = _send_stream(file, form, pipe, with_place=with_place, reader=tools.reader)
    facts.update(provenance.of_note(file, form, tools.trust_list))
    send(pipe, {"part": "facts", **facts})


def _prove(listener_port: int) -> None:
    """Has a process lock itself in as one that reads a file does. Raises `LayerError` when a layer does not hold."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        _answer(None, [writing], listener_port, Tools())
    os.close(writing)
    with open(reading, "rb") as said:  # noqa: PTH123 - a descriptor
        answer = said.read()
    os.wait()
    if answer != b"locked":
        layer, _, detail = answer.decode("utf-8", "replace").partition("\n")
        raise sandbox.LayerError(layer or "limits", detail or "the test ended early")


def _answer(request: dict[str, Any] | None, descriptors: list[int], listener_port: int, tools: Tools) -> None:
    """What the process of one file does; it never returns. Without a request it only proves that it is locked in."""
    try:
        sandbox.die_with_parent(1)
        *files, pipe = sandbox.keep_only(*descriptors)
        try:
            sandbox.lock(listener_port, MEMORY_BYTES, request["cpu_seconds"] if request else 10)
        except sandbox.LayerError as error:
            if request is None:
                os.write(pipe, f"{error.layer}\n{error.detail}".encode())
            else:
                send(pipe, {"part": "unlocked", "layer": error.layer, "detail": error.detail})
            os._exit(1)
        if request is None:
            os.write(pipe, b"locked")
        else:
            os.lseek(files[0], 0, os.SEEK_SET)
            _run(open(files[0], "rb"), request, pipe, tools)  # noqa: PTH123, SIM115 - a descriptor
        os._exit(0)
    finally:
        os._exit(2)


def _run(file: BinaryIO, request: dict[str, Any], pipe: int, tools: Tools) -> None:
    form, refusal = FORMATS[request["format"]], None
    try:
        decode_file(file, form, pipe, with_place=request["with_place"], tools=tools)
    except Refused as error:
        refusal = error
    except MemoryError:
        refusal = Refused("too_much_memory")
    except Exception:  # decoders raise everything there is; to whoever sent the file it means one thing
        refusal = Refused("damaged")
    if refusal:
        send(pipe, {"part": "refused", "code": refusal.code, "detail": refusal.detail})


def _send_picture(file: BinaryIO, form: Format, pipe: int, *, with_place: bool, tools: Tools) -> dict[str, object]:
    reader = tools.reader
    image = pictures.open_picture(file, form)
    is_film = pictures.is_animation(image, form)
    if is_film:
        frames, seconds = pictures.decode_animation(image)
        _send_film(frames, seconds, pipe, reader)
    else:
        if tools.has_ffmpeg:
            from kiemchung.decoding import large_png

            image = large_png.unpacked(image, file)
        _send_pixels({"part": MediaKind.PICTURE}, pictures.decode_picture(image, file), pipe)
    facts = provenance.of_picture(image, with_place=with_place)
    if reader is not None and not is_film:
        del image  # the largest picture fits into the memory once
        _send_words(file, form, pipe, reader)
    return facts


def _send_words(file: BinaryIO, form: Format, pipe: int, reader: reading.Reader) -> None:
    """Sends what is read in the picture, decoded anew and larger than for what is compared."""
    file.seek(0)
    picture = pictures.decode_to_read(pictures.open_picture(file, form))
    for line in reader.read(picture.pixels, picture.width, picture.height):
        _send_line(line, pipe)
    send(pipe, {"part": "read"})


def _send_film_words(frames: list[Frame], pipe: int, reader: reading.Reader) -> None:
    """Sends what is read in frames that look otherwise, each line once, in the points of the first frame."""
    width, height = frames[0].picture.width, frames[0].picture.height
    said: set[str] = set()
    blocks = 0
    for frame in choosing.frames_to_read(frames):
        if time.process_time() > READ_UNTIL_SECONDS:
            break
        lines = reader.read(frame.picture.pixels, width, height)
        for line in lines:
            letters = "".join(letter for letter in line.text.casefold() if letter.isalnum())
            if letters in said or len(said) >= MAX_LINES:
                continue
            said.add(letters)
            _send_line(replace(line, block=min(blocks + line.block, MAX_LINES)), pipe)
        blocks += 1 + max((line.block for line in lines), default=0)
    send(pipe, {"part": "read"})


def _send_line(line: ReadLine, pipe: int) -> None:
    place = dict(zip("xywh", line.region, strict=True))
    send(pipe, {"part": "line", "text": line.text, "sure": line.confidence, "block": line.block, **place})


def _send_stream(
    file: BinaryIO, form: Format, pipe: int, *, with_place: bool, reader: reading.Reader | None
) -> dict[str, object]:
    from kiemchung.decoding import streams

    container = streams.open_stream(file, form)
    decoder = streams.StreamDecoder(container, lambda samples: send(pipe, {"part": MediaKind.SOUND}, _bytes(samples)))
    frames, seconds = decoder.decode()
    if decoder.has_film:
        _send_film(frames, seconds, pipe, reader)
    return provenance.of_stream(dict(container.metadata), with_place=with_place)


def _send_film(frames: list[Frame], seconds: float, pipe: int, reader: reading.Reader | None) -> None:
    if not frames:
        raise Refused("damaged")
    for frame in frames:
        _send_pixels({"part": "frame", "at_s": frame.at_s}, frame.picture, pipe)
    send(pipe, {"part": MediaKind.VIDEO, "seconds": seconds})
    if reader is not None:
        _send_film_words(frames, pipe, reader)


def _send_pixels(header: dict[str, object], picture: Picture, pipe: int) -> None:
    rows, columns, _ = picture.pixels.shape
    size = {"rows": rows, "columns": columns, "width": picture.width, "height": picture.height}
    send(pipe, {**header, **size}, _bytes(picture.pixels))


def _bytes(values: NDArray[Any]) -> memoryview:
    return np.ascontiguousarray(values).data.cast("B")


def _wait_for(worker: int, door: socket.socket) -> int | None:
    """How the process ended (`os.waitstatus_to_exitcode`); `None` when the door was closed, and it is ended too."""
    ended = os.pidfd_open(worker)
    try:
        poll = select.poll()
        poll.register(ended, select.POLLIN)
        poll.register(door, _GONE)
        if any(descriptor == door.fileno() for descriptor, _ in poll.poll()):
            os.kill(worker, signal.SIGKILL)
            return None
        return os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])
    finally:
        os.close(ended)


if __name__ == "__main__":
    main()
