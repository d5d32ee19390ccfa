"""What the command says to people, in Vietnamese and in English."""

from __future__ import annotations

import locale
import os
from collections.abc import Mapping

_TEXTS: dict[str, tuple[str, str]] = {
    "answer": ("Đã có bài kiểm chứng", "This has been checked"),
    "differs": ("Gần giống một bài kiểm chứng, nhưng có điểm khác", "Close to a published check, but it differs"),
    "suggest": ("Có thể là tin này, chưa chắc chắn", "Perhaps this one; we are not sure"),
    "none": ("Chưa có bài kiểm chứng nào", "Nobody has checked this yet"),
    "none_advice": (
        "Chưa kiểm chứng không có nghĩa là đúng hay sai. Hãy tìm nguồn gốc của tin, đừng chuyển tiền và đừng bấm vào "
        "liên kết lạ cho đến khi chắc chắn.",
        "Not checked means neither true nor false. Look for where it comes from; do not send money or open unknown "
        "links until you are sure.",
    ),
    "claim": ("Nhận định", "Claim"),
    "rating": ("Kết luận", "Rating"),
    "source": ("Nguồn", "Source"),
    "home_page": ("trang chủ của nguồn: {url}", "home page of the source: {url}"),
    "why": ("Vì sao", "Why"),
    "alike": ("Giống nhau", "Alike"),
    "different": ("Khác nhau", "Different"),
    "probability": ("Khả năng cùng một nhận định", "Chance that it is the same claim"),
    "file_probability": ("Khả năng cùng một ảnh hoặc bản ghi", "Chance that it is the same picture or recording"),
    "words_beside": (
        "Nhận ra theo ảnh hoặc bản ghi. Nếu lời đi kèm nói điều khác thì đó là nhận định khác.",
        "Recognised by the picture or recording. Where the words beside it say something else, that is another claim.",
    ),
    "message": ("Tin", "Message"),
    "others": ("Bài khác gần với tin này", "Other reviews close to this message"),
    "empty_collection": (
        "Kho bài kiểm chứng còn trống. Nạp bộ khởi đầu: kiemchung import starter, "
        "hoặc nạp tệp của bạn: kiemchung import TỆP.",
        "The collection is empty. Load the starter collection: kiemchung import starter, "
        "or your own: kiemchung import FILE.",
    ),
    "imitates": (
        "{name} có dấu hiệu mạo danh {organisation}. Đừng mở, đừng nhập gì vào đó.",
        "{name} seems to imitate {organisation}. Do not open it, type nothing into it.",
    ),
    "imitation_chance": ("Khả năng là mạo danh", "Chance that it is an imitation"),
    "official": ("Tên miền chính thức", "Official domain"),
    "officials": ("Các tên miền chính thức", "Official domains"),
    "own_domain": (
        "{name} là tên miền chính thức của {organisation}. Điều đó không nói gì về nội dung của tin.",
        "{name} is {organisation}'s own domain. That says nothing about what the message claims.",
    ),
    "own_name": (
        "đúng tên chính thức của {organisation}; ai cũng viết được tên này",
        "exactly the official name of {organisation}; anybody can write it",
    ),
    "own_address": ("tên miền chính thức của {organisation}", "{organisation}'s own domain"),
    "affiliated_address": (
        "tên miền của bên được {organisation} liên kết",
        "the domain of an affiliate of {organisation}",
    ),
    "no_media": ("Không nhận ra tệp gốc nào.", "No reference was recognised."),
    "recognising": ("Đang nhận ra", "Recognising"),
    "found_in_file": ("Tệp gốc trong kho", "Reference in the collection"),
    "nothing_read": (
        "Không đọc được chữ nào trong ảnh. Chữ trên ảnh chụp thường khó đọc: nếu có chữ, hãy gõ lại thành văn bản.",
        "No words were read in it. Words on photographs are seldom read: where there are some, type them as text.",
    ),
    "mirrored": ("lật như trong gương", "mirrored"),
    "turned": ("xoay {degrees}°", "turned by {degrees}°"),
    "heard": ("Lời nói", "What is said"),
    "not_heard": (
        "Chưa nghe lời nói: hãy đặt KIEMCHUNG_SPEECH là thư mục của một mô hình tiếng nói.",
        "What is said was not listened to: set KIEMCHUNG_SPEECH to the folder of a speech model.",
    ),
    "worst_cases": ("{count} trường hợp xấu nhất:", "The {count} worst cases:"),
    "adding": ("Đang thêm", "Adding"),
    "added": ("đã thêm", "added"),
    "updated": ("thêm bài kiểm chứng", "updated"),
    "unchanged": ("giữ nguyên", "unchanged"),
    "removed": ("đã bỏ", "removed"),
    "media_summary": (
        "Thêm {added}, cập nhật {updated}, giữ nguyên {unchanged}, từ chối {refused}. Kho có {total} tệp gốc.",
        "Added {added}, updated {updated}, unchanged {unchanged}, refused {refused}. "
        "References in the collection: {total}.",
    ),
    "media_kept": (
        "Đã vào kho: {kept} trong {all} tệp. Nêu lại cả {all} tệp cũng được: tệp nào đã có thì giữ nguyên.",
        "In the collection: {kept} of {all} files. Name them all again: those that are there are left as they are.",
    ),
    "plain": (
        "chỉ nhận ra được đúng tệp này, vì ảnh quá trơn hoặc quá nhỏ",
        "only this very file will be recognised: it is too plain or too small",
    ),
    "added_without_review": (
        "Chưa thuộc bài kiểm chứng nào: {count}. Tệp vẫn được nhận ra; nêu lại tệp với --review ID để gắn bài.",
        "Of no review: {count}. They are recognised all the same; name them again with --review ID to give them one.",
    ),
    "no_references": (
        "Chưa có tệp gốc nào. Hãy thêm: kiemchung media add TỆP --review ID.",
        "There are no references yet. Add some: kiemchung media add FILE --review ID.",
    ),
    "no_reference": ("Không có tệp gốc {name}", "There is no reference {name}"),
    "picture": ("ảnh", "picture"),
    "sound": ("âm thanh", "sound"),
    "video": ("video", "video"),
    "bytes": ("{count} byte", "{count} bytes"),
    "without_review": ("không thuộc bài nào", "of no review"),
    "no_lookalike": (
        "Không thấy tên nào mạo danh tổ chức đã biết. Điều đó không có nghĩa là an toàn.",
        "No name imitates a known organisation. That does not mean that it is safe.",
    ),
    "catching_up": ("Đang cập nhật chỉ mục", "Bringing the index up to date"),
    "importing": ("Đang nạp", "Importing"),
    "summary": (
        "Thêm {added}, thay {updated}, giữ nguyên {unchanged}, từ chối {refused}. ",
        "Added {added}, updated {updated}, unchanged {unchanged}, refused {refused}. ",
    ),
    "left_out_older": (
        "Bỏ qua vì cũ hơn bản đang có: {count}. ",
        "Left out, older than what the collection holds: {count}. ",
    ),
    "left_out_withdrawn": (
        "Bỏ qua vì nơi đăng đã rút lại: {count}. ",
        "Left out, withdrawn by their publisher: {count}. ",
    ),
    "left_out_another_site": (
        "Bỏ qua vì mã đã thuộc bài của trang khác: {count}. ",
        "Left out, their id belongs to a review of another site: {count}. ",
    ),
    "left_out_ahead": (
        "Bỏ qua vì đề ngày chưa tới: {count}. ",
        "Left out, dated in the future: {count}. ",
    ),
    "holds": ("Kho có {total} bài kiểm chứng.", "Reviews in the collection: {total}."),
    "withdrawn": (
        "Gỡ {count} bài mà nơi đăng đã rút lại. ",
        "Taken off because their publisher withdrew them: {count}. ",
    ),
    "site_apart": (
        "Các bài này dùng cho lệnh kiemchung check. Trang web có kho riêng; để đưa bài vào đó: "
        "kiemchung manage import-reviews NGUỒN",
        "These reviews are for kiemchung check. The site has a record of its own; to bring them there: "
        "kiemchung manage import-reviews SOURCE",
    ),
    "all_sources": ("Tất cả các nguồn", "All sources"),
    "refused": ("Từ chối", "Refused"),
    "more_refused": (
        "… và {count} mục khác (xem tất cả với --json)",
        "… and {count} more (all of them with --json)",
    ),
    "more": ("… và {count} dòng khác", "… and {count} more lines"),
    "ratings": ("Các kết luận đã đăng được quy đổi như sau:", "How published ratings were mapped:"),
    "no_rating": ("(không ghi)", "(none given)"),
    "basis_words": ("theo từ ngữ", "by its words"),
    "basis_scale": ("theo thang điểm", "by its scale"),
    "basis_given": ("do nguồn nêu", "named by the source"),
    "basis_none": ("chưa quy đổi được", "not mapped"),
    "more_ratings": (
        "  … và {count} cách ghi khác (xem tất cả với --ratings)",
        "  … and {count} more (all of them with --ratings)",
    ),
    "more_unmapped": (
        "  … và {count} cách ghi khác, trong đó {unmapped} bài chưa quy đổi được (xem tất cả với --ratings)",
        "  … and {count} more, with {unmapped} reviews that were not mapped (all of them with --ratings)",
    ),
    "reviews": ("bài", "reviews"),
    "exported": ("Đã xuất {count} bài kiểm chứng vào {file}.", "Wrote {count} reviews to {file}."),
    "left_out": (
        "Bỏ lại: {id} không có địa chỉ, điều mà ClaimReview phải có; hãy dùng --page.",
        "Left out: {id} has no address, which a ClaimReview must have; use --page.",
    ),
    "more_left_out": ("… và {count} bài khác không có địa chỉ.", "… and {count} more without an address."),
    "no_line": ("không có dòng nào", "there is no line in it"),
    "line": ("dòng", "line"),
    "item": ("mục", "item"),
    "arguments": ("đối số", "the arguments"),
    "stdin": ("đầu vào chuẩn", "standard input"),
    "serving": ("Trang web ở {address} – Ctrl-C để dừng.", "The site is at {address} - Ctrl-C stops."),
    "served": ("Đã dừng.", "Stopped."),
    "work_started": ("Đang chờ việc. Ctrl-C để dừng.", "Waiting for jobs. Ctrl-C stops."),
    "work_stopping": (
        "Dừng sau việc đang chạy; lần nữa là dừng ngay.",
        "Stopping after the running job; again: at once.",
    ),
    "work_ended": ("Đã dừng. Số việc đã chạy: {count}.", "Stopped. Jobs run: {count}."),
    "interrupted": ("Đã dừng.", "Stopped."),
    "import_interrupted": (
        "Đã dừng. Nguồn đang nạp không để lại gì; các nguồn trước nó đã vào kho.",
        "Stopped. The source being read left nothing behind; the sources before it are in.",
    ),
    "error": ("Lỗi", "Error"),
    "out_of_memory": (
        "hết bộ nhớ. Hãy đưa ít dữ liệu hơn mỗi lần, hoặc dùng máy có nhiều bộ nhớ hơn.",
        "out of memory. Give less at once, or use a machine with more.",
    ),
    "output": ("đầu ra", "the output"),
    "output_closed": (
        "đầu ra chuẩn đã đóng, không in được gì. Hãy mở nó, hoặc chuyển vào tệp (> TỆP).",
        "standard output is closed, so nothing can be printed. Open it, or send it to a file (> FILE).",
    ),
    "make_room": (
        "Hãy dọn bớt chỗ trên đĩa rồi thử lại; phần chưa xong không được giữ.",
        "Make room on the disk and try again; what was not finished was not kept.",
    ),
    "check_place": (
        "Hãy kiểm tra chỗ đó có tồn tại, có đọc và ghi được không.",
        "Check that the place exists and may be read and written.",
    ),
    "measured": ("{name}: {count} nhận định, giới hạn {limit:g}", "{name}: {count} claims, limit {limit:g}"),
    "demo_intro": (
        "Bộ khởi đầu: {count} bài kiểm chứng viết riêng cho dự án này. "
        "Đây là dữ liệu để thử, không phải kho của một tòa soạn.",
        "The starter collection: {count} reviews written for this project. "
        "It is for trying out, not a newsroom's archive.",
    ),
    "demo_other": (
        "Xem bằng tiếng Anh (in English): kiemchung demo --lang en",
        "In Vietnamese (bằng tiếng Việt): kiemchung demo --lang vi",
    ),
    "demo_site": ("Trang web: {address} – Ctrl-C để dừng.", "The site: {address} - Ctrl-C stops."),
    "demo_accounts": (
        "Hai tài khoản mẫu, chỉ hiện một lần; đăng nhập tại {address}desk/ (mỗi mã dùng một lần):",
        "Two sample accounts, shown this once; sign in at {address}desk/ (each code works once):",
    ),
    "demo_account": (
        "  {username} ({role}): mật khẩu {password}, mã {codes}",
        "  {username} ({role}): password {password}, codes {codes}",
    ),
    "checker": ("người kiểm chứng", "checker"),
    "administrator": ("quản trị viên", "administrator"),
    "demo_known": (
        "Tài khoản mẫu đã có từ lần trước. Để tạo mới, hãy xóa thư mục {folder}.",
        "The sample accounts are from an earlier demo. For new ones delete the folder {folder}.",
    ),
    "demo_folder": (
        "Dữ liệu của bản xem thử nằm ở {folder}; lệnh cho trang này:\n  KIEMCHUNG_HOME={quoted} kiemchung manage …",
        "The demo's data lie in {folder}; commands for this site:\n  KIEMCHUNG_HOME={quoted} kiemchung manage …",
    ),
    "demo_next": ("Thử tin của bạn:", "Try a message of your own:"),
    "demo_own": (
        "Nạp bài kiểm chứng thật (ClaimReview, JSONL, DataFeed):",
        "Bring in real reviews (ClaimReview, JSONL, DataFeed):",
    ),
}
# The labels of `Measures.as_rows`, by their English.
_MEASURES: dict[str, tuple[str, str]] = {
    "messages with a review": ("tin có bài kiểm chứng", "messages with a review"),
    "MAP@5": ("MAP@5", "MAP@5"),
    "MRR": ("MRR", "MRR"),
    "recall@1": ("tìm thấy ở hạng 1", "recall@1"),
    "recall@5": ("tìm thấy trong 5 hạng đầu", "recall@5"),
    "recall@10": ("tìm thấy trong 10 hạng đầu", "recall@10"),
    "recall@100": ("tìm thấy trong 100 hạng đầu", "recall@100"),
    "no-answer AUROC": ("AUROC có hay không có bài", "no-answer AUROC"),
    "calibration error (10 bins)": ("sai số xác suất (10 khoảng)", "calibration error (10 bins)"),
    "answered automatically": ("trả lời tự động", "answered automatically"),
    "wrong among automatic answers": ("sai trong số trả lời tự động", "wrong among automatic answers"),
    "the same, at most (Wilson 95 %)": ("như trên, nhiều nhất (Wilson 95 %)", "the same, at most (Wilson 95 %)"),
    "unanswerable, answered": ("không có bài mà vẫn trả lời", "unanswerable, answered"),
    "as typed": ("như đã gõ", "as typed"),
    "unmarked": ("không dấu", "unmarked"),
    "NFD": ("dạng NFD", "NFD"),
}
_RATINGS: dict[str, tuple[str, str]] = {
    "true": ("Đúng", "True"),
    "mostly_true": ("Phần lớn đúng", "Mostly true"),
    "mixed": ("Đúng một phần", "Mixed"),
    "missing_context": ("Thiếu ngữ cảnh", "Missing context"),
    "false": ("Sai", "False"),
    "scam": ("Lừa đảo", "Scam"),
    "satire": ("Châm biếm", "Satire"),
    "unproven": ("Chưa có căn cứ", "Unproven"),
}


def preferred_language(environment: Mapping[str, str] | None = None) -> str:
    """Return `vi` or `en` by the locale of the environment.

    >>> preferred_language({"LANG": "vi_VN.UTF-8"}), preferred_language({"LANG": "C.UTF-8"})
    ('vi', 'en')
    """
    given = os.environ if environment is None else environment
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if given.get(name):
            return "vi" if given[name].lower().startswith("vi") else "en"
    return "vi" if (locale.getlocale()[0] or "").lower().startswith("vi") else "en"


def locale_names_a_language(environment: Mapping[str, str] | None = None) -> bool:
    """Return whether the environment says anything about the reader's language.

    >>> locale_names_a_language({"LANG": "en_GB.UTF-8"}), locale_names_a_language({"LC_ALL": "C.UTF-8"})
    (True, False)
    """
    given = os.environ if environment is None else environment
    named = next((given[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if given.get(name)), "C")
    return named.partition(".")[0] not in ("C", "POSIX")


def say(key: str, lang: str, **values: object) -> str:
    """Return a text in `vi` or `en`.

    >>> say("rating", "vi")
    'Kết luận'
    """
    return _TEXTS[key][0 if lang == "vi" else 1].format(**values)


def measure_name(english: str, lang: str) -> str:
    """Return the label of a measure or of a variant of the messages.

    >>> measure_name("unmarked", "vi")
    'không dấu'
    """
    return _MEASURES[english][0 if lang == "vi" else 1]


def number(value: float, lang: str) -> str:
    """Return a whole number with its thousands set apart, as a reader of `vi` or `en` writes it.

    >>> number(1234567, "vi"), number(1234567, "en")
    ('1.234.567', '1,234,567')
    """
    text = f"{value:,.0f}"
    return text.replace(",", ".") if lang == "vi" else text


def rating_name(mapped: str, lang: str) -> str:
    """Return one of our eight ratings in words.

    >>> rating_name("missing_context", "vi")
    'Thiếu ngữ cảnh'
    """
    return _RATINGS[mapped][0 if lang == "vi" else 1]
