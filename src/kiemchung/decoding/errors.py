"""Why a file is not decoded, in plain words: what was wrong with it, or what this machine lacks."""

from __future__ import annotations

from kiemchung.engine.errors import InputError, SetupError
from kiemchung.engine.formats.refusals import clip

# code -> (English, Vietnamese). `{name}` is the file, `{detail}` a number or the system's words.
REFUSALS: dict[str, tuple[str, str]] = {
    "empty": (
        "{name} is empty. Get it again from where it came.",
        "{name} là tệp rỗng. Hãy lấy lại tệp từ nơi gửi.",
    ),
    "not_a_file": (
        "{name} is not a file but {detail}. Name a picture, sound or video file.",
        "{name} không phải tệp mà là {detail}. Hãy đưa tệp ảnh, âm thanh hoặc video.",
    ),
    "unreadable": (
        "{name} could not be read: {detail}. Check its name and rights, or copy it elsewhere.",
        "Không đọc được {name}: {detail}. Hãy kiểm tra tên và quyền của tệp, hoặc chép tệp ra chỗ khác.",
    ),
    "changed": (
        "{name} was changed while it was being read. Try again when it is complete.",
        "{name} bị thay đổi trong lúc đọc. Hãy thử lại khi tệp đã ghi xong.",
    ),
    "too_large": (
        "{name} is larger than {detail} bytes. Send a shorter or smaller version.",
        "{name} lớn hơn {detail} byte. Hãy gửi bản ngắn hoặc nhỏ hơn.",
    ),
    "unknown_format": (
        "{name} is not a picture, sound or video of a kind that is read here ({detail}). Save it as one of these.",
        "{name} không phải ảnh, âm thanh hay video thuộc loại đọc được ({detail}). Hãy lưu lại theo một loại đó.",
    ),
    "heic": (
        "{name} is a HEIC picture, which is not read here; {detail} are. Save or send it as JPEG: on an iPhone under "
        "Settings, Camera, Formats, Most Compatible; or send a screenshot of it.",
        "{name} là ảnh HEIC, loại không đọc được ở đây; đọc được: {detail}. Hãy lưu hoặc gửi dưới dạng JPEG: trên "
        "iPhone, Cài đặt, Camera, Định dạng, Tương thích nhất; hoặc gửi ảnh chụp màn hình.",
    ),
    "damaged": (
        "{name} is damaged, incomplete, or not what its first bytes say. Get it again from where it came.",
        "{name} bị hỏng, thiếu, hoặc không đúng loại như phần đầu tệp ghi. Hãy lấy lại tệp từ nơi gửi.",
    ),
    "too_many_pixels": (
        "{name} has more than {detail} pixels. Send a smaller version.",
        "{name} có hơn {detail} điểm ảnh. Hãy gửi bản nhỏ hơn.",
    ),
    "too_many_frames": (
        "{name} is an animation of more than {detail} frames. Send a shorter part.",
        "{name} là ảnh động hơn {detail} khung hình. Hãy gửi đoạn ngắn hơn.",
    ),
    "too_long": (
        "{name} is, or says it is, longer than {detail} hours. Send a shorter part.",
        "{name} dài hơn {detail} giờ, hoặc tự ghi như vậy. Hãy gửi đoạn ngắn hơn.",
    ),
    "too_much_memory": (
        "{name} needs more memory than one file may take. Send a smaller version.",
        "{name} cần nhiều bộ nhớ hơn mức cho một tệp. Hãy gửi bản nhỏ hơn.",
    ),
    "too_slow": (
        "{name} could not be read within {detail} seconds. Send a shorter or smaller version.",
        "Không đọc xong {name} trong {detail} giây. Hãy gửi bản ngắn hoặc nhỏ hơn.",
    ),
    "crashed": (
        "{name} made its decoder crash ({detail}). Nothing else was touched; do not open it elsewhere.",
        "{name} làm bộ giải mã bị sập ({detail}). Không gì khác bị ảnh hưởng; đừng mở tệp này ở nơi khác.",
    ),
    "broken_answer": (
        "{name} made its decoder answer what cannot be ({detail}). Do not open it elsewhere.",
        "{name} làm bộ giải mã trả về điều không thể có ({detail}). Đừng mở tệp này ở nơi khác.",
    ),
}

# The layers of protection in the order in which they are put on (`sandbox`).
LAYERS = ("system", "network", "landlock", "root", "identity", "limits", "descriptors")

