"""How people type Indonesian in chats: short spellings, question words, and words that carry no meaning of their own.

The tables were written from ordinary usage of Indonesian chats; single letters that could be anything are left out.
"""

from __future__ import annotations

from enum import StrEnum

SPELLINGS: dict[str, str] = {
    # question words
    "ap": "apa",
    "apaan": "apa",
    "apakh": "apakah",
    "brp": "berapa",
    "brapa": "berapa",
    "brpa": "berapa",
    "berape": "berapa",
    "bgmn": "bagaimana",
    "bgmana": "bagaimana",
    "bgimana": "bagaimana",
    "gmn": "bagaimana",
    "gmna": "bagaimana",
    "gimana": "bagaimana",
    "gmana": "bagaimana",
    "gimane": "bagaimana",
    "dmn": "di mana",
    "dmna": "di mana",
    "dimana": "di mana",
    "kmn": "ke mana",
    "kmna": "ke mana",
    "kemana": "ke mana",
    "drmn": "dari mana",
    "drmana": "dari mana",
    "knp": "kenapa",
    "knpa": "kenapa",
    "napa": "kenapa",
    "ngapa": "kenapa",
    "kpn": "kapan",
    "kpan": "kapan",
    "sp": "siapa",
    "spa": "siapa",
    "siapakh": "siapa",
    "mn": "mana",
    "mna": "mana",
    # function words
    "yg": "yang",
    "yng": "yang",
    "dgn": "dengan",
    "dg": "dengan",
    "dngan": "dengan",
    "krn": "karena",
    "krna": "karena",
    "karna": "karena",
    "utk": "untuk",
    "untk": "untuk",
    "buat": "untuk",
    "bwt": "untuk",
    "dr": "dari",
    "dri": "dari",
    "pd": "pada",
    "pda": "pada",
    "kpd": "kepada",
    "dlm": "dalam",
    "dlam": "dalam",
    "dpn": "depan",
    "jg": "juga",
    "jga": "juga",
    "tp": "tetapi",
    "tpi": "tetapi",
    "tapi": "tetapi",
    "sm": "sama",
    "sma": "sama",
    "ama": "sama",
    "kl": "kalau",
    "klo": "kalau",
    "kalo": "kalau",
    "klu": "kalau",
    "spt": "seperti",
    "sprt": "seperti",
    "kyk": "seperti",
    "kayak": "seperti",
    "kaya": "seperti",
    "bhw": "bahwa",
    "ttg": "tentang",
    "tntg": "tentang",
    "thdp": "terhadap",
    "trhdp": "terhadap",
    "mnrt": "menurut",
    "mnurut": "menurut",
    "stlh": "setelah",
    "stelah": "setelah",
    "abis": "setelah",
    "sblm": "sebelum",
    "sblum": "sebelum",
    "sjk": "sejak",
    "smp": "sampai",
    "smpe": "sampai",
    "sampe": "sampai",
    "hrs": "harus",
    "hrus": "harus",
    "bs": "bisa",
    "bsa": "bisa",
    "dpt": "dapat",
    "dpat": "dapat",
    "dapet": "dapat",
    "bkn": "bukan",
    "bukn": "bukan",
    "gk": "tidak",
    "ga": "tidak",
    "gak": "tidak",
    "nggak": "tidak",
    "ngga": "tidak",
    "enggak": "tidak",
    "kagak": "tidak",
    "tdk": "tidak",
    "tdak": "tidak",
    "tak": "tidak",
    "blm": "belum",
    "blum": "belum",
    "belom": "belum",
    "blom": "belum",
    "udh": "sudah",
    "udah": "sudah",
    "sdh": "sudah",
    "sudh": "sudah",
    "dah": "sudah",
    "lg": "lagi",
    "lgi": "lagi",
    "bakal": "akan",
    "bkl": "akan",
    "akn": "akan",
    "mo": "akan",
    "skrg": "sekarang",
    "skrang": "sekarang",
    "skrng": "sekarang",
    "kmrn": "kemarin",
    "kmarin": "kemarin",
    "kemaren": "kemarin",
    "td": "tadi",
    "tdi": "tadi",
    "bsk": "besok",
    "jd": "jadi",
    "jdi": "jadi",
    "bgt": "sangat",
    "bngt": "sangat",
    "banget": "sangat",
    "bnyk": "banyak",
    "bnyak": "banyak",
    "byk": "banyak",
    "sdkt": "sedikit",
    "dikit": "sedikit",
    "lbh": "lebih",
    "lbih": "lebih",
    "krg": "kurang",
    "kurg": "kurang",
    "aja": "saja",
    "aj": "saja",
    "doang": "saja",
    "org": "orang",
    "orng": "orang",
    "ank": "anak",
    "tmn": "teman",
    "kk": "kakak",
    "bpk": "bapak",
    "jml": "jumlah",
    "jmlh": "jumlah",
    "hrg": "harga",
    "hrga": "harga",
    "nmr": "nomor",
    "nmor": "nomor",
    "msh": "masih",
    "msih": "masih",
    "bbrp": "beberapa",
    "bbrapa": "beberapa",
    "smua": "semua",
    "smw": "semua",
    "semuanya": "semua",
    "trs": "terus",
    "trus": "terus",
    "trnyata": "ternyata",
    "trakhir": "terakhir",
    "tgl": "tanggal",
    "tggl": "tanggal",
    "bln": "bulan",
    "thn": "tahun",
    "taun": "tahun",
    "mgg": "minggu",
    "mggu": "minggu",
    "mnggu": "minggu",
    "jt": "juta",
    "jta": "juta",
    "rb": "ribu",
    "rbu": "ribu",
    "milyar": "miliar",
    "mlyr": "miliar",
    "trilyun": "triliun",
    "persn": "persen",
    # frequent verbs and nouns of questions on news
    "bilang": "mengatakan",
    "blg": "mengatakan",
    "ngomong": "mengatakan",
    "kasih": "memberi",
    "ksh": "memberi",
    "ngasih": "memberi",
    "dikasih": "diberi",
    "bikin": "membuat",
    "bkin": "membuat",
    "dibikin": "dibuat",
    "ngebuat": "membuat",
    "pake": "pakai",
    "pke": "pakai",
    "dipake": "dipakai",
    "ketemu": "bertemu",
    "nyari": "mencari",
    "ngambil": "mengambil",
    "nangkep": "menangkap",
    "ditangkep": "ditangkap",
    "ketangkep": "tertangkap",
    "meninggoy": "meninggal",
    "kerjaan": "pekerjaan",
    "duit": "uang",
    "cewek": "perempuan",
    "cwe": "perempuan",
    "cowok": "laki-laki",
    "cwo": "laki-laki",
    "rumahsakit": "rumah sakit",
    "indo": "indonesia",
    "jkt": "jakarta",
    "bdg": "bandung",
    "sby": "surabaya",
    "jogja": "yogyakarta",
    "jogya": "yogyakarta",
}
"""Chat spelling -> the word that newspapers print."""

