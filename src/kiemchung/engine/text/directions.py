"""Finds words of a direction (up or down, ban or permit …): the opposite one makes another claim."""

from __future__ import annotations

import re
from itertools import chain, compress, count

from .marks import LONGEST, has_marks, unmarked
from .pieces import Remembered, cut

# name: (left, right), each: Vietnamese with marks | Vietnamese typed without marks, only what can then mean
# nothing else | English. Forms are separated by ","; "#" stands for any number.
_PAIRS: dict[str, tuple[str, str]] = {
    "up or down": (
        "tăng,tăng lên,gia tăng,leo thang | tang,tang len,gia tang | "
        "increase,increases,increased,increasing,rise,rises,rising,rose,raise,raises,raised,grows,grew",
        "giảm,giảm xuống,hạ giá,sụt giảm,cắt giảm | giam,giam xuong,ha gia,"
        "cat giam | decrease,decreases,decreased,decreasing,falls,falling,"
        "drop,drops,dropped,reduce,reduces,reduced,cut,cuts,decline",
    ),
    "before or after": (
        "trước,trước khi | truoc,truoc khi | before,prior to",
        "sau,sau khi | sau khi,sau do,sau ngay # | after",
    ),
    "hot or cold": (
        "nóng,ấm | nuoc nong,troi nong,nong len,nuoc am | hot,warm,heat",
        "lạnh,nguội,đá lạnh | nuoc lanh,troi lanh,nuoc da | cold,chilled,iced",
    ),
    "inside or outside": (
        "bên trong,trong nước,trong nhà | ben trong,trong nuoc,trong nha | inside,indoors,indoor,domestic",
        "bên ngoài,ngoài nước,ngoài trời,nước ngoài | ben ngoai,ngoai nuoc,ngoai troi,nuoc ngoai | "
        "outside,outdoors,outdoor,abroad,foreign",
    ),
    "above or below": (
        "trên #,cao hơn,hơn #,nhiều hơn,quá #,vượt #,vượt quá #,tối thiểu #,ít nhất #,"
        "không dưới #,trở lên | "
        "tren #,cao hon,hon #,nhieu hon,qua #,vuot #,vuot qua #,toi thieu #,it nhat #,khong duoi #,tro len | "
        "above #,over #,more than,at least,no less than #,minimum #,exceeds #",
        "dưới #,thấp hơn,ít hơn,chưa đến #,chưa tới #,không quá #,không vượt quá #,không được vượt quá #,"
        "không được quá #,tối đa #,nhiều nhất #,không đến #,không tới #,trở xuống | "
        "duoi #,thap hon,it hon,chua den #,chua toi #,khong qua #,khong vuot qua #,khong duoc qua #,"
        "khong duoc vuot qua #,toi da #,tro xuong | "
        "below #,under #,less than,fewer than,at most,no more than #,not more than #,up to #,maximum #,not exceed #",
    ),
    "ban or permit": (
        "cấm,nghiêm cấm,không được phép,không cho phép,bị cấm,không được | cam khong,"
        "nghiem cam,bi cam,khong duoc phep,khong cho phep | bans,banned,banning,ban on,"
        "prohibits,prohibited,forbidden,not allowed,illegal",
        "cho phép,được phép,hợp pháp | cho phep,duoc phep,hop phap | "
        "allow,allows,allowed,permit,permits,permitted,legal,legalized,legalised",
    ),
    "compulsory or voluntary": (
        "bắt buộc,buộc phải,phải có | bat buoc,buoc phai | mandatory,compulsory,obligatory,required",
        "không bắt buộc,tự nguyện,tùy chọn,tuỳ chọn | khong bat buoc,tu nguyen | "
        "voluntary,optional,not mandatory,not required,not compulsory",
    ),
    "free or paid": (
        "miễn phí,không mất phí,không thu phí,không mất tiền,miễn | mien phi,khong mat phi,khong thu phi | "
        "for free,free of charge,free",
        "thu phí,mất phí,tính phí,trả phí,có phí,đóng phí | thu phi,mat phi,tinh phi,tra phi,dong phi | "
        "paid,fee,fees,charge,charges,charged",
    ),
    "open or close": (
        "mở cửa,mở lại,mở | mo cua,mo lai | open,opens,opened,reopen,reopens,opening",
        "đóng cửa,đóng,ngừng hoạt động | dong cua,ngung hoat dong | close,closes,closed,shut,shuts,closing",
    ),
    "high or low": ("cao | huyet ap cao | high,higher,highest", "thấp | thap | low,lower,lowest"),
    "fast or slow": ("nhanh | nhanh | fast,faster,quickly", "chậm | | slow,slower,slowly"),
    "good or harmful": (
        "có lợi,tốt,lợi ích | co loi,loi ich | beneficial,benefits,good,healthy",
        "có hại,gây hại,tác hại,hại | co hai,gay hai,tac hai | harmful,harms,bad,unhealthy",
    ),
    "prevent or cure": (
        "phòng ngừa,phòng bệnh,phòng chống,phòng,ngăn ngừa,ngừa | phong ngua,phong "
        "benh,ngan ngua,phong chong | prevent,prevents,prevented,prevention",
        "chữa,chữa khỏi,điều trị,trị,chữa trị | chua khoi,dieu tri,chua benh,chua duoc,chua tri | "
        "cure,cures,cured,treat,treats,treatment",
    ),
    "raw or cooked": (
        "ăn sống,tái,đồ sống,thịt sống,trứng sống,cá sống | an song,thit song,trung song,ca song | raw,uncooked",
        "chín,nấu chín,luộc chín,chín kỹ,đun sôi | nau chin,luoc chin,chin ky,dun soi | cooked,boiled",
    ),
    "buy or sell": (
        "mua | mua ve,mua vang,mua hang | buy,buys,bought",
        "bán | ban ve,ban vang,ban hang | sell,sells,sold",
    ),
    "send or receive": (
        "gửi,chuyển tiền | gui,chuyen tien | send,sends,sent",
        "nhận | nhan tien,nhan duoc | receive,receives,received",
    ),
    "in or out of a country": (
        "nhập khẩu,nhập cảnh | nhap khau,nhap canh | import,imports,imported",
        "xuất khẩu,xuất cảnh | xuat khau,xuat canh | export,exports,exported",
    ),
    "on or off": (
        "bật | bat dien,bat may | turn on,switch on,turned on,switched on",
        "tắt | tat dien,tat may | turn off,switch off,turned off,switched off",
    ),
    "lock or unlock": (
        "khóa,khoá,bị khóa,bị khoá | bi khoa,khoa tai khoan,khoa sim | lock,locks,locked,block,blocked",
        "mở khóa,mở khoá | mo khoa | unlock,unlocks,unlocked,unblock",
    ),
    "male or female": (
        "nam giới,đàn ông,nam sinh,bé trai,con trai | nam gioi,dan ong,be trai,con trai | men,man,male,males,boy,boys",
        "nữ,nữ giới,phụ nữ,nữ sinh,bé gái,con gái,đàn bà | phu nu,nu gioi,be gai,con "
        "gai,dan ba | women,woman,female,females,girl,girls",
    ),
    "adults or children": (
        "người lớn,người già,người cao tuổi | nguoi lon,nguoi gia,nguoi cao tuoi | adult,adults,elderly",
        "trẻ em,trẻ nhỏ,trẻ con,thiếu nhi,em bé,trẻ sơ sinh | tre em,tre nho,tre con,"
        "em be,tre so sinh | child,children,kids,baby,babies,infants",
    ),
    "morning or evening": (
        "buổi sáng,sáng sớm,ban ngày,sáng nay,sáng mai | buoi sang,sang som,ban ngay,sang nay | morning,daytime",
        "buổi tối,ban đêm,tối nay,tối mai,nửa đêm,đêm nay | buoi toi,ban dem,toi nay,"
        "nua dem | evening,night,tonight,midnight",
    ),
    "north or south": (
        "miền bắc,phía bắc,bắc bộ | mien bac,phia bac,bac bo | north,northern",
        "miền nam,phía nam,nam bộ | mien nam,phia nam,nam bo | south,southern",
    ),
    "east or west": (
        "miền đông,phía đông | mien dong,phia dong | east,eastern",
        "miền tây,phía tây | mien tay,phia tay | west,western",
    ),
    "left or right": (
        "bên trái,tay trái | ben trai,tay trai | left",
        "bên phải,tay phải | ben phai,tay phai | right side,right hand",
    ),
    "safe or dangerous": (
        "an toàn,vô hại | an toan,vo hai | safe,harmless",
        "nguy hiểm,không an toàn,độc hại,nguy hại | nguy hiem,khong an toan,doc hai | dangerous,unsafe,toxic,not safe",
    ),
    "real or fake": (
        "thật,hàng thật,có thật,chính thức | hang that,co that,chinh thuc | real,genuine,official",
        "giả,giả mạo,hàng giả | hang gia,gia mao | fake,counterfeit",
    ),
    "alive or dead": (
        "còn sống,sống sót | con song,song sot | alive,survived,survives",
        "chết,đã chết,tử vong,qua đời,thiệt mạng | chet,da chet,tu vong,qua doi,thiet mang | dead,died,dies,death",
    ),
    "more or less": ("nhiều,thêm | nhieu | more", "ít,bớt | bot | less,fewer"),
    "cause or protect": (
        "gây ra,gây | gay ra,gay ung thu,gay benh | cause,causes,caused,causing",
        "bảo vệ,chống lại | bao ve,chong lai | protect,protects,protected",
    ),
    "win or lose": (
        "thắng,chiến thắng,đánh bại | chien thang,danh bai | win,wins,won",
        "thua,thất bại | that bai | lose,loses,lost",
    ),
    "begin or end": (
        "bắt đầu,khởi động,áp dụng | bat dau,khoi dong,ap dung | begin,begins,start,starts,started",
        "kết thúc,chấm dứt,bãi bỏ,dừng,ngừng | ket thuc,cham dut,bai bo | end,ends,"
        "ended,stop,stops,stopped,abolish,abolished",
    ),
    "valid or expired": (
        "vẫn dùng được,còn dùng được,vẫn dùng bình thường,còn giá trị,vẫn có giá trị,còn hiệu lực,vẫn sử dụng được | "
        "van dung duoc,con dung duoc,van dung binh thuong,con gia tri,van co gia tri,con hieu luc | "
        "still valid,remains valid,remain valid",
        "hết giá trị,không còn giá trị,hết hiệu lực,không còn hiệu lực,không còn dùng được,không dùng được nữa | "
        "het gia tri,khong con gia tri,het hieu luc,khong con hieu luc,khong con dung duoc,khong dung duoc nua | "
        "no longer valid,expired,expires",
    ),
    "edible or poisonous": (
        "vẫn ăn được,ăn được bình thường,ăn được không sao,ăn không sao,không độc,ăn vô tư | "
        "van an duoc,an duoc khong sao,an khong sao,khong doc,an vo tu | safe to eat,edible",
        "chất độc,chứa độc,không ăn được,không nên ăn,gây ngộ độc,bị ngộ độc | "
        "chat doc,khong an duoc,khong nen an,gay ngo doc,bi ngo doc | poisonous,not safe to eat",
    ),
    "lunar or solar calendar": ("âm lịch | am lich | lunar calendar", "dương lịch | duong lich | solar calendar"),
    "domestic or international": (
        "nội địa,quốc nội | noi dia,quoc noi | domestic flight,domestic flights",
        "quốc tế | quoc te | international",
    ),
    "hungry or full": (
        "lúc đói,khi đói,bụng đói | luc doi,khi doi,bung doi | empty stomach",
        "lúc no,khi no,bụng no | luc no,khi no,bung no | full stomach",
    ),
    "head back or forward": (
        "ngửa đầu,ngửa cổ | ngua dau,ngua co | head back,lean back",
        "cúi đầu,cúi người | cui dau,cui nguoi | head forward,lean forward",
    ),
    "on the back or stomach": (
        "nằm ngửa,ngủ ngửa | nam ngua,ngu ngua | on their back,on its back",
        "nằm sấp,ngủ sấp | nam sap,ngu sap | on their stomach,on its stomach",
    ),
    "male or female kind": (
        "con đực,giống đực,muỗi đực,đu đủ đực | giong duc,muoi duc,du du duc |",
        "giống cái,muỗi cái,đu đủ cái | giong cai,muoi cai,du du cai |",
    ),
    "withdraw or pay in": ("rút tiền | rut tien | withdraw", "nạp tiền | nap tien | deposit"),
    "add or take points": ("cộng điểm | cong diem |", "trừ điểm | tru diem |"),
    "total or partial": ("toàn phần | toan phan | total eclipse", "bán phần | ban phan | partial eclipse"),
    "longer or shorter": (
        "kéo dài,gia hạn | keo dai,gia han | extend,extends,extended",
        "rút ngắn | rut ngan | shorten,shortens,shortened",
    ),
    "grant or revoke": ("cấp mới | cap moi |", "thu hồi | thu hoi | revoke,revokes,revoked"),
}

