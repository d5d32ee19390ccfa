"""The units and multipliers that may follow a number, and their worth in the base unit of their kind."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .marks import listed, one_of, with_unmarked


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: the `kind` it measures, the base unit's `name`, and base = number x `factor` + `offset`."""

    kind: str
    name: str
    factor: float = 1.0
    offset: float = 0.0


_YEAR = 31_557_600.0  # 365.25 days
_MONTH = _YEAR / 12

# kind, base unit, factor, forms separated by "|"; "!" before a form: never without its marks (another word
# then).
_TABLE: tuple[tuple[str, str, float, str], ...] = (
    ("money", "vnd", 1, "đ|₫|đồng|việt nam đồng|đồng việt nam|vnđ|vnd|dong"),
    (
        "money",
        "usd",
        1,
        "$|usd|us dollar|us dollars|dollar|dollars|bucks|đô la mỹ|!đô mỹ|đô la|!đô|đôla|mỹ kim",
    ),
    ("money", "eur", 1, "€|eur|euro|euros|ơ rô"),
    ("money", "gbp", 1, "£|gbp|pounds sterling|bảng anh|quid"),
    ("money", "jpy", 1, "¥|jpy|yen|yên nhật"),
    ("money", "cny", 1, "cny|rmb|yuan|nhân dân tệ|!tệ"),
    ("money", "inr", 1, "₹|inr|rupee|rupees|rs"),
    ("money", "krw", 1, "₩|krw|won"),
    ("money", "thb", 1, "฿|thb|baht|bạt thái"),
    ("money", "idr", 1, "idr|rupiah"),
    ("money", "myr", 1, "myr|ringgit"),
    ("money", "brl", 1, "brl|reais"),
    ("money", "pln", 1, "pln|złoty|złotych|zł"),
    ("money", "btc", 1, "btc|bitcoin|bitcoins"),
    ("percent", "%", 1, "%|％|٪|phần trăm|percent|per cent|percents|prozent|por ciento|por cento|pour cent"),
    (
        "temperature",
        "c",
        1,
        "độ c|°c|° c|º c|ºc|℃|độ celsius|độ xê|degrees c|degrees celsius|celsius|!độ|°|º|c",
    ),
    ("temperature", "c", 1, "degrees|degree"),
    ("temperature", "f", 1, "độ f|°f|° f|ºf|º f|℉|độ fahrenheit|degrees f|degrees fahrenheit|fahrenheit|f"),
    (
        "mass",
        "kg",
        1,
        "kg|kgs|kí lô|ki lô|kilo|kilos|kilogam|ki lô gam|kilogram|kilograms|!cân|!ký|!kí|!ký lô",
    ),
    ("mass", "kg", 1e-3, "g|gr|gam|gram|grams|gramme|grammes"),
    ("mass", "kg", 1e-6, "mg|miligam|mi li gam|milligram|milligrams"),
    ("mass", "kg", 1e-9, "mcg|µg|μg|microgam|microgram|micrograms"),
    ("mass", "kg", 1e3, "tấn|tonne|tonnes|ton|tons"),
    ("mass", "kg", 100, "!tạ|quintal"),
    ("mass", "kg", 10, "yến"),
    ("mass", "kg", 0.1, "!lạng"),
    ("mass", "kg", 0.0375, "lượng vàng|cây vàng"),
    ("mass", "kg", 0.00375, "chỉ vàng"),
    ("mass", "kg", 0.45359237, "lb|lbs|pound|pounds"),
    ("mass", "kg", 0.028349523125, "oz|ounce|ounces"),
    ("length", "m", 1, "m|mét|metre|metres|meter|meters"),
    ("length", "m", 1e3, "km|cây số|ki lô mét|kilomet|kilometre|kilometres|kilometer|kilometers"),
    ("length", "m", 0.1, "dm|đề xi mét"),
    (
        "length",
        "m",
        1e-2,
        "cm|!phân|xăng ti mét|centimet|centimetre|centimetres|centimeter|centimeters|xentimet",
    ),
    ("length", "m", 1e-3, "mm|mi li mét|milimet|millimetre|millimetres|millimeter|millimeters"),
    ("length", "m", 1e-6, "µm|μm|micromet|micron|microns"),
    ("length", "m", 1e-9, "nm|nanomet"),
    ("length", "m", 1609.344, "mile|miles|dặm"),
    ("length", "m", 0.3048, "ft|foot|feet"),
    ("length", "m", 0.0254, "inch|inches"),
    ("length", "m", 0.9144, "yard|yards"),
    ("length", "m", 1852, "hải lý"),
    ("area", "m2", 1, "m2|m²|mét vuông|square metres|square meters"),
    ("area", "m2", 1e6, "km2|km²|ki lô mét vuông|square kilometres|square kilometers"),
    ("area", "m2", 1e4, "ha|hecta|héc ta|hectare|hectares"),
    ("area", "m2", 4046.8564224, "acre|acres"),
    ("volume", "l", 1, "l|lít|litre|litres|liter|liters"),
    ("volume", "l", 1e-3, "ml|cc|mililit|mi li lít|millilitre|millilitres|milliliter|milliliters|cm3|cm³"),
    ("volume", "l", 1e-3, "phân khối|cm khối|xăng ti mét khối|xentimet khối|cubic centimetres|cubic centimeters"),
    ("volume", "l", 1e3, "m3|m³|mét khối|cubic metres|cubic meters"),
    ("volume", "l", 3.785411784, "gallon|gallons"),
    ("speed", "m/s", 1, "m/s|mét/giây|mét trên giây|metres per second|meters per second"),
    ("speed", "m/s", 1 / 3.6, "km/h|km/giờ|kmh|kph|km h|km một giờ|cây số một giờ|kilometres per hour"),
    ("speed", "m/s", 0.44704, "mph|miles per hour|miles an hour"),
    ("duration", "s", 1, "s|giây|sec|secs|second|seconds"),
    ("duration", "s", 60, "phút|p|min|mins|minute|minutes"),
    ("duration", "s", 3600, "h|giờ|tiếng|tiếng đồng hồ|giờ đồng hồ|hr|hrs|hour|hours"),
    ("duration", "s", 86_400, "ngày|đêm|day|days|ngày đêm|hôm"),
    ("duration", "s", 604_800, "tuần|tuần lễ|week|weeks"),
    ("duration", "s", _MONTH, "tháng|month|months"),
    ("duration", "s", _YEAR, "năm|year|years|yr|yrs"),
    ("duration", "s", 10 * _YEAR, "thập kỷ|thập niên|decade|decades"),
    ("duration", "s", 100 * _YEAR, "thế kỷ|century|centuries"),
    ("age", "year", 1, "tuổi|years old|year old|years of age|yrs old|yo|year-old|years-old"),
    ("age", "year", 1 / 12, "tháng tuổi|months old|month old|month-old"),
    ("energy", "kcal", 1, "kcal|calo|calories|kilocalories"),
    ("data", "mb", 1, "mb|megabyte|megabytes"),
    ("data", "mb", 1e3, "gb|gigabyte|gigabytes"),
    ("data", "mb", 1e6, "tb|terabyte|terabytes"),
    ("magnitude", "richter", 1, "độ richter|độ rích te"),
    ("electric", "w", 1, "w|watt|watts"),
    ("electric", "w", 1e3, "kw|kilowatt|kilowatts"),
    ("energy", "kwh", 1, "kwh|số điện|ký điện"),
)


