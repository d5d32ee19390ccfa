"""What `--help` says, in Vietnamese and in English."""

from __future__ import annotations

# key -> (Vietnamese, English). A key with a blank is a command and its option or operand.
_MANUAL: dict[str, tuple[str, str]] = {
    "program": (
        "Kiểm Chứng: trả lời một tin đáng ngờ bằng các bài kiểm chứng đã đăng, kèm lý do.",
        "Kiểm Chứng: answers a doubtful message from published fact-checks, with the reasons.",
    ),
    "program end": (
        "Kho bài kiểm chứng nằm trong KIEMCHUNG_HOME (mặc định: thư mục dữ liệu của hệ máy). Mã kết thúc: 0 xong, "
        "1 không tìm thấy gì, 2 dùng sai, 3 xong nhưng có mục bị từ chối, 4 không làm được, 130 bị ngắt.",
        "Collections live in KIEMCHUNG_HOME (default: the platform's data folder). Exit codes: 0 done, 1 nothing "
        "found, 2 wrong usage, 3 done but some input refused, 4 could not be done, 130 interrupted.",
    ),
    "usage": ("cách dùng: ", "usage: "),
    "operands": ("tham số", "positional arguments"),
    "options": ("tùy chọn", "options"),
    "examples": ("ví dụ:", "examples:"),
    "help": ("hiện phần trợ giúp này rồi thoát", "show this help and exit"),
    "version": ("hiện số phiên bản rồi thoát", "show the version and exit"),
    "lang": (
        "ngôn ngữ của câu trả lời (mặc định: theo hệ máy)",
        "language of the answers (default: by locale)",
    ),
    "json": ("in JSON, cho chương trình khác đọc", "print JSON, for other programs"),
    "limit": (
        "tỷ lệ sai cao nhất cho phép trong số các câu trả lời tự động (mặc định: 0.005)",
        "highest expected share of wrong answers among all automatic answers (default: 0.005)",
    ),
    "check": ("hỏi về một tin", "answer a message"),
    "check details": (
        "Trả lời một tin từ kho bài kiểm chứng của lệnh này (nạp bằng `kiemchung import`); trang web của "
        "`kiemchung serve` có kho riêng. Một địa chỉ web được tra theo chính địa chỉ đó và theo các từ trong nó; chỉ "
        "với --fetch trang mới được mở.",
        "Answer a message from the command's own collection (filled by `kiemchung import`); the site of "
        "`kiemchung serve` has a record of its own. A web address is looked up by itself and by the words in it; it is "
        "only opened with --fetch.",
    ),
    "check messages": ("một tin; `-` là đọc từ đầu vào chuẩn", "a message; `-` reads standard input"),
    "check lines": (
        "mỗi dòng là một tin (từ đầu vào chuẩn hoặc từ tệp)",
        "one message a line (of standard input or files)",
    ),
    "check top": ("số bài đưa ra (mặc định: 5)", "matches to give (default: 5)"),
    "check fetch": ("mở địa chỉ web và đọc trang", "open web addresses and read the page"),
    "import": ("nạp bài kiểm chứng", "bring in reviews"),
    "import details": (
        "Nạp bài kiểm chứng vào kho của `kiemchung check` trên máy: JSON Lines, ClaimReview JSON-LD, trang web có "
        "ClaimReview, DataFeed của Data Commons, tệp dữ liệu mở của một ban kiểm chứng (kiem-chung.jsonl: phiên bản "
        "mới nhất của mỗi bài); để thường hay nén gzip. `starter` là bộ khởi đầu có sẵn. Mỗi nguồn vào trọn vẹn, hoặc "
        "nếu hỏng thì không vào chút nào, còn các nguồn khác vẫn vào; từng mục xấu bị từ chối và được nêu rõ. Bài mà "
        "chính nơi đăng đã rút lại thì bị gỡ khỏi kho.",
        "Take reviews into the local collection, which `kiemchung check` asks: JSON Lines, ClaimReview JSON-LD, web "
        "pages that hold it, the Data Commons DataFeed, the open dump of a desk (kiem-chung.jsonl: the newest version "
        "of each review); plain or gzip. `starter` is the collection that comes with kiemchung. Each source goes in "
        "whole or, when it is broken, not at all, while the others go in; single bad items are refused and named. What "
        "its own publisher has withdrawn is taken off.",
    ),
    "import sources": ("tệp, địa chỉ web, `-` hoặc `starter`", "a file, a web address, `-` or `starter`"),
    "import ratings": (
        "cho biết từng kết luận đã đăng được quy đổi thế nào",
        "tell how each published rating was mapped",
    ),
    "import quiet": ("không có thanh tiến độ", "no progress bar"),
    "export": ("xuất bài kiểm chứng", "give reviews out"),
    "export details": (
        "Xuất mọi bài kiểm chứng trong kho: jsonl (mỗi dòng một bài, đủ những gì đã lưu), claimreview (một tài liệu "
        "JSON-LD) hoặc feed (DataFeed của Data Commons). ClaimReview phải có địa chỉ: bài không có địa chỉ thì cần "
        "--page, nếu không sẽ bị bỏ lại và được nêu rõ.",
        "Give out all reviews of the collection: jsonl (one a line, all that is stored), claimreview (one JSON-LD "
        "document) or feed (a Data Commons DataFeed). A ClaimReview must have an address: a review without one needs "
        "--page, else it is left out and named.",
    ),
    "export format": ("jsonl (mặc định), claimreview hoặc feed", "jsonl (the default), claimreview or feed"),
    "export output": (
        "ghi vào tệp này, trọn vẹn hoặc không ghi gì (mặc định: đầu ra chuẩn)",
        "write this file, whole or not at all (default: standard output)",
    ),
    "export page": (
        "địa chỉ trang của bài không có địa chỉ riêng; {id} là id của bài",
        "address of the page of a review that has none of its own; {id} stands for its id",
    ),
    "match": ("so khớp hàng loạt", "match in bulk"),
    "match details": (
        "Lập chỉ mục trong bộ nhớ từ các nhận định và cho mỗi câu hỏi một danh sách xếp hạng. Cả hai tệp là .jsonl "
        "hoặc .jsonl.gz có `id` và `text`; nhận định có thể có thêm `title`, `body`, `rating`, `lang`.",
        "Make an index in memory from the claims and give one ranked list for each query. Both files are .jsonl or "
        ".jsonl.gz with `id` and `text`; claims may have `title`, `body`, `rating`, `lang`.",
    ),
    "match claims": ("tệp các nhận định; - là đầu vào chuẩn", "file of the claims; - is standard input"),
    "match queries": ("tệp các câu hỏi; - là đầu vào chuẩn", "file of the queries; - is standard input"),
    "match top": ("số nhận định cho mỗi câu hỏi (mặc định: 10)", "candidates a query (default: 10)"),
    "match processes": (
        "số tiến trình cùng làm (mặc định: số lõi được dùng)",
        "processes that work together (default: the cores that may be used)",
    ),
    "match format": (
        "trec (mặc định), hoặc jsonl kèm lý do",
        "trec (the default), or jsonl with reasons",
    ),
    "lookalike": ("ai đang mạo danh", "who imitates an organisation"),
    "lookalike details": (
        "Cho biết một tên miền, liên kết, tài khoản, người gửi SMS, tên hiển thị hay tiêu đề trang mạo danh tổ chức "
        "được bảo vệ nào, khả năng bao nhiêu và vì sao. Không có tên nào thì tên được đọc từ đầu vào chuẩn, mỗi dòng "
        "một tên, đến đâu trả lời đến đó.",
        "Say which protected organisation a host, link, handle, SMS sender, display name or page title imitates, how "
        "probably, and why. Without names they are read from standard input, one a line, and answered as they come.",
    ),
    "lookalike given": ("một tên; `-` là đọc từ đầu vào chuẩn", "a name; `-` reads standard input"),
    "lookalike names": (
        "tệp các tên, mỗi dòng một tên, để thường hay nén gzip",
        "names, one a line, plain or gzip",
    ),
    "lookalike organisations": (
        "các tổ chức được bảo vệ, JSON Lines (mặc định: các tổ chức Việt Nam quen thuộc có sẵn)",
        "the protected organisations, JSON Lines (default: well-known Vietnamese ones that come along)",
    ),
    "lookalike kind": (
        "mọi tên thuộc loại này: host, url, handle, sender, display_name, page_title (mặc định: xem từng tên)",
        "what all names are: host, url, handle, sender, display_name, page_title (default: each is looked at)",
    ),
    "lookalike threshold": (
        "báo động từ xác suất này (mặc định: ngưỡng đã đo)",
        "alert from this probability (default: the one the models were measured with)",
    ),
    "lookalike explain": ("nêu lý do bằng lời", "give the reasons in words"),
    "lookalike all": ("mọi tên, không chỉ tên đáng báo động", "every name, not only the alerts"),
    "lookalike format": ("table (mặc định), tsv hoặc jsonl", "table (the default), tsv or jsonl"),
    "lookalike quiet": ("không có tiến độ", "no progress"),
    "media": ("nhận ra ảnh, âm thanh, video", "recognise pictures, sound, video"),
    "media details": (
        "Nhận ra ảnh, âm thanh và video đã được kiểm chứng, kể cả khi bị cắt, lật, chèn chữ, chụp lại màn hình hay nén "
        "lại. Mỗi tệp được giải mã trong một tiến trình bị khóa, không có mạng.",
        "Recognise pictures, sound and video that were checked, also cropped, mirrored, captioned, shot from a screen "
        "or encoded anew. Each file is decoded in a locked process without network.",
    ),
    "media match": ("tệp gốc nào có trong một tệp", "which references a file shows or plays"),
    "media match details": (
        "Tìm trong từng tệp các tệp gốc của kho, hoặc so các tệp trong một thư mục (--queries) với các tệp gốc trong "
        "thư mục khác (--references). Cho biết tệp gốc nào, phần nào trùng và khả năng bao nhiêu.",
        "Look for the collection's references in each file, or compare the files of a folder (--queries) with "
        "reference files of another (--references). Say which reference, which part, how probably.",
    ),
    "media match files": ("tệp cần nhận ra", "a file to recognise"),
    "media match references": (
        "thư mục các tệp gốc, thay cho kho",
        "folder of reference files, instead of the collection",
    ),
    "media match queries": ("thư mục các tệp cần nhận ra", "folder of the files to recognise"),
    "media match top": ("số tệp gốc cho mỗi tệp (mặc định: 5)", "references a file (default: 5)"),
    "media match format": ("table (mặc định), tsv hoặc jsonl", "table (the default), tsv or jsonl"),
    "media match picture": (
        "vẽ hai bên cạnh nhau, phần trùng được đóng khung, vào tệp PNG này",
        "draw both sides with the matching part framed into this PNG file",
    ),
    "media match quiet": ("không có tiến độ", "no progress"),
    "media add": ("thêm tệp gốc vào kho", "add references to the collection"),
    "media add details": (
        "Thêm ảnh, âm thanh, video đã được kiểm chứng, mỗi tệp thuộc về các bài kiểm chứng nêu tên. Tệp giống hệt đã "
        "có thì giữ nguyên. Bản thân tệp không được lưu, chỉ những gì cần để so và một ảnh nhỏ; nơi chụp, giờ chụp và "
        "tên ghi trong tệp không được lưu.",
        "Add pictures, sound, video that were checked, each belonging to the reviews that are named. The same bytes "
        "again are left as they are. The files themselves are not kept, only what is compared and a small picture; no "
        "place, time or name that a file says about itself.",
    ),
    "media add files": ("tệp, hoặc thư mục các tệp", "a file, or a folder of files"),
    "media add review": (
        "id của bài kiểm chứng mà tệp thuộc về; nêu được nhiều lần",
        "id of a review that the files belong to; may be given more than once",
    ),
    "media add from": (
        "tệp JSON Lines, mỗi dòng có `file` (tính từ thư mục của tệp này) và `review` (một hay nhiều id)",
        "JSON Lines, each line with `file` (taken from the folder of this file) and `review` (an id or several)",
    ),
    "media add quiet": ("không có tiến độ", "no progress"),
    "media show": ("xem tệp gốc, hoặc một tệp ghi gì về chính nó", "list references, or what a file says about itself"),
    "media show details": (
        "Không nêu gì: liệt kê tệp gốc trong kho. Nêu tệp: loại, cỡ, ghi chú nguồn gốc được ký (C2PA), những gì tệp tự "
        "ghi (EXIF). Những điều tệp tự ghi không phải là kết quả kiểm chứng. Nêu id: một tệp gốc trong kho.",
        "Nothing named: list the collection's references. A file: its type and size, its signed note of origin (C2PA), "
        "what it says about itself (EXIF), which are claims of the file and no findings. An id: one reference.",
    ),
    "media show files": ("tệp, hoặc id của một tệp gốc", "a file, or the id of a reference"),
    "media show review": ("chỉ tệp gốc của bài kiểm chứng này", "only references of this review"),
    "media show sheet": (
        "vẽ các khung hình của một video kèm thời điểm vào tệp PNG này",
        "draw the frames of a video with their times into this PNG file",
    ),
    "media remove": ("bỏ tệp gốc khỏi kho", "remove references from the collection"),
    "media remove details": (
        "Bỏ hẳn các tệp gốc, nêu bằng id (xem `media show`) hoặc bằng chính tệp đó.",
        "Remove references for good, named by id (see `media show`) or by the file itself.",
    ),
    "media remove files": (
        "id của tệp gốc, hoặc tệp giống hệt",
        "the id of a reference, or a file with the same bytes",
    ),
    "evaluate": ("đo chất lượng", "measure quality"),
    "evaluate details": (
        "Các thước đo chuẩn trên một thư mục có nhãn: claims.jsonl[.gz], queries.jsonl[.gz], qrels.tsv và, nếu có, "
        "negatives.jsonl (các tin mà không bài nào trả lời); với lookalikes: organisations.jsonl cùng positives*.tsv, "
        "benign*.tsv, stream*.txt, hoặc names*.tsv; với media: references/, queries/ và labels.tsv.",
        "The standard measures over a labelled folder: claims.jsonl[.gz], queries.jsonl[.gz], qrels.tsv and, if "
        "there are any, negatives.jsonl (messages that no review answers); for lookalikes: organisations.jsonl with "
        "positives*.tsv, benign*.tsv, stream*.txt, or names*.tsv; for media: references/, queries/ and labels.tsv.",
    ),
    "evaluate kind": ("đo phần nào", "what is measured"),
    "evaluate folder": ("thư mục có nhãn", "the labelled folder"),
    "evaluate split": (
        "claims: chỉ các câu hỏi thuộc phần này (mặc định: mọi câu có trong qrels.tsv)",
        "claims: only queries of this split (default: all that qrels.tsv names)",
    ),
    "evaluate organisations": ("lookalikes: tệp các tổ chức", "lookalikes: file of the organisations"),
    "demo": ("xem thử", "see it work"),
    "demo details": (
        "Nạp bộ khởi đầu vào một thư mục riêng, trả lời ba tin, rồi mở trang web với hai tài khoản mẫu cho đến Ctrl-C.",
        "Load the starter collection into a folder of its own, answer three messages, then open the site with two "
        "sample accounts, until Ctrl-C.",
    ),
    "demo no-site": ("chỉ trả lời trong cửa sổ lệnh", "answer in the terminal alone"),
    "demo port": ("cổng (mặc định 8000; 0: cổng nào còn trống)", "port (default 8000; 0: any that is free)"),
    "serve": ("mở trang web và chạy các việc của nó", "open the site and run its jobs"),
    "serve details": (
        "Trang web và một tiến trình việc trong cùng một tiến trình, cho đến Ctrl-C. Với SQLite không cần cấu hình "
        "gì. Trang web trả lời từ kho riêng của nó, không phải từ kho của `kiemchung check`; nạp bài vào đó: kiemchung "
        "manage import-reviews NGUỒN (từ kho của lệnh: kiemchung export | kiemchung manage import-reviews -).",
        "The site and a worker in one process, until Ctrl-C. With SQLite there is nothing to configure. The site "
        "answers from a record of its own, not from the collection of `kiemchung check`; to bring reviews in: "
        "kiemchung manage import-reviews SOURCE (from that collection: kiemchung export | kiemchung manage "
        "import-reviews -).",
    ),
    "serve host": ("địa chỉ để nghe (mặc định 127.0.0.1)", "address to listen at (default 127.0.0.1)"),
    "serve port": ("cổng (mặc định 8000; 0: cổng nào còn trống)", "port (default 8000; 0: any that is free)"),
    "serve no-worker": (
        "không chạy việc ở đây: `kiemchung work` chạy nơi khác",
        "run no jobs here: `kiemchung work` runs elsewhere",
    ),
    "work": ("chạy các việc trong hàng đợi", "run the jobs of the queue"),
    "work details": (
        "Một tiến trình chạy các việc của dịch vụ, lần lượt. SIGTERM hay Ctrl-C: dừng sau việc đang chạy; lần nữa: "
        "dừng ngay, việc đang chạy trở lại hàng đợi.",
        "A process that runs the jobs of the service, one after the other. SIGTERM or Ctrl-C: stop after the running "
        "job; once more: at once, and the running job goes back to the queue.",
    ),
    "work once": ("chạy những việc đã đến lúc rồi thoát", "run what is due, then end"),
    "work queue": ("chỉ hàng đợi này; nêu được nhiều lần", "only this queue; may be given more than once"),
    "manage": ("các lệnh của Django", "Django's own commands"),
    "manage details": (
        "Các lệnh của Django với cài đặt của dịch vụ: `migrate` tạo hoặc nâng cấp các bảng, `jobs` cho xem hàng đợi.",
        "Django's own commands with the settings of the service: `migrate` makes or upgrades the tables, `jobs` shows "
        "the queue.",
    ),
    "manage command": ("lệnh và tham số của nó", "the command and its arguments"),
    "completion": ("gợi ý lệnh cho shell", "shell completion"),
    "completion details": ("In đoạn mã gợi ý lệnh cho shell.", "Print a completion script."),
    "completion shell": ("shell nào", "which shell"),
    "no share": (
        "{0} không phải tỷ lệ: hãy đưa một số từ 0 đến 1, ví dụ 0.005",
        "{0} is not a share: give a number from 0 to 1, for example 0.005",
    ),
    "no probability": (
        "{0} không phải xác suất: hãy đưa một số từ 0 đến 1, ví dụ 0.8",
        "{0} is not a probability: give a number from 0 to 1, for example 0.8",
    ),
    "no port": ("{0} không phải số cổng từ 0 đến 65535", "{0} is not a port from 0 to 65535"),
    "no count": ("{0} không phải số từ 1 đến 1000", "{0} is not a number from 1 to 1000"),
    "no page": (
        "{0} không phải địa chỉ http hoặc https đầy đủ, có {{id}} trong đó",
        "{0} is not a complete http or https address with {{id}} in it",
    ),
    "see help": ("Xem {0} --help.", "See {0} --help."),
}
# What stands for a value, in usage and help.
_PLACES: dict[str, str] = {
    "COMMAND": "LỆNH",
    "TEXT|URL|FILE": "TIN|URL|TỆP",
    "SOURCE": "NGUỒN",
    "FILE": "TỆP",
    "DIR": "THƯ_MỤC",
    "RATE": "TỶ_LỆ",
    "NAME": "TÊN",
    "FORM": "DẠNG",
    "KIND": "LOẠI",
    "ACTION": "VIỆC",
    "FILE|DIR": "TỆP|THƯ_MỤC",
    "FILE|ID": "TỆP|ID",
    "ADDRESS": "ĐỊA_CHỈ",
}
EXAMPLES = {
    "check": """
  kiemchung check "nuoc chanh nong diet te bao ung thu manh gap 10000 lan hoa tri that hok mn"
  kiemchung check --json "Hot lemon water kills cancer cells"
  pbpaste | kiemchung check -
  kiemchung check --lines - < messages.txt
  kiemchung check https://example.org/story --fetch
  kiemchung check screenshot.png""",
    "import": """
  kiemchung import starter
  kiemchung import reviews.jsonl page.html feed.json.gz
  kiemchung import https://example.org/factcheck.html
  zcat feed.json.gz | kiemchung import - --json""",
    "export": """
  kiemchung export > reviews.jsonl
  kiemchung export --format feed -o feed.json
  kiemchung export --format claimreview --page 'https://example.org/reviews/{id}'""",
    "match": """
  kiemchung match --claims claims.jsonl.gz --queries tweets.jsonl --top 10 > run.trec
  kiemchung match --claims claims.jsonl --queries messages.jsonl --format jsonl --limit 0.01""",
    "evaluate": """
  kiemchung evaluate claims data/claims/vifactcheck
  kiemchung evaluate claims data/messages_vi --json
  kiemchung evaluate lookalikes data/lookalike
  kiemchung evaluate media data/media""",
    "lookalike": """
  kiemchung lookalike vietcombank-diemthuong.top "CSKH VlETCOMBANK" https://bidv.com.vn@example.top/
  kiemchung lookalike --names hosts.txt --organisations ours.jsonl --format tsv > alerts.tsv
  certstream-names | kiemchung lookalike --kind host --format jsonl""",
    "media": """
  kiemchung media add photo.jpg --review r12
  kiemchung media match inbox.png --picture match.png
  kiemchung media show clip.mp4 --sheet frames.png
  kiemchung media remove 7""",
    "media match": """
  kiemchung media match inbox.png --picture match.png
  kiemchung media match --references checked/ --queries inbox/
  kiemchung media match --references checked/ --queries inbox/ --format tsv > found.tsv""",
    "media add": """
  kiemchung media add photo.jpg clip.mp4 --review r12
  kiemchung media add checked/
  kiemchung media add --from media.jsonl --json""",
    "media show": """
  kiemchung media show
  kiemchung media show photo.jpg --json
  kiemchung media show clip.mp4 --sheet frames.png""",
    "media remove": """
  kiemchung media remove 7 8
  kiemchung media remove photo.jpg""",
    "demo": """
  kiemchung demo
  kiemchung demo --no-site --lang vi""",
    "serve": """
  kiemchung serve
  kiemchung serve --host 0.0.0.0 --port 8080 --no-worker""",
    "work": """
  kiemchung work
  kiemchung work --once --queue default""",
    "manage": """
  kiemchung manage migrate
  kiemchung manage jobs --json
  kiemchung manage jobs --again 12""",
    "completion": """
  kiemchung completion bash > ~/.local/share/bash-completion/completions/kiemchung
  kiemchung completion zsh > "${fpath[1]}/_kiemchung\"""",
}


def manual(key: str, lang: str, *values: object) -> str:
    """Return a text of the manual in `vi` or `en`.

    >>> manual("no count", "vi", "'0'")
    "'0' không phải số từ 1 đến 1000"
    """
    text = _MANUAL[key][0 if lang == "vi" else 1]
    return text.format(*values) if values else text


def place_of(name: str, lang: str) -> str:
    """Return what stands for a value in usage and help.

    >>> place_of("FILE", "vi")
    'TỆP'
    """
    return _PLACES.get(name, name) if lang == "vi" else name
