"""Sound and film, through FFmpeg's libraries (PyAV); runs inside the child."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import av
import av.container
import numpy as np
from av.filter import Graph
from av.video.reformatter import VideoReformatter

from kiemchung.decoding.choosing import SMALL_SIDE, FrameChooser
from kiemchung.decoding.errors import Refused
from kiemchung.decoding.formats import Format
from kiemchung.decoding.limits import (
    FRAME_SIDE,
    LONG_FRAME_SIDE,
    LONG_SECONDS,
    MAX_FILM_PIXELS,
    MAX_FILM_WORK,
    MAX_SECONDS,
)
from kiemchung.engine.media.types import SAMPLE_RATE, Frame, Picture, Pixels, Samples

TakeSamples = Callable[[Samples], None]

# What a demuxer may look at before it knows the streams, and how many there may be.
_OPTIONS = {
    "probesize": "5000000",
    "analyzeduration": "10000000",
    "max_streams": "16",
    "max_pixels": str(MAX_FILM_PIXELS),
}
# FFmpeg hands over sound some 25 ms at a time; fewer and larger pieces travel faster.
_PIECE_SAMPLES = SAMPLE_RATE * 10
# So many packets in a row that cannot be decoded are damage, not a scratch.
_MOST_BAD_PACKETS = 200


def prepare() -> None:
    """Silences FFmpeg's own messages, once, before any file."""
    av.logging.set_level(None)


def open_stream(file: BinaryIO, form: Format) -> av.container.InputContainer:
    """The container with its header read, by the one demuxer of its format; nothing else can be opened through it.

    Raises `Refused` and whatever PyAV does.
    """
    container = av.open(
        file, "r", format=form.decoder, options=_OPTIONS, io_open=_open_nothing, metadata_errors="replace"
    )
    if (container.duration or 0) / 1e6 > MAX_SECONDS:
        raise _too_long()
    return container


class StreamDecoder:
    """Decodes a container once from its beginning to its end: the sound in pieces to `take`, the chosen frames kept."""

    def __init__(self, container: av.container.InputContainer, take: TakeSamples) -> None:
        self._container = container
        self._sound = container.streams.audio[0] if container.streams.audio else None
        films = [stream for stream in container.streams.video if not _is_cover(stream)]
        self._film = films[0] if films else None
        self._seconds = max(0.0, (container.duration or 0) / 1e6)
        self._mixer = _Mixer(take)
        self._chooser = FrameChooser()
        self._scaler = VideoReformatter()
        self._end_s = 0.0

    @property
    def has_film(self) -> bool:
        """Whether it has moving pictures; the cover of a song is none."""
        return self._film is not None

    def decode(self) -> tuple[list[Frame], float]:
        """The chosen frames (none for sound alone) and the length in seconds. Raises `Refused`."""
        streams = [stream for stream in (self._film, self._sound) if stream is not None]
        if not streams:
            raise Refused("damaged")
        for stream in streams:
            stream.codec_context.thread_count = 1
        if self._film is not None:
            self._prepare(self._film)
        for frame in _frames_of(self._container, streams):
            if isinstance(frame, av.VideoFrame):
                self._look_at(frame)
            elif isinstance(frame, av.AudioFrame):
                self._mixer.add(frame)
            if max(self._mixer.seconds, self._end_s) > MAX_SECONDS:
                raise _too_long()
        self._mixer.end()
        if not self._mixer.seconds and not self._chooser.frames:
            raise Refused("damaged")
        return self._chooser.frames, max(self._mixer.seconds, self._end_s)

    def _prepare(self, film: av.VideoStream) -> None:
        points = film.codec_context.width * film.codec_context.height
        if points > MAX_FILM_PIXELS:
            raise Refused("too_many_pixels", f"{MAX_FILM_PIXELS:,}")
        rate = float(film.average_rate or 25)
        if points * rate * self._seconds > MAX_FILM_WORK:
            film.codec_context.skip_frame = "NONKEY"
        self._side = LONG_FRAME_SIDE if self._seconds > LONG_SECONDS else FRAME_SIDE

    def _look_at(self, frame: av.VideoFrame) -> None:
        if frame.width * frame.height > MAX_FILM_PIXELS:
            raise Refused("too_many_pixels", f"{MAX_FILM_PIXELS:,}")
        if frame.time is None:
            return
        at_s = max(0.0, float(frame.time))
        small = self._scaled(frame, SMALL_SIDE, SMALL_SIDE, "gray")
        self._chooser.offer(at_s, small, lambda: self._shown(frame))
        self._end_s = max(self._end_s, at_s + float((frame.duration or 0) * (frame.time_base or 0)))

    def _shown(self, frame: av.VideoFrame) -> Picture:
        scale = min(1.0, self._side / max(frame.width, frame.height))
        width, height = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
        pixels = self._scaled(frame, width, height, "rgb24")
        turns = round((getattr(frame, "rotation", 0) or 0) / 90) % 4
        is_on_its_side = turns % 2 == 1
        size = (frame.height, frame.width) if is_on_its_side else (frame.width, frame.height)
        return Picture(np.ascontiguousarray(np.rot90(pixels, turns)), *size)

    def _scaled(self, frame: av.VideoFrame, width: int, height: int, form: str) -> Pixels:
        return np.asarray(self._scaler.reformat(frame, width, height, form, threads=1).to_ndarray(), dtype=np.uint8)