def _units() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for kind, name, factor, forms in _TABLE:
        unit = Unit(kind, name, factor)
        if name == "f":
            unit = Unit(kind, "c", 5 / 9, -160 / 9)
        for form in with_unmarked(forms.split("|")):
            units.setdefault(form, unit)
    return units


UNITS = _units()

# Worth and forms; a number before them without another unit is an amount of money in Vietnamese talk.
_SCALES: tuple[tuple[float, str], ...] = (
    (1e2, "trăm"),
    (1e1, "chục"),
    (1e1, "tá"),
    (1e3, "nghìn|ngàn|k"),
    (1e4, "vạn"),
    (1e6, "triệu|tr|!củ|million|millions|mil|mio|millones|milhões|millionen|juta"),
    (1e3, "!cành|thousand|thousands"),
    (1e9, "tỷ|tỉ|billion|billions|bn"),
    (1e12, "trillion|trillions"),
    (1e5, "lakh|lakhs"),
    (1e7, "crore|crores"),
)
# Written before the number: "$5", "usd 5", "rs. 500".
CURRENCY_BEFORE = {
    sign: Unit("money", name)
    for name, signs in (
        ("usd", "$ us$ usd u$d"),
        ("vnd", "₫ đ vnd vnđ"),
        ("eur", "€ eur"),
        ("gbp", "£ gbp"),
        ("jpy", "¥ jpy"),
        ("cny", "rmb cny"),
        ("inr", "₹ rs rs. inr"),
        ("krw", "₩ krw"),
        ("thb", "฿ thb"),
        ("idr", "rp rp. idr"),
        ("myr", "rm myr"),
        ("brl", "r$ brl"),
    )
    for sign in signs.split()
}