AMBIGUOUS_SPELLINGS = frozenset({"dpt", "kaya", "kk", "mo", "sma"})
"""Chat spellings that newspapers print too, as another word: DPT is the roll of voters, "kaya" rich, KK a family card,
Mo a name, SMA a school. They are looked up both ways, and stay as typed where a question is read as a whole."""

FILLERS = frozenset(
    "sih dong deh kok nih tuh loh lho lah kah ya yaa yah yuk nah kan toh mah euy min kak bang gan bro sis dok "
    "tolong mohon please pls dulu gitu gini tau tahu kasihtau halo hai hi hey permisi eh oh ah hmm wkwk hehe haha "
    "katanya ceritanya sebenernya sebenarnya sebetulnya emang emangnya memang memangnya".split()
)
"""Particles and politeness that say nothing about what is asked; "tahu" is tofu as well, see :data:`KNOWERS`."""

KNOWERS = frozenset(
    "ada yang yg kasih mau ingin pengen pengin pingin kalian kamu kau anda lu lo gue saya aku kak min "
    "belum gak ga nggak ngga enggak tidak".split()
)
"""Words after which "tahu" means to know."""

QUESTION_WORDS = frozenset(
    "apa apakah siapa siapakah kapan kapankah mana berapa berapakah bagaimana bagaimanakah mengapa kenapa "
    "what who when where why how which".split()
)


class AnswerKind(StrEnum):
    """What kind of words would answer a question."""

    PERSON = "person"
    TIME = "time"
    PLACE = "place"
    NUMBER = "number"
    REASON = "reason"
    MANNER = "manner"
    OTHER = "other"


KIND_WORDS: tuple[tuple[AnswerKind, frozenset[str]], ...] = (
    (AnswerKind.PERSON, frozenset({"siapa", "siapakah", "who", "whose"})),
    (AnswerKind.TIME, frozenset({"kapan", "kapankah", "when"})),
    (AnswerKind.REASON, frozenset({"mengapa", "kenapa", "why"})),
    (AnswerKind.NUMBER, frozenset({"berapa", "berapakah"})),
    (AnswerKind.MANNER, frozenset({"bagaimana", "bagaimanakah", "how"})),
    (AnswerKind.PLACE, frozenset({"mana", "where"})),
    (AnswerKind.NUMBER, frozenset({"jumlah", "harga", "persen", "total", "nilai"})),
    (AnswerKind.REASON, frozenset({"alasan", "penyebab", "sebab", "karena"})),
    (AnswerKind.PLACE, frozenset({"lokasi", "tempat"})),
    (AnswerKind.TIME, frozenset({"jam", "pukul", "tanggal"})),
)
"""First kind with a word in the question wins: question words before nouns, for "berapa" in "berapa kurs rupiah tanggal
3 Januari" asks for a number."""

ASKED_TIMES = frozenset({"jam", "pukul", "tanggal", "hari", "bulan", "tahun"})
"""Nouns that make the question word after them ask for a time: "jam berapa", "hari apa"."""
