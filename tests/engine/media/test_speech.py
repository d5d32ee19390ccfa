from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from kiemchung.engine.errors import SetupError
from kiemchung.engine.media.speech import (
    MODEL_RATE,
    VoskTranscriber,
    WhisperTranscriber,
    at_model_rate,
    open_transcriber,
)
from kiemchung.engine.media.types import SAMPLE_RATE, Sound

SOUND = Sound(np.sin(np.arange(2 * SAMPLE_RATE) / 9).astype(np.float32))


class WhisperStub:
    """Answers like faster-whisper's model."""

    def __init__(self, *_: object, **__: object) -> None:
        self.heard = np.zeros(0, np.float32)

    def transcribe(self, samples: np.ndarray, **_: object) -> tuple[list[SimpleNamespace], SimpleNamespace]:
        self.heard = samples
        said = [
            SimpleNamespace(text=" uống nước chanh ", start=0.1, end=1.2),
            SimpleNamespace(text=" ", start=1, end=2),
        ]
        return said, SimpleNamespace(language="vi")


class VoskStub:
    """Answers like vosk's recogniser: one utterance a second."""

    def __init__(self) -> None:
        self.bytes = 0

    def SetWords(self, _: bool) -> None:  # noqa: N802
        pass

    def AcceptWaveform(self, data: bytes) -> bool:  # noqa: N802
        self.bytes += len(data)
        return self.bytes == 2 * MODEL_RATE

    def Result(self) -> str:  # noqa: N802
        return json.dumps({"text": "xin chào", "result": [{"start": 0.2, "end": 0.5}, {"start": 0.5, "end": 0.9}]})

    def FinalResult(self) -> str:  # noqa: N802
        return json.dumps({"text": ""})


def test_whisper_hears_its_own_rate_and_its_words_come_with_times() -> None:
    model = WhisperStub()
    transcript = WhisperTranscriber(model).transcribe(SOUND)
    assert len(model.heard) == 2 * MODEL_RATE
    assert (transcript.text, transcript.language) == ("uống nước chanh", "vi")
    assert (transcript.parts[0].start_s, transcript.parts[0].end_s) == (0.1, 1.2)


def test_vosk_hears_everything_and_its_utterances_come_with_times() -> None:
    recogniser = VoskStub()
    transcript = VoskTranscriber(lambda: recogniser).transcribe(SOUND)
    assert recogniser.bytes == 2 * 2 * MODEL_RATE
    assert transcript.text == "xin chào"
    assert (transcript.parts[0].start_s, transcript.parts[0].end_s) == (0.2, 0.9)


def test_a_tone_stays_what_it_is_at_the_rate_of_the_model() -> None:
    t = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    louder = at_model_rate(np.sin(2 * np.pi * 440 * t).astype(np.float32))
    assert np.abs(louder - np.sin(2 * np.pi * 440 * np.arange(MODEL_RATE) / MODEL_RATE)).max() < 0.01


def test_without_a_model_there_is_no_transcriber() -> None:
    assert open_transcriber(None) is None


def test_a_folder_that_is_no_model_is_refused_with_what_it_should_hold(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"model\.bin.*final\.mdl") as refused:
        open_transcriber(tmp_path)
    assert "không phải mô hình" in refused.value.vietnamese


def test_a_place_that_is_no_folder_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"nowhere is no folder.*[Nn]ame the folder of a model") as refused:
        open_transcriber(tmp_path / "nowhere")
    assert "bỏ biến này" in refused.value.vietnamese


def test_a_folder_that_may_not_be_looked_into_is_an_error_of_the_setup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(_: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_file", forbidden)
    with pytest.raises(SetupError, match=r"Permission denied.*[Nn]ame the folder of a model"):
        open_transcriber(tmp_path)


@pytest.mark.parametrize(("file", "package"), [("model.bin", "faster_whisper"), ("am/final.mdl", "vosk")])
def test_a_missing_package_is_named_with_the_way_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, package: str
) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).touch()
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(SetupError, match=r"pip install kiemchung\[speech\]"):
        open_transcriber(tmp_path)


def test_the_contents_of_the_folder_decide_which_kind_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", SimpleNamespace(WhisperModel=WhisperStub))
    (tmp_path / "model.bin").touch()
    assert isinstance(open_transcriber(tmp_path), WhisperTranscriber)


def test_a_model_that_cannot_be_loaded_is_an_error_of_the_setup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("truncated")

    monkeypatch.setitem(sys.modules, "faster_whisper", SimpleNamespace(WhisperModel=broken))
    (tmp_path / "model.bin").touch()
    with pytest.raises(SetupError, match="truncated"):
        open_transcriber(tmp_path)


def test_a_real_model_hears_something() -> None:
    given = os.environ.get("KIEMCHUNG_SPEECH")
    if not given:
        pytest.skip("KIEMCHUNG_SPEECH names no model: real transcription is not tested")
    transcriber = open_transcriber(Path(given))
    assert transcriber is not None
    assert isinstance(transcriber.transcribe(SOUND).text, str)