ENGLISH_SCALES = frozenset(
    listed(
        "million millions mil mio thousand thousands billion billions bn trillion "
        "trillions lakh lakhs crore crores millones milhões milhoes millionen juta"
    )
)
SCALES = {form: worth for worth, forms in _SCALES for form in with_unmarked(forms.split("|"))}
SCALES["tá"] = 12.0
SCALES.pop("ta", None)  # "ta" is "we"

# What "củ" and "cành" count when they are not money.
_PLANTS = one_of(
    with_unmarked(listed("khoai|tỏi|gừng|hành|nghệ|sâm|cà rốt|sắn|cải|giống|đào|mai|hoa|lá|cây|bưởi|ngô|lan|hồng", "|"))
)
_LETTER_OR_CODE = r"(?![^\W\d_]|-\d)"

# One scale after a number. "k" must touch its number; "5 k" is something else ("k" is also "không").
SCALE = re.compile(
    rf"(k)(?![^\W_]*[^\W\d_]|-\d)"
    rf"|[ \u00a0]?({one_of(form for form in SCALES if form != 'k')}){_LETTER_OR_CODE}(?![ ](?:{_PLANTS})\b)"
)
_WORDS = one_of(form for form in UNITS if form[-1].isalnum())
_SIGNS = one_of(form for form in UNITS if not form[-1].isalnum())
_PER = one_of(
    form
    for form, unit in UNITS.items()
    if form.isalpha() and unit.kind in {"mass", "volume", "length", "area", "duration", "energy"}
)
PER = re.compile(rf"[ ]?/[ ]?({_PER})(?![^\W_])")
"""What a unit may be counted for: "mg/kg", "đồng/lít"."""
UNIT = re.compile(rf"[ \u00a0-]?(?:({_WORDS})(?![^\W\d_]|-\d|['’][^\W\d_])|({_SIGNS}))")

# Where the form without marks is another word ("tờ", "to"), only the marked one counts.
COUNTED = frozenset(
    with_unmarked(
        listed(
            "người|!dân|lượt|ca|!con|!cái|lần|trẻ|em|!bé|học sinh|sinh viên|nạn nhân|"
            "bệnh nhân|!quả|trái|cây|viên|cốc|chén|!bát|thìa|muỗng|!tỉnh|xe|chiếc|vụ|loại|"
            "mũi|!liều|!hộp|!gói|chai|lon|cuốn|bài|!căn|!tầng|suất|!vé|tài khoản|khách|!hộ|"
            "cổ phiếu|sản phẩm|!công|điểm|!nước|!đứa|!bà|!ông|!cô|!nhà|!ngôi|!tờ|!tấm|giọt|"
            "ly|!bước|!cách|!bệnh|!dấu",
            "|",
        )
    )
) | frozenset(
    listed(
        "people persons person users followers views deaths cases children kids women "
        "men times students workers doses voters jobs lives patients victims homes "
        "families copies tests vaccines shares accounts cups tablets pills residents "
        "citizens refugees soldiers members cars animals birds dogs cats trees foods "
        "ways things signs countries states cities"
    )
)