# Longer phrases in which a word of the table means no direction; they are passed over.
_NOT_A_DIRECTION = (
    "tăng cường,đường dây nóng,tin nóng,nóng lòng,cao su,cao nguyên,cao đẳng,trình "
    "độ cao,cao cấp,nâng cao,công nghệ cao,trị giá,chính trị,giá trị,quản trị,hội "
    "nghị,trị an,điện thoại,mở rộng,mở đầu,đóng góp,đóng vai trò,đóng tiền,đóng phạt,đóng thuế,phòng "
    "họp,văn phòng,phòng khám,quốc phòng,bộ quốc phòng,phòng không,căn phòng,phòng "
    "thí nghiệm,hải phòng,sau đây,ít nhất,ít nhiều,sự thật,thật sự,tốt nghiệp,tái "
    "sử dụng,tái tạo,tái phát,tái diễn,tái khởi động,tái nhập,tái sinh,khóa học,"
    "khoá học,chín tháng,chín năm,chín ngày,chín giờ,chín mươi,chín trăm,chín "
    "triệu,chín nghìn,giả sử,thêm vào đó,tiếp nhận,nhận định,xác nhận,công nhận,"
    "nhận biết,nhận thức,nhận xét,nhận thấy,thừa nhận,nhận ra,bệnh nhân,miễn dịch,"
    "miễn là,bán cầu,bán đảo,bán kính,bán kết,chết người,ấm đun nước,ấm trà,còn "
    "thật,mở mang,trường cao đẳng,tang qua,tang mien phi,tang ban,tang kem,tang "
    "the,tang ngay,tang le,duoc tang,ha tang,dam tang,bao tang,tang lop,cao tang,"
    "trao tang,qua tang,tang cuong,tang # trieu,tang #k,cong giam,giam doc,giam "
    "sat,giam dinh,trai giam,tam giam,bi giam,truoc mat,the death penalty,good "
    "morning,good afternoon,right now,high school,cut off,for good,giám đốc,as "
    "good as,free speech,left behind,north korea,south korea,south africa,west "
    "bank,middle east"
)