# A layer that is missing -> (English, Vietnamese); `any` is for those without a remedy of their own.
LACKS: dict[str, tuple[str, str]] = {
    "extra": (
        "Pictures, sound and video need the extra \"media\": pip install 'kiemchung[media]'.",
        "Ảnh, âm thanh và video cần phần bổ sung \"media\": pip install 'kiemchung[media]'.",
    ),
    "platform": (
        "Pictures, sound and video are decoded on Linux only (5.13 or newer), where a process can be locked in.",
        "Ảnh, âm thanh và video chỉ được giải mã trên Linux (từ 5.13), nơi có thể khóa một tiến trình lại.",
    ),
    "start": (
        "Media is off: the child process that decodes ended before it was ready. Where a filter of system calls "
        "surrounds the service, let it refuse calls instead of killing (systemd: SystemCallErrorNumber=EPERM): then "
        "this names what is missing; see docs/running.md. [{detail}]",
        "Đã tắt phần ảnh, âm thanh, video: tiến trình con giải mã đã dừng trước khi sẵn sàng. Nếu dịch vụ chạy trong "
        "bộ lọc lời gọi hệ thống thì hãy để bộ lọc từ chối thay vì dừng tiến trình (systemd: "
        "SystemCallErrorNumber=EPERM), khi đó câu này nêu rõ còn thiếu gì; xem docs/running.md. [{detail}]",
    ),
    "network": (
        "Media is off: this machine does not let a process give up the network. Allow user namespaces "
        "(sysctl user.max_user_namespaces=10000, on Debian also kernel.unprivileged_userns_clone=1, on Ubuntu "
        "kernel.apparmor_restrict_unprivileged_userns=0), or give its service CAP_SYS_ADMIN and CAP_SYS_CHROOT; "
        "see docs/running.md. [{detail}]",
        "Đã tắt phần ảnh, âm thanh, video: máy này không cho tiến trình bỏ mạng. Hãy cho phép user namespace "
        "(sysctl user.max_user_namespaces=10000, trên Debian thêm kernel.unprivileged_userns_clone=1, trên Ubuntu "
        "kernel.apparmor_restrict_unprivileged_userns=0), hoặc cấp CAP_SYS_ADMIN và CAP_SYS_CHROOT cho dịch vụ; "
        "xem docs/running.md. [{detail}]",
    ),
    "landlock": (
        "Media is off: a process cannot be locked out of the files here (Landlock). Use Linux 5.13 or newer with "
        "landlock in the boot option lsm=; where a filter of system calls surrounds the service, let it allow "
        "landlock_create_ruleset and landlock_restrict_self; see docs/running.md. [{detail}]",
        "Đã tắt phần ảnh, âm thanh, video: ở đây không khóa được tiến trình khỏi các tệp (Landlock). Hãy dùng Linux từ "
        "5.13 và có landlock trong tham số khởi động lsm=; nếu dịch vụ chạy trong bộ lọc lời gọi hệ thống thì hãy cho "
        "phép landlock_create_ruleset và landlock_restrict_self; xem docs/running.md. [{detail}]",
    ),
    "root": (
        "Media is off: this process may not leave the root directory. Let the filter of system calls around the "
        "service allow chroot (systemd: SystemCallFilter=, a container: --cap-add SYS_CHROOT); "
        "see docs/running.md. [{detail}]",
        "Đã tắt phần ảnh, âm thanh, video: tiến trình không được rời thư mục gốc. Hãy để bộ lọc lời gọi hệ thống quanh "
        "dịch vụ cho phép chroot (systemd: SystemCallFilter=, container: --cap-add SYS_CHROOT); "
        "xem docs/running.md. [{detail}]",
    ),
    "limits": (
        "Media is off: this machine does not hold a process to its limits. Run kiemchung as an ordinary user who may "
        "make user namespaces, or give its service CAP_SYS_ADMIN and CAP_SYS_CHROOT; see docs/running.md. [{detail}]",
        "Đã tắt phần ảnh, âm thanh, video: máy này không giữ được giới hạn cho một tiến trình. Hãy chạy kiemchung bằng "
        "tài khoản thường được tạo user namespace, hoặc cấp CAP_SYS_ADMIN và CAP_SYS_CHROOT cho dịch vụ; "
        "xem docs/running.md. [{detail}]",
    ),
    "any": (
        "Media is off: a layer of protection ({layer}) does not hold on this machine; see docs/running.md. [{detail}]",
        "Đã tắt phần ảnh, âm thanh, video: một lớp bảo vệ ({layer}) không hoạt động trên máy này; "
        "xem docs/running.md. [{detail}]",
    ),
}


def reader_missing() -> SetupError:
    """What to say where words in pictures cannot be read.

    >>> "tesseract-ocr-vie" in str(reader_missing())
    True
    """
    return SetupError(
        "Words in pictures are not read: Tesseract or its Vietnamese model is not installed. On Debian and Ubuntu: "
        "apt install tesseract-ocr tesseract-ocr-vie. Everything else works without.",
        "Chưa đọc được chữ trong ảnh: máy này chưa có Tesseract hoặc mô hình tiếng Việt của nó. Trên Debian và Ubuntu: "
        "apt install tesseract-ocr tesseract-ocr-vie. Các phần khác vẫn dùng được.",
    )


class DecodeError(InputError):
    """A file is not decoded; `code` is one of `REFUSALS`, the message says which file, why, and what to do.

    >>> DecodeError("empty", "picture.png").text("vi")
    'picture.png là tệp rỗng. Hãy lấy lại tệp từ nơi gửi.'
    """

    def __init__(self, code: str, name: str, detail: str = "", detail_vi: str = "") -> None:
        english, vietnamese = REFUSALS[code]
        super().__init__(
            english.format(name=clip(name), detail=detail),
            vietnamese.format(name=clip(name), detail=detail_vi or detail),
        )
        self.code = code


class SandboxError(SetupError):
    """Media is off: this machine cannot lock the decoder in; `layer` says what is missing (`extra`: the packages)."""

    def __init__(self, layer: str, detail: str = "") -> None:
        english, vietnamese = LACKS.get(layer, LACKS["any"])
        super().__init__(english.format(layer=layer, detail=detail), vietnamese.format(layer=layer, detail=detail))
        self.layer, self.detail = layer, detail


class Refused(Exception):  # noqa: N818 - it never leaves the child: the door turns it into a DecodeError
    """Inside the child: this file is refused, for the reason with this code."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail
