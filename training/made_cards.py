"""Cards with words in one layout, as newsrooms and forgers make them: what is drawn is the same, the words differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from training.made_pictures import made_picture

Pixels = NDArray[np.uint8]
_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
_FONTS = (
    "DejaVuSans-Bold.ttf",
    "DejaVuSans.ttf",
    "DejaVuSerif.ttf",
    "DejaVuSerif-Bold.ttf",
    "DejaVuSansCondensed-Bold.ttf",
    "DejaVuSans-Oblique.ttf",
    "DejaVuSerif-Italic.ttf",
    "DejaVuSansMono-Bold.ttf",
)
_WORDS = (
    "bộ y tế thông báo từ ngày mai người dân được nhận hỗ trợ tiền điện nước miễn phí khi đăng ký qua đường dẫn "
    "bác sĩ khuyên uống nước chanh nóng mỗi sáng chữa khỏi ung thư ngân hàng nâng hạn mức tài khoản công an cảnh báo "
    "lừa đảo chiếm đoạt tài sản học sinh cả nước nghỉ học vì bão số chín giá xăng tăng giảm mạnh vàng trong tuần này "
    "chuyên gia nói rằng vắc xin gây hại không đúng sự thật thủ đô sài gòn đà nẵng cần thơ hải phòng ba mươi triệu đồng"
).split()
_COLOURS = ((200, 30, 40), (20, 60, 140), (10, 110, 70), (40, 40, 40), (230, 160, 20), (250, 250, 250), (240, 236, 224))


@dataclass(frozen=True, slots=True)
class Layout:
    """What the cards of one template have in common."""

    seed: int

    def card(self, words: int) -> Pixels:
        """Return the card with the words that the number `words` determines, RGB (rows, columns, 3)."""
        rng = np.random.default_rng([72, self.seed])
        size = [(1080, 1080), (1080, 1350), (1200, 630), (1080, 1920)][int(rng.integers(4))]
        ground = _COLOURS[int(rng.integers(len(_COLOURS)))]
        out = Image.new("RGB", size, ground)
        top = self._drawn(rng, out)
        said = np.random.default_rng([73, self.seed, words])
        ink = (15, 15, 15) if sum(ground) > 380 else (245, 245, 245)
        self._written(rng, said, out, top, ink)
        return np.asarray(out)

    def _drawn(self, rng: np.random.Generator, out: Image.Image) -> int:
        """Draw head, photograph and foot; return where the words begin."""
        draw = ImageDraw.Draw(out)
        width, height = out.size
        head = int(height * rng.uniform(0.06, 0.14))
        if rng.random() < 0.8:
            draw.rectangle((0, 0, width, head), fill=_COLOURS[int(rng.integers(5))])
            draw.text((40, head // 4), "BÁO TIN NHANH 24H", font=_font(rng, head // 2), fill="white")
        top = head + 40
        if rng.random() < 0.6:  # a photograph that all cards of the layout share
            high = int(height * rng.uniform(0.2, 0.45))
            photo = Image.fromarray(made_picture(int(rng.integers(2_000_000, 3_000_000)))).resize((width, high))
            out.paste(photo, (0, head))
            top = head + high + 40
        if rng.random() < 0.5:
            draw.ellipse((width - 190, height - 190, width - 40, height - 40), fill=_COLOURS[int(rng.integers(5))])
            draw.text((width - 160, height - 140), "VN", font=_font(rng, 56), fill="white")
        draw.text((40, height - 70), "Nguồn: Tổng hợp", font=_font(rng, 30), fill=(120, 120, 120))
        return top

    def _written(
        self, rng: np.random.Generator, said: np.random.Generator, out: Image.Image, top: int, ink: tuple[int, int, int]
    ) -> None:
        size = int(rng.uniform(0.022, 0.07) * out.width)
        font, draw, middle = _font(rng, size), ImageDraw.Draw(out), rng.random() < 0.3
        if rng.random() < 0.3:  # a panel under the words
            draw.rectangle((20, top - 20, out.width - 20, out.height - 120), fill=(250, 246, 235))
            ink = (20, 20, 60)
        words = [_WORDS[i] for i in said.integers(0, len(_WORDS), int(said.integers(18, 60)))]
        for place, line in enumerate(_lines(words, font, draw, out.width - 80)):
            y = top + place * int(1.4 * size)
            if y > out.height - 220:
                return
            x = 40 + (out.width - 80 - draw.textlength(line, font=font)) / 2 if middle else 40
            draw.text((x, y), line, font=font, fill=ink)


def _lines(words: list[str], font: _Font, draw: ImageDraw.ImageDraw, width: int) -> list[str]:
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and draw.textlength(longer, font=font) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _font(rng: np.random.Generator, size: int) -> _Font:
    try:
        return ImageFont.truetype(_FONTS[int(rng.integers(len(_FONTS)))], size)
    except OSError:
        return ImageFont.load_default(size)