NAMES: tuple[str, ...] = tuple(_PAIRS)
"""What each pair is about; a pair's number is its place here."""

# (text, the (name, side) found; side 0 is left, 1 right)
EXAMPLES: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = (
    ("giá xăng tăng", (("up or down", 0),)),
    ("gia xang giam", (("up or down", 1),)),
    ("gia xang tang 500 dong", (("up or down", 0),)),
    ("nhan vien tang qua cho ban", ()),
    ("uống trước khi ăn", (("before or after", 0),)),
    ("uống sau khi ăn", (("before or after", 1),)),
    ("nam sau", ()),
    ("cấm xe máy", (("ban or permit", 0),)),
    ("không được phép đi", (("ban or permit", 0),)),
    ("được phép đi", (("ban or permit", 1),)),
    ("không bắt buộc", (("compulsory or voluntary", 1),)),
    ("bat buoc tiem", (("compulsory or voluntary", 0),)),
    ("vé miễn phí", (("free or paid", 0),)),
    ("thu phi duy tri", (("free or paid", 1),)),
    ("trên 18 tuổi", (("above or below", 0),)),
    ("dưới 18 tuổi", (("above or below", 1),)),
    ("xe trên 50 phân khối", (("above or below", 0),)),
    ("xe dưới 50 phân khối", (("above or below", 1),)),
    ("xe khong qua 50 phan khoi", (("above or below", 1),)),
    ("lãi tối đa 20%", (("above or below", 1),)),
    ("không được vượt quá 20%", (("above or below", 1),)),
    ("tối thiểu 15 phút", (("above or below", 0),)),
    ("từ 18 tuổi trở lên", (("above or below", 0),)),
    ("ít nhất là vậy", ()),
    ("trên mạng xã hội", ()),
    ("mở khóa tài khoản", (("lock or unlock", 1),)),
    ("khóa tài khoản", (("lock or unlock", 0),)),
    ("miền nam việt nam", (("north or south", 1),)),
    ("việt nam", ()),
    ("phụ nữ mang thai", (("male or female", 1),)),
    ("phòng khám chữa bệnh", (("prevent or cure", 1),)),
    ("dây nóng: đường dây nóng", (("hot or cold", 0),)),
    ("giám đốc công ty", ()),
    ("giam doc cong ty", ()),
    ("prices rise before tet", (("up or down", 0), ("before or after", 0))),
    ("turn off your phone", (("on or off", 1),)),
    ("based on this", ()),
    ("it is not safe", (("safe or dangerous", 1),)),
    ("thẻ vẫn dùng được", (("valid or expired", 0),)),
    ("the het gia tri su dung", (("valid or expired", 1),)),
    ("khoai mọc mầm vẫn ăn được", (("edible or poisonous", 0),)),
    ("khoai moc mam an duoc khong", ()),
    ("khoai mọc mầm có chất độc", (("edible or poisonous", 1),)),
    ("mùng 1 tháng 7 âm lịch", (("lunar or solar calendar", 0),)),
    ("mung 1 thang 7 duong lich", (("lunar or solar calendar", 1),)),
    ("bay noi dia", (("domestic or international", 0),)),
    ("bay quốc tế", (("domestic or international", 1),)),
    ("uống lúc đói", (("hungry or full", 0),)),
    ("uong luc no", (("hungry or full", 1),)),
    ("ngửa cổ lên", (("head back or forward", 0),)),
    ("cui dau xuong", (("head back or forward", 1),)),
    ("cho bé nằm sấp", (("on the back or stomach", 1),)),
    ("cho be nam ngua", (("on the back or stomach", 0),)),
    ("muỗi cái đốt người", (("male or female kind", 1),)),
    ("lá đu đủ đực", (("male or female kind", 0),)),
    ("rut tien o atm", (("withdraw or pay in", 0),)),
    ("nạp tiền vào ví", (("withdraw or pay in", 1),)),
    ("bị trừ điểm bằng lái", (("add or take points", 1),)),
    ("được cộng điểm", (("add or take points", 0),)),
    ("nhật thực toàn phần", (("total or partial", 0),)),
    ("nhat thuc ban phan", (("total or partial", 1),)),
    ("gia han den het nam", (("longer or shorter", 0),)),
    ("rút ngắn thời gian", (("longer or shorter", 1),)),
    ("thu hồi giấy phép", (("grant or revoke", 1),)),
    ("cap moi giay phep", (("grant or revoke", 0),)),
    ("ban la ai", ()),
)

