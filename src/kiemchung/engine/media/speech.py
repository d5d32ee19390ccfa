"""What is said in a sound: a transcript by a model in a local directory. Nothing is downloaded.

Two kinds of directories are read: a CTranslate2 conversion of Whisper (`model.bin`), through faster-whisper, and a Vosk
model (`am/final.mdl` or `final.mdl`), through vosk. Both come with the extra `speech`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from kiemchung.engine.errors import SetupError
from kiemchung.engine.media.types import SAMPLE_RATE, Samples, Sound

MODEL_RATE = 16_000  # both kinds of models hear this rate
_VOSK_STEP = 4_000
_REMEDY = {
    "english": "Name the folder of a model, or unset it.",
    "vietnamese": "Hãy nêu thư mục của một mô hình, hoặc bỏ biến này.",
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words that are said from `start_s` to `end_s` (seconds)."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """What is said, in the order of time; `language` is a code such as `vi`, empty when the model does not say."""

    parts: tuple[Spoken, ...]
    language: str = ""

    @property
    def text(self) -> str:
        """All of it.

        >>> Transcript((Spoken("uống nước", 0, 1), Spoken("chanh", 1, 2))).text
        'uống nước chanh'
        """
        return " ".join(part.text for part in self.parts)


class Transcriber(Protocol):
    """Turns sound into words."""

    def transcribe(self, sound: Sound) -> Transcript:
        """Return what is said in a sound."""
        ...


class WhisperTranscriber:
    """A Whisper model, through faster-whisper; `model` has its `transcribe(samples, …) -> (segments, info)`."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def transcribe(self, sound: Sound) -> Transcript:
        """Return what is said; pauses are skipped. Cost: that of the model."""
        segments, info = self._model.transcribe(at_model_rate(sound.samples), vad_filter=True, beam_size=5)
        parts = [Spoken(one.text.strip(), float(one.start), float(one.end)) for one in segments]
        return Transcript(tuple(part for part in parts if part.text), str(info.language or ""))


class VoskTranscriber:
    """A Vosk model; `recogniser()` makes one of its `KaldiRecognizer` for `MODEL_RATE`."""

    def __init__(self, recogniser: Callable[[], Any]) -> None:
        self._recogniser = recogniser

    def transcribe(self, sound: Sound) -> Transcript:
        """Return what is said, one part an utterance. Cost: that of the model."""
        recogniser = self._recogniser()
        recogniser.SetWords(True)
        pcm = (np.clip(at_model_rate(sound.samples), -1, 1) * 32_767).astype("<i2")
        results = [
            recogniser.Result()
            for at in range(0, len(pcm), _VOSK_STEP)
            if recogniser.AcceptWaveform(pcm[at : at + _VOSK_STEP].tobytes())
        ]
        said = [_utterance(json.loads(one)) for one in [*results, recogniser.FinalResult()]]
        return Transcript(tuple(part for part in said if part is not None))


def _utterance(result: dict[str, Any]) -> Spoken | None:
    words = result.get("result", [])
    if not result.get("text") or not words:
        return None
    return Spoken(str(result["text"]), float(words[0]["start"]), float(words[-1]["end"]))


def open_transcriber(path: Path | None) -> Transcriber | None:
    """Return the transcriber of the model in a directory, `None` when there is none to use (`path` is `None`).

    `path` is what the variable `KIEMCHUNG_SPEECH` names. Raises `SetupError` when it is not the folder of a model of
    one of the two kinds, when the extra `speech` is missing, or when the model cannot be loaded.
    """
    if path is None:
        return None
    try:
        if (path / "model.bin").is_file():
            return _whisper(path)
        if (path / "am" / "final.mdl").is_file() or (path / "final.mdl").is_file():
            return _vosk(path)
        is_there = path.is_dir()
    except OSError as error:
        raise _unfit(path, error) from error
    raise SetupError(
        f"KIEMCHUNG_SPEECH: {path} is "
        + (
            "neither a faster-whisper model (`model.bin`) nor a Vosk model (`am/final.mdl`)."
            if is_there
            else "no folder."
        )
        + f" What is said is not listened to. {_REMEDY['english']}",
        f"KIEMCHUNG_SPEECH: {path} không phải "
        + ("mô hình faster-whisper (`model.bin`) hay Vosk (`am/final.mdl`)." if is_there else "thư mục.")
        + f" Lời nói không được nghe. {_REMEDY['vietnamese']}",
    )


def _whisper(path: Path) -> Transcriber:
    try:
        from faster_whisper import WhisperModel
    except ImportError as error:
        raise _missing("faster-whisper") from error
    try:
        return WhisperTranscriber(WhisperModel(str(path), device="cpu", compute_type="int8", local_files_only=True))
    except (OSError, ValueError, RuntimeError) as error:
        raise _unfit(path, error) from error


def _vosk(path: Path) -> Transcriber:
    try:
        from vosk import KaldiRecognizer, Model, SetLogLevel
    except ImportError as error:
        raise _missing("vosk") from error
    SetLogLevel(-1)
    try:
        model = Model(str(path))
    except Exception as error:  # vosk raises plain `Exception`
        raise _unfit(path, error) from error
    return VoskTranscriber(lambda: KaldiRecognizer(model, MODEL_RATE))


def _missing(package: str) -> SetupError:
    return SetupError(
        f"KIEMCHUNG_SPEECH needs {package}: `pip install kiemchung[speech]`. What is said is not listened to.",
        f"KIEMCHUNG_SPEECH cần {package}: `pip install kiemchung[speech]`. Lời nói không được nghe.",
    )


def _unfit(path: Path, error: Exception) -> SetupError:
    return SetupError(
        f"KIEMCHUNG_SPEECH: {path} cannot be loaded as a speech model ({error}). What is said is not listened to. "
        f"{_REMEDY['english']}",
        f"KIEMCHUNG_SPEECH: không nạp được {path} như một mô hình tiếng nói ({error}). Lời nói không được nghe. "
        f"{_REMEDY['vietnamese']}",
    )


def at_model_rate(samples: Samples) -> Samples:
    """Return a sound at `MODEL_RATE`: its spectrum, with nothing added above.

    >>> len(at_model_rate(np.zeros(SAMPLE_RATE, np.float32)))
    16000
    """
    pieces = [_stretched(samples[at : at + 30 * SAMPLE_RATE]) for at in range(0, len(samples), 30 * SAMPLE_RATE)]
    return np.concatenate([np.zeros(0, np.float32), *pieces])


def _stretched(samples: Samples) -> Samples:
    count = round(len(samples) * MODEL_RATE / SAMPLE_RATE)
    wider: Samples = (np.fft.irfft(np.fft.rfft(samples), count) * (count / len(samples))).astype(np.float32)
    return wider
