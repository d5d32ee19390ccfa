"""The words in which publishers give their ratings, by our eight ratings and by language: a table to read and
extend.

Lower case, without punctuation. A longer phrase wins over a shorter one inside it ("mostly false" over
"false"), so a qualified form only needs to stand here when it changes the class.

Where scales differ, this is what was decided:

- *mostly false*, *barely true*, three Pinocchios → `false`: these publishers define them as false in the main
  point.
- *partly false*, *half true*, *mixture*, two Pinocchios → `mixed`.
- *misleading*, *out of context*, *miscaptioned*, *outdated*, *missing context* → `missing_context`: real
  material that leads to a wrong conclusion.
- *altered*, *doctored*, *AI-generated*, *misattributed*, *fake*, *hoax* → `false`: the thing itself is not
  real.
- *no evidence*, *unfounded*, *unverified*, *legend*, *research in progress* → `unproven`.
- A claim that *is a scam* → `scam`, also where the publisher adds "false".
"""

from __future__ import annotations

from kiemchung.engine.types import MappedRating

RATING_WORDS: dict[MappedRating, dict[str, str]] = {
    MappedRating.TRUE: {
        "en": "true|correct|accurate|fact|factual|real|confirmed|verified|legit|legitimate|authentic"
        "|genuine|correct attribution|geppetto checkmark|not fake|not a hoax|completely true|yes",
        "vi": "đúng|đúng sự thật|sự thật|thật|tin thật|có thật|chính xác|xác thực|hoàn toàn đúng"
        "|đã xác nhận|đúng là thật|tin đúng",
        "de": "wahr|richtig|stimmt|korrekt|belegt|fakt",
        "fr": "vrai|exact|c est vrai|correct|avéré|confirmé",
        "es": "verdadero|cierto|verdad|es cierto|es verdad|correcto|real|confirmado",
        "pt": "verdadeiro|verdade|é verdade|fato|certo|correto|comprovado|é fato|verificado",
        "it": "vero|verità|corretto|è vero|notizia vera|confermato",
        "pl": "prawda|prawdziwe|prawdziwa|to prawda",
        "id": "benar|fakta|betul|sahih|sah|tepat",
        "hi": "सच|सत्य|सही|सच है",
        "ar": "صحيح|حقيقي|حقيقة|صحيحة",
        "tr": "doğru|gerçek",
        "th": "จริง|ข่าวจริง|เป็นความจริง|เรื่องจริง",
        "zh": "正确|正確|真实|真實|属实|屬實|真的|事实|事實",
        "ru": "правда|верно|достоверно",
        "ja": "正確|事実|真実",
        "ko": "사실|진실",
        "nl": "waar|juist|klopt",
    },
    MappedRating.MOSTLY_TRUE: {
        "en": "mostly true|largely true|mostly correct|mostly accurate|largely correct|largely accurate"
        "|almost true|one pinocchio|correct but|true but imprecise|generally true"
        "|substantially true",
        "vi": "phần lớn đúng|đa phần đúng|gần đúng|cơ bản đúng|hầu như đúng|đúng phần lớn|tương đối đúng|gần như đúng",
        "de": "größtenteils wahr|größtenteils richtig|weitgehend richtig|überwiegend richtig|eher wahr|fast richtig",
        "fr": "plutôt vrai|en grande partie vrai|presque vrai|globalement vrai",
        "es": "mayormente cierto|mayormente verdadero|casi cierto|verdadero en su mayor parte|mayoritariamente cierto",
        "pt": "majoritariamente verdadeiro|quase verdade|verdadeiro em grande parte|verdadeiro mas",
        "it": "per lo più vero|in gran parte vero|quasi vero|prevalentemente vero",
        "pl": "w większości prawda|raczej prawda|prawie prawda",
        "id": "sebagian besar benar|hampir benar|kebanyakan benar",
        "hi": "ज़्यादातर सच|अधिकतर सच|ज्यादातर सही",
        "ar": "صحيح في الغالب|صحيح غالبا|معظمه صحيح",
        "tr": "çoğunlukla doğru|büyük ölçüde doğru",
        "th": "ส่วนใหญ่จริง|จริงเป็นส่วนใหญ่|ค่อนข้างจริง",
        "zh": "大致正确|大致正確|基本正确|基本属实|大部分正确|大部分属实|基本屬實",
        "ja": "ほぼ正確",
        "ko": "대체로 사실",
        "ru": "по большей части правда|в основном правда",
        "nl": "grotendeels waar|grotendeels juist",
    },
    MappedRating.MIXED: {
        "en": "half true|half truth|mixture|mixed|partly true|partially true|partly false"
        "|partially false|some truth|two pinocchios|partly correct|partially correct"
        "|partly accurate|partially accurate|half right|true and false|exaggerated|exaggeration"
        "|exaggerates|overstated|not entirely true|not completely true|not entirely accurate"
        "|not quite|half false|partial|in between|somewhat true",
        "vi": "đúng một phần|nửa đúng nửa sai|nửa đúng|sai một phần|vừa đúng vừa sai|một phần sự thật"
        "|nửa thật nửa giả|có phần đúng|phóng đại|nói quá|không hoàn toàn đúng"
        "|chưa hoàn toàn đúng|không hoàn toàn chính xác|chưa chính xác hoàn toàn|một nửa sự thật"
        "|lẫn lộn|đúng sai lẫn lộn|thổi phồng|chỉ đúng một phần|đúng sự thật một phần"
        "|sai sự thật một phần|chính xác một phần|đúng một nửa|sai một nửa|chưa hẳn đúng"
        "|không hẳn đúng|chưa hẳn chính xác|không hẳn chính xác",
        "de": "teilweise falsch|teilweise richtig|teilweise wahr|teils teils|halbwahr|gemischt"
        "|übertrieben|nicht ganz richtig|teils richtig|zum teil falsch",
        "fr": "partiellement faux|partiellement vrai|en partie faux|en partie vrai|mitigé|à moitié vrai"
        "|exagéré|pas tout à fait|vrai et faux",
        "es": "parcialmente falso|parcialmente cierto|verdad a medias|verdades a medias|media verdad"
        "|mixto|exagerado|parcialmente verdadero|medio cierto|semi verdadero",
        "pt": "parcialmente falso|parcialmente verdadeiro|meia verdade|misto|exagerado|não é bem assim|exagero",
        "it": "parzialmente falso|parzialmente vero|mezza verità|in parte falso|in parte vero|misto|esagerato|ni",
        "pl": "częściowo fałsz|częściowa prawda|częściowo prawda|półprawda|częściowy fałsz|przesada",
        "id": "sebagian benar|sebagian salah|separuh benar|campuran|benar sebagian|salah sebagian"
        "|dilebih lebihkan|sebahagian benar",
        "hi": "आधा सच|आंशिक सच|आंशिक रूप से गलत|आंशिक रूप से सच|आंशिक रूप से सही",
        "ar": "صحيح جزئيا|خاطئ جزئيا|زائف جزئيا|نصف صحيح|مضلل جزئيا|صحيح جزئياً|زائف جزئياً|خطأ جزئيا",
        "tr": "kısmen doğru|kısmen yanlış|karma|karışık|yarı doğru|abartılı",
        "th": "จริงบางส่วน|เท็จบางส่วน|จริงครึ่งเดียว|จริงครึ่งเท็จครึ่ง|ไม่จริงทั้งหมด",
        "zh": "部分属实|部分屬實|部分正确|部分正確|部分错误|部分錯誤|部分不实|部分不實|半真半假|夸大|誇大|真假参半",
        "ja": "一部誤り|一部正確",
        "ko": "절반의 사실|일부 사실",
        "ru": "полуправда|частично правда|отчасти правда",
        "nl": "deels waar|deels onwaar|half waar|gedeeltelijk onwaar",
    },
    MappedRating.MISSING_CONTEXT: {
        "en": "missing context|lacks context|needs context|more context needed|out of context"
        "|false context|taken out of context|misleading|misleads|miscaptioned|mis captioned"
        "|outdated|distorts the facts|spins the facts|cherry picking|cherry picked|cherry picks"
        "|flawed reasoning|not the whole story|without context|decontextualized|wrong context"
        "|old video|old photo|true but misleading|deceptive|spin|false connection|half story"
        "|lacking context|context missing|no context|context needed|needs more context",
        "vi": "thiếu ngữ cảnh|thiếu bối cảnh|sai ngữ cảnh|sai bối cảnh|ngoài ngữ cảnh|gây hiểu lầm"
        "|gây hiểu nhầm|dễ gây hiểu lầm|đánh lạc hướng|tách khỏi ngữ cảnh|cắt khỏi ngữ cảnh"
        "|thông tin cũ|tin cũ|hình ảnh cũ|video cũ|dễ gây hiểu nhầm|dễ hiểu lầm"
        "|đánh tráo ngữ cảnh|đã lỗi thời",
        "de": "irreführend|fehlender kontext|kontext fehlt|aus dem kontext gerissen|falscher kontext"
        "|ohne kontext|veraltet|größtenteils irreführend",
        "fr": "trompeur|hors contexte|manque de contexte|contexte manquant|sorti de son contexte"
        "|détourné|à nuancer|trompeuse|mal légendé",
        "es": "engañoso|engañosa|fuera de contexto|falta contexto|sin contexto|sacado de contexto"
        "|descontextualizado|desactualizado|descontextualizada",
        "pt": "enganoso|enganosa|fora de contexto|falta contexto|sem contexto|contexto errado"
        "|distorcido|descontextualizado|precisa de contexto|desatualizado"
        "|verdadeiro mas fora de contexto",
        "it": "fuorviante|fuori contesto|manca contesto|contesto mancante|ingannevole|decontestualizzato",
        "pl": "wprowadza w błąd|brak kontekstu|wyrwane z kontekstu|manipulacja|bez kontekstu|mylące",
        "id": "menyesatkan|konteks yang salah|konteks salah|di luar konteks|kurang konteks"
        "|hilang konteks|konten menyesatkan|mengelirukan|tanpa konteks|keliru konteks"
        "|konteks keliru",
        "hi": "भ्रामक|संदर्भ से बाहर|गुमराह करने वाला|संदर्भ गायब|अधूरा संदर्भ",
        "ar": "مضلل|خارج السياق|سياق ناقص|عنوان مضلل|خارج سياقه|مضللة",
        "tr": "yanıltıcı|bağlamından koparılmış|eksik bağlam|çarpıtma|bağlamdan kopuk",
        "th": "บิดเบือน|ขาดบริบท|ผิดบริบท|ทำให้เข้าใจผิด|ชวนเข้าใจผิด|ข่าวบิดเบือน",
        "zh": "误导|誤導|具误导性|缺乏背景|断章取义|斷章取義|脱离语境|缺少上下文|易生误解|易生誤解|缺乏脈絡|事實釐清",
        "ja": "ミスリード|誤解を招く|根拠不明瞭",
        "ko": "맥락 부족|오해의 소지|사실 왜곡",
        "ru": "вводит в заблуждение|вырвано из контекста|манипуляция",
        "nl": "misleidend|uit de context|context ontbreekt",
    },
    MappedRating.FALSE: {
        "en": "false|fake|incorrect|inaccurate|wrong|untrue|not true|not correct|not accurate|not real"
        "|not a fact|hoax|mostly false|largely false|barely true|pants on fire|pants fire"
        "|four pinocchios|three pinocchios|fabricated|fabrication|bogus|altered|altered photo"
        "|altered video|altered image|doctored|manipulated|photoshopped|digitally altered|edited"
        "|ai generated|deepfake|misattributed|incorrect attribution|debunked|myth|no|lie"
        "|fake news|totally false|completely false|mostly inaccurate|did not happen|imposter"
        "|disinformation|misinformation|misidentified|fictitious|manipulated media"
        "|synthetic media|impostor content|fake quote|fiction|refuted|never happened|isn t true"
        "|is not true|far from true|nothing true|mostly incorrect|no truth",
        "vi": "sai|sai sự thật|không đúng|không đúng sự thật|không chính xác|không phải sự thật"
        "|không có thật|không thật|tin giả|giả|giả mạo|bịa đặt|hoàn toàn sai|phần lớn sai"
        "|cơ bản sai|tin sai|tin đồn sai|tin đồn thất thiệt|thất thiệt|cắt ghép|chỉnh sửa"
        "|đã chỉnh sửa|đã bị chỉnh sửa|dàn dựng|hư cấu|tin vịt|không hề có|bác bỏ|sai lệch"
        "|xuyên tạc|tin không đúng|chưa đúng|chưa chính xác|đa phần sai|không có chuyện"
        "|sai hoàn toàn|làm giả|ai tạo ra|do ai tạo|sai trái|nhầm lẫn|không xác thực",
        "de": "falsch|unwahr|größtenteils falsch|überwiegend falsch|weitgehend falsch|frei erfunden"
        "|manipuliert|gefälscht|stimmt nicht|nicht wahr|nicht richtig|fälschung|erfunden"
        "|inkorrekt|eher falsch|fake|falschmeldung",
        "fr": "faux|fausse|infox|inexact|plutôt faux|c est faux|intox|manipulé|truqué|pas vrai|canular"
        "|inventé|montage|erroné|en grande partie faux|trucage|désinformation|incorrect"
        "|photomontage|fausse citation",
        "es": "falso|falsa|bulo|mentira|no es cierto|no es verdad|no es verdadero|mayormente falso"
        "|incorrecto|manipulado|montaje|inventado|alterado|erróneo|desinformación|fabricado"
        "|casi falso|es falso|inexacto|trucado",
        "pt": "falso|falsa|mentira|não é verdade|boato|é falso|majoritariamente falso|incorreto"
        "|alterado|montagem|manipulado|fabricado|errado|não é verdadeiro|é fake|é boato|inventado"
        "|não procede|falsa atribuição",
        "it": "falso|falsa|bufala|notizia falsa|non è vero|per lo più falso|in gran parte falso"
        "|manipolato|sbagliato|errato|inventato|disinformazione|scorretto|fotomontaggio"
        "|prevalentemente falso",
        "pl": "fałsz|fałszywe|fałszywa|nieprawda|w większości fałsz|to nieprawda|fake news|przeróbka"
        "|raczej fałsz|zmyślone|fałszywka|dezinformacja|fotomontaż",
        "id": "salah|hoaks|palsu|tidak benar|bohong|keliru|konten palsu|konten dimanipulasi"
        "|konten tiruan|hoax|tidak tepat|sebagian besar salah|berita palsu|dimanipulasi"
        "|disinformasi|suntingan|rekaan|berita bohong|tak benar|rekayasa|tidak sahih|parodi palsu"
        "|bukan fakta",
        "hi": "झूठ|झूठा|गलत|असत्य|फ़र्ज़ी|फर्जी|सच नहीं|सही नहीं|ग़लत|फेक|ज्यादातर गलत|छेड़छाड़|झूठी",
        "ar": "خاطئ|زائف|كاذب|مفبرك|غير صحيح|غير صحيحة|كذب|خطأ|مزيف|ملفق|غير حقيقي|زائف في الغالب|إشاعة"
        "|شائعة|ليس صحيحا|معدلة|معدل|مفبركة|خاطئة|تلاعب|كاذبة",
        "tr": "yanlış|sahte|uydurma|doğru değil|asılsız|gerçek değil|çoğunlukla yanlış|yalan"
        "|hatalı ilişkilendirme|montaj|taklit|manipülasyon|çarpıtılmış|büyük ölçüde yanlış",
        "th": "เท็จ|ข่าวปลอม|ปลอม|ไม่จริง|ไม่เป็นความจริง|ไม่ใช่เรื่องจริง|ข้อมูลเท็จ|มั่ว|ตัดต่อ|ดัดแปลง|ส่วนใหญ่เท็จ|ไม่ถูกต้อง|ข้อมูลผิด|ลวง",
        "zh": "错误|錯誤|虚假|虛假|假|不实|不實|谣言|謠言|失实|失實|不属实|不屬實|不正确|不正確"
        "|不是真的|伪造|偽造|非真|大部分错误|大致错误|假的|造谣|捏造|变造|變造|假新闻|假消息"
        "|并非事实|不是事实",
        "ru": "ложь|неправда|фейк|неверно|фальшивка|не правда|ложная информация|по большей части ложь",
        "ja": "誤り|虚偽|デマ|偽|捏造|ほぼ誤り|事実ではない|真実ではない",
        "ko": "거짓|가짜|사실 아님|허위|대체로 사실 아님|전혀 사실 아님|가짜뉴스",
        "nl": "onwaar|vals|niet waar|onjuist|grotendeels onwaar|nep|nepnieuws",
    },
    MappedRating.SCAM: {
        "en": "scam|fraud|fraudulent|phishing|false scam|ponzi scheme|pyramid scheme|scam alert|swindle|it s a scam",
        "vi": "lừa đảo|chiêu lừa|chiêu trò lừa đảo|cảnh báo lừa đảo|gian lận|mạo danh lừa đảo|lừa gạt"
        "|đa cấp trá hình|giả mạo lừa đảo|chiếm đoạt tài sản|chiêu lừa đảo|trò lừa|mạo danh",
        "de": "betrug|abzocke|phishing|betrugsmasche",
        "fr": "arnaque|escroquerie|hameçonnage|fraude",
        "es": "estafa|fraude|timo|phishing|es una estafa",
        "pt": "golpe|fraude|burla|é golpe|phishing",
        "it": "truffa|frode|raggiro",
        "pl": "oszustwo|wyłudzenie",
        "id": "penipuan|modus penipuan|scam|tipuan",
        "hi": "धोखाधड़ी|घोटाला|ठगी|स्कैम",
        "ar": "احتيال|نصب|عملية احتيال|خداع",
        "tr": "dolandırıcılık|dolandırıcı",
        "th": "หลอกลวง|มิจฉาชีพ|ฉ้อโกง|ต้มตุ๋น",
        "zh": "诈骗|詐騙|骗局|騙局|欺诈|欺詐|诈欺",
        "ru": "мошенничество|обман",
        "ja": "詐欺",
        "ko": "사기",
        "nl": "oplichting|fraude",
    },
    MappedRating.SATIRE: {
        "en": "satire|labeled satire|labelled satire|originated as satire|parody|joke|satirical|humor"
        "|humour|prank|it s satire|satire parody|fake satire|april fools",
        "vi": "châm biếm|trào phúng|giễu nhại|hài hước|nhại|đùa|trò đùa|nội dung châm biếm|tin châm biếm|tin đùa",
        "de": "satire|parodie|scherz",
        "fr": "satire|parodie|satirique|humour|pastiche|parodique",
        "es": "sátira|parodia|humor|broma|satírico",
        "pt": "sátira|paródia|humor|piada|satírico",
        "it": "satira|parodia|scherzo|satirico",
        "pl": "satyra|parodia|żart",
        "id": "satire|satir|parodi|satire parodi|lelucon|sindiran",
        "hi": "व्यंग्य|पैरोडी|मज़ाक",
        "ar": "ساخر|سخرية|محتوى ساخر|ساخرة",
        "tr": "hiciv|parodi|mizah|şaka",
        "th": "เสียดสี|ล้อเลียน|ล้อเล่น|เรื่องตลก",
        "zh": "讽刺|諷刺|恶搞|惡搞|玩笑|戏仿",
        "ru": "сатира|шутка|пародия",
        "ja": "風刺|パロディ",
        "ko": "풍자|패러디",
        "nl": "satire|parodie|grap",
    },
    MappedRating.UNPROVEN: {
        "en": "unproven|unverified|unconfirmed|no evidence|not proven|unsupported|unfounded|baseless"
        "|unsubstantiated|research in progress|legend|undetermined|inconclusive"
        "|insufficient evidence|not enough evidence|unknown|lacks evidence|not verified"
        "|cannot be verified|disputed|needs evidence|unclear|lost legend|no proof|unlikely"
        "|could not be verified|in progress|not confirmed|too early to tell|without evidence"
        "|rumor|rumour|unprovable|not yet verified|not known to be true|neither true nor false",
        "vi": "chưa kiểm chứng|chưa được kiểm chứng|chưa xác minh|chưa được xác minh|chưa có bằng chứng"
        "|không có bằng chứng|không có căn cứ|chưa có căn cứ|chưa có cơ sở|không có cơ sở"
        "|thiếu căn cứ|chưa rõ|chưa xác thực|chưa rõ thực hư|chưa đủ bằng chứng"
        "|chưa đủ cơ sở|không đủ cơ sở|chưa đủ căn cứ|không đủ căn cứ|chưa chắc đúng|chưa thể kết luận"
        "|không đủ bằng chứng|chưa được chứng minh|chưa chứng minh|đang kiểm chứng|đang xác minh"
        "|chưa thể kết luận|tin đồn|thiếu bằng chứng|không thể kiểm chứng|thiếu cơ sở"
        "|chưa được xác nhận|chưa xác nhận|chưa có kết luận|không có cơ sở khoa học"
        "|chưa có bằng chứng khoa học|không rõ|vô căn cứ",
        "de": "unbelegt|unbewiesen|nicht belegt|keine belege|unklar|ohne beleg|nicht bewiesen|nicht bestätigt",
        "fr": "non prouvé|non vérifié|pas de preuve|aucune preuve|infondé|invérifiable|sans preuve"
        "|rien ne le prouve|non confirmé",
        "es": "sin evidencia|sin pruebas|no hay pruebas|no verificado|no probado|no hay evidencia"
        "|sin verificar|insostenible|sin sustento|no comprobado|no confirmado|inverificable"
        "|indeterminado",
        "pt": "sem evidência|sem provas|não comprovado|não há evidência|não verificado|insustentável"
        "|sem comprovação|não há provas|inconclusivo|impossível provar|ainda é cedo para dizer"
        "|não há evidências",
        "it": "non provato|non verificato|nessuna prova|infondato|senza prove|non confermato|non verificabile",
        "pl": "niezweryfikowane|brak dowodów|niepotwierdzone|nieweryfikowalne|nieudowodnione|niesprawdzone",
        "id": "belum terbukti|tidak terbukti|belum diverifikasi|tidak ada bukti|belum ada bukti"
        "|belum dapat dipastikan|tidak berdasar|belum dipastikan|tidak dapat disahkan|tiada bukti"
        "|unproven",
        "hi": "अप्रमाणित|अपुष्ट|कोई सबूत नहीं|असत्यापित|पुष्टि नहीं",
        "ar": "غير مثبت|غير مؤكد|لا دليل|بلا دليل|غير موثق|لا يوجد دليل|لم يثبت",
        "tr": "kanıtlanmamış|doğrulanmamış|kanıt yok|belirsiz|henüz kanıtlanmadı|doğrulanamayan",
        "th": "ยังไม่ยืนยัน|ไม่มีหลักฐาน|ยังไม่ได้รับการยืนยัน|ยังพิสูจน์ไม่ได้|ไม่สามารถยืนยัน|ตรวจสอบไม่ได้",
        "zh": "未经证实|未經證實|未证实|未證實|没有证据|沒有證據|证据不足|證據不足|无法核实|無法核實"
        "|待查证|无依据|存疑",
        "ru": "не доказано|нет доказательств|не подтверждено|бездоказательно",
        "ja": "根拠不明|判定保留|未証明|証拠なし",
        "ko": "판단 유보|근거 없음|확인 불가|미확인",
        "nl": "onbewezen|niet bewezen|geen bewijs|ongefundeerd",
    },
}

# A word of negation within three words before a phrase turns it round; phrases where that would be wrong
# stand in the table whole. The second set also opens sentences ("No, this is fake"): it only counts right
# before the phrase.
NEGATIONS = frozenset(
    {"not", "never", "isn", "wasn", "aren", "không", "chẳng", "chả", "chưa", "nicht", "kein", "keine"}
    | {"tidak", "bukan", "नहीं", "ليس", "ليست", "не", "niet"}
)
NEGATIONS_RIGHT_BEFORE = frozenset(["no", "non", "pas", "não", "nie", "tak", "غير", "geen", "longer"])

# After one of these what was called true is taken back, at least in part: "Đúng, nhưng …", "True, but …".
TAKING_BACK = frozenset(
    "nhưng song but however although though yet aber mais pero mas ma tapi но ama echter maar ale".split()
)
# A text that asks ("Scam? No") is answered by what stands after the question.
NO = frozenset({"no", "nope", "không", "không phải", "không hề", "nein", "non", "não", "nie", "tidak", "нет", "nee"})
YES = frozenset({"yes", "có", "phải", "đúng", "đúng vậy", "true", "correct", "ja", "oui", "sí", "sim", "tak", "да"})