_ANY, _MARKED_TEXT, _UNMARKED_TEXT = 0, 1, 2
_Entry = tuple[tuple[str, ...], int, tuple[int, int] | None]
_WORD = re.compile(r"[^\W_]+")


def _words_in(piece: str) -> tuple[str, ...]:
    return (piece,) if piece.isalpha() else tuple(_WORD.findall(piece))


_WORDS = Remembered(_words_in)


def _entries() -> dict[str, dict[str, tuple[_Entry, ...]]]:
    """Return, by first and second word, the phrases (longest first), the texts they hold in, their pair and side.

    The second word `#` stands for any number, an empty one for any that no phrase goes on with.
    """
    table: dict[str, list[_Entry]] = {}

    def add(forms: str, where: int, meaning: tuple[int, int] | None) -> None:
        for form in filter(None, (form.strip() for form in forms.split(","))):
            first, *rest = form.split()
            # With its marks on, a form is itself in any text; without any, it needs a text that shows which
            # it is.
            holds_in = _ANY if where == _MARKED_TEXT and unmarked(form) != form else where
            table.setdefault(first, []).append((tuple(rest), holds_in, meaning))

    for number, sides in enumerate(_PAIRS.values()):
        for side, column in enumerate(sides):
            marked, plain, english = column.split("|")
            add(marked, _MARKED_TEXT, (number, side))
            add(plain, _UNMARKED_TEXT, (number, side))
            add(english, _UNMARKED_TEXT, (number, side))
    add(_NOT_A_DIRECTION, _ANY, None)
    return {first: _by_second_word(entries) for first, entries in table.items()}