class _Mixer:
    """Turns decoded sound into one channel at `SAMPLE_RATE` and hands it over in large pieces."""

    def __init__(self, take: TakeSamples) -> None:
        self._take, self._count, self._given = take, 0, 0
        self._waiting: list[Samples] = []
        self._form: tuple[str, str, int] | None = None
        self._graph: Graph | None = None

    @property
    def seconds(self) -> float:
        return (self._given + self._count) / SAMPLE_RATE

    def add(self, frame: av.AudioFrame) -> None:
        form = (frame.format.name, frame.layout.name, frame.sample_rate)
        if form != self._form:  # a stream may change in the middle, a graph may not
            self._drain()
            self._form, self._graph = form, _graph(*form)
        assert self._graph is not None  # noqa: S101 - made above
        frame.pts = None
        self._graph.push(frame)
        self._pull()

    def end(self) -> None:
        self._drain()
        self._give()

    def _drain(self) -> None:
        if self._graph is not None:
            self._graph.push(None)
            self._pull()

    def _pull(self) -> None:
        assert self._graph is not None  # noqa: S101 - called with one only
        while True:
            try:
                frame = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                break
            samples = frame.to_ndarray()[0]
            self._waiting.append(samples)
            self._count += len(samples)
        if self._count >= _PIECE_SAMPLES:
            self._give()

    def _give(self) -> None:
        if self._waiting:
            samples = np.nan_to_num(np.concatenate(self._waiting), copy=False).clip(-1.0, 1.0)
            self._take(samples.astype(np.float32, copy=False))
            self._given += self._count
            self._waiting, self._count = [], 0


def _graph(form: str, layout: str, rate: int) -> Graph:
    """PyAV's own resampler (`av.AudioResampler`), but with one thread: no other may be started here."""
    graph = Graph()
    graph.threads = 1
    given = graph.add("abuffer", sample_rate=str(rate), sample_fmt=form, channel_layout=layout, time_base=f"1/{rate}")
    # Both sides at half their level: at FFmpeg's usual .71 what is loud on both would be cut off.
    mixed = graph.add("aresample", rematrix_maxval="1.0")
    mono = graph.add("aformat", sample_rates=str(SAMPLE_RATE), sample_fmts="flt", channel_layouts="mono")
    end = graph.add("abuffersink")
    given.link_to(mixed)
    mixed.link_to(mono)
    mono.link_to(end)
    graph.configure()
    return graph


def _frames_of(container: av.container.InputContainer, streams: list[Any]) -> Iterator[Any]:
    """Every decoded frame; a bad packet is skipped, many in a row, or damage to the container, end it.

    What came before the damage counts: a voice note whose last second is missing is still that voice note.
    """
    bad = 0
    packets = container.demux(streams)
    while bad < _MOST_BAD_PACKETS:
        try:
            packet = next(packets)
        except (StopIteration, av.FFmpegError):
            return
        try:
            yield from packet.decode()
            bad = 0
        except av.FFmpegError:
            bad += 1


def _is_cover(stream: Any) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _open_nothing(*_: object) -> None:
    raise PermissionError


def _too_long() -> Refused:
    return Refused("too_long", f"{MAX_SECONDS / 3600:g}")