def _by_second_word(entries: list[_Entry]) -> dict[str, tuple[_Entry, ...]]:
    entries = sorted(entries, key=lambda e: (-len(e[0]), e[2] is not None))
    seconds = {"", *(rest[0] for rest, _where, _meaning in entries if rest)}
    return {second: tuple(e for e in entries if not e[0] or e[0][0] == second) for second in seconds}


_TABLE = _entries()
_FIRST = frozenset(_TABLE)
# Words that mean nothing by themselves, with those that must follow ("#": any number).
_SECOND = {first: frozenset(by_second) - {""} for first, by_second in _TABLE.items() if not by_second[""]}


def directions(text: str) -> frozenset[tuple[int, int]]:
    """Return the directions in `text` (lower-case, NFC): (number of the pair, side 0 or 1); never raises.

    The longest phrase wins ("không bắt buộc" before "bắt buộc"). Words that without their marks may be others
    ("sau", "ban", "cam") count only in a text with marks, or in a phrase that leaves no doubt. Costs about
    5 µs.

    >>> [(NAMES[pair], side) for pair, side in directions("giá vàng giảm")]
    [('up or down', 1)]
    """
    words = list(chain.from_iterable(map(_WORDS.__getitem__, cut(text[:LONGEST]))))
    places = list(compress(count(), map(_FIRST.__contains__, words)))
    if not places:
        return frozenset()
    shut = _UNMARKED_TEXT if has_marks(text) else _MARKED_TEXT
    found = set()
    free = 0
    for place in places:
        if place < free:
            continue
        second = words[place + 1] if place + 1 < len(words) else ""
        needed = _SECOND.get(words[place])
        if needed is not None and second not in needed and not second[:1].isdigit():
            continue
        by_second = _TABLE[words[place]]
        for rest, where, meaning in by_second.get("#" if second[:1].isdigit() else second) or by_second[""]:
            if where != shut and (not rest or _continues(words, place + 1, rest)):
                if meaning is not None:
                    found.add(meaning)
                free = place + 1 + len(rest)
                break
    return frozenset(found)


def _continues(words: list[str], position: int, rest: tuple[str, ...]) -> bool:
    following = words[position : position + len(rest)]
    return len(following) == len(rest) and all(
        word == part or (part == "#" and word[0].isdigit()) for part, word in zip(rest, following, strict=True)
    )
