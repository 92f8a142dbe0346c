"""Every line that a person reads outside of answers: Indonesian, warm and plain. What admins read is in admin_texts.

All of it is plain text, save what says that it is HTML (:func:`welcome`, :func:`help_text`, :func:`privacy`). The bot
says "kamu" and never names itself "saya": it quotes, it does not speak about the news.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.types import ChatSettings
from bot.words.markup import escape
from bot.words.small_talk import SmallTalk

# while a question waits

WAIT_A_LITTLE = "Pelan-pelan, ya. Tunggu sebentar, lalu tanyakan lagi."
WAS_AWAY = "Maaf, bot ini sempat mati sehingga pesanmu terlewat. Kalau masih perlu, tanyakan lagi, ya."
BUSY = "Maaf, sedang ramai sekali. Coba tanyakan lagi sebentar lagi, ya."
SLOW = "Maaf, mencari jawabannya terlalu lama. Coba lagi, atau tanyakan dengan kata yang lebih singkat."
STORE_CLOSED = "Maaf, arsip beritanya sedang tidak bisa dibuka. Coba lagi beberapa menit lagi, ya."
TELEGRAM_TROUBLE = "Maaf, sambungan ke Telegram sedang terganggu. Coba lagi sebentar lagi, ya."
SOMETHING_WRONG = "Maaf, ada yang tidak beres di sini. Masalahnya sudah dicatat; coba lagi sebentar lagi, ya."

# what is no question

ONLY_TEXT = "Maaf, bot ini baru bisa membaca tulisan. Ketik saja pertanyaanmu, nanti dicarikan jawabannya di berita."
UNKNOWN_COMMAND = "Perintah itu tidak ada. Ketik saja pertanyaanmu, atau lihat /bantuan."
ASK_HOW = "Tulis pertanyaannya sesudah /tanya, misalnya: /tanya kenapa harga cabai naik?"

_SMALL_TALK: Mapping[SmallTalk, str] = MappingProxyType(
    {
        SmallTalk.GREETING: "Halo! Mau tahu berita apa? Tulis saja pertanyaanmu.",
        SmallTalk.THANKS: "Sama-sama! Kalau ada lagi yang mau ditanyakan, tulis saja.",
        SmallTalk.FINE: "Siap! Kalau ada lagi yang mau ditanyakan, tulis saja.",
        SmallTalk.GOODBYE: "Sampai jumpa! Tanya lagi kapan saja, ya.",
        SmallTalk.PRAISE: "Senang bisa membantu! Kalau ada lagi yang mau ditanyakan, tulis saja.",
        SmallTalk.COMPLAINT: (
            "Maaf, jawabannya belum membantu. Coba tanyakan dengan kata lain, atau ketuk 👎 di bawah jawabannya."
        ),
        SmallTalk.LAUGHTER: "Hehe. Ada berita yang mau ditanyakan?",
        SmallTalk.SORRY: "Tidak apa-apa! Tulis saja pertanyaanmu.",
        SmallTalk.WANTS_TO_ASK: "Silakan! Tulis saja pertanyaanmu, nanti dicarikan jawabannya di berita.",
        SmallTalk.WHO_ARE_YOU: (
            "Ini Kutip, bot yang menjawab pertanyaan dengan kalimat asli dari artikel berita, "
            "lengkap dengan sumbernya. Cara pakainya ada di /bantuan."
        ),
    }
)


def small_talk(kind: SmallTalk) -> str:
    """A friendly line for what is no question."""
    return _SMALL_TALK[kind]


# answers

NOT_FOUND = "Jawabannya belum ketemu di artikel yang ada."
NOTHING_LOADED = "Arsipnya masih kosong, jadi belum ada yang bisa dikutip. Coba lagi nanti, ya."
RELATED = "Mungkin terkait:"
RELATED_OUTSIDE = "Mungkin terkait, tetapi di luar batas itu:"
HINT = "Coba tanyakan dengan kata lain, atau tambahkan nama, tempat, atau waktunya."
HINT_LIMITED = "Coba tanpa batas itu, atau tanyakan dengan kata lain."
ARTICLE_WITHDRAWN = "Artikel ini sudah ditarik, jadi tidak bisa ditampilkan lagi."
UNTITLED = "Tanpa judul"
UNNAMED = "Tanpa nama media"
ALSO = "juga:"
SAME_ARTICLE = "— artikel yang sama"
SAME_STORY = "Artikel lain tentang berita ini:"
ONLY_SOURCE = "Belum ada artikel lain di arsip tentang berita ini."


def more_outlets(count: int) -> str:
    """Outlets of a story that are not named."""
    return f"dan {number(count)} media lain"


def more_articles(count: int) -> str:
    """Articles of a story that are not listed."""
    return f"dan {number(count)} artikel lain"


def searched_only(limits: str) -> str:
    """What a question was limited to.

    >>> searched_only("di Warta Nusa sejak 1 Juni 2025")
    'Yang dicari hanya artikel di Warta Nusa sejak 1 Juni 2025.'
    """
    return f"Yang dicari hanya artikel {limits}."


# buttons; a notice over the chat has at most 200 characters

BUTTON_MORE = "Lebih banyak"
BUTTON_CONTEXT = "Konteks"
BUTTON_SOURCES = "Sumber"
BUTTON_BACK = "« Kembali"
BUTTON_PREVIOUS = "‹ Sebelumnya"
BUTTON_NEXT = "Berikutnya ›"
BUTTON_UP = "👍"
BUTTON_DOWN = "👎"
BUTTON_FORGET = "Ya, hapus semuanya"
BUTTON_BROADCAST = "Kirim sekarang"
BUTTON_DELETE = "Ya, hapus"
BUTTON_CANCEL = "Batal"
BUTTON_MENTIONS_ON = "Jawab kalau disebut"
BUTTON_MENTIONS_OFF = "Jawab /tanya saja"

BUTTON_TOO_OLD = "Tombol ini sudah tidak berlaku. Tanyakan lagi saja, ya."
VOTE_UP = "Terima kasih! Senang bisa membantu."
VOTE_DOWN = "Terima kasih, dicatat supaya jawabannya bisa lebih baik."
VOTE_TAKEN_BACK = "Penilaianmu dibatalkan."


def marked(words: str, *, chosen: bool) -> str:
    """A button's words with a mark where it is what was chosen.

    >>> marked("👍", chosen=True)
    '👍 ✓'
    """
    return f"{words} ✓" if chosen else words


# groups

PERIODS: Mapping[int, str] = MappingProxyType(
    {0: "Semua artikel", 7: "7 hari terakhir", 30: "30 hari terakhir", 365: "1 tahun terakhir"}
)
"""Days back that a group may search, and their words; 0 for all."""

ONLY_GROUP_ADMINS = "Hanya admin grup yang bisa mengubah pengaturan ini."
SETTINGS_KEPT = "Pengaturan disimpan."


def greeting_for_group(username: str) -> str:
    """For a group that the bot has just come into."""
    return (
        "Halo semua! Ada yang mau ditanyakan soal berita? Tulis /tanya diikuti pertanyaannya, "
        f"atau sebut @{username} dalam pesan. Selain itu bot ini diam. Admin grup bisa mengaturnya dengan /atur."
    )


def group_settings(settings: ChatSettings) -> str:
    """What the admins of a group see above the buttons of its settings."""
    days = settings.since_days or 0
    period = PERIODS.get(days, f"{days} hari terakhir")
    asked = "kalau disebut, dibalas, atau lewat /tanya" if settings.answers_mentions else "hanya lewat /tanya"
    return f"Pengaturan grup ini\n\nMenjawab: {asked}\nMencari di: {period[0].lower()}{period[1:]}"


# inline

INLINE_TYPE_MORE = "Ketik pertanyaanmu, atau buka chat"
INLINE_ASK_PRIVATELY = "Tanyakan di chat pribadi"
INLINE_NOT_FOUND = "Belum ketemu. Tanyakan di chat pribadi"
INLINE_WAIT = "Tunggu sebentar, lalu ketik lagi"
INLINE_BUSY = "Sedang ramai, coba sebentar lagi"
INLINE_QUESTION = "Tanya:"

# a person's data

FORGET_QUESTION = (
    "Hapus semua datamu? Pertanyaan, jawaban, penilaian, dan langgananmu akan dihapus untuk selamanya, "
    "juga kabar pilihan yang kamu atur di grup dan channel, dan tombol di bawah jawaban lama tidak bisa dipakai lagi."
)
FORGOTTEN = "Selesai. Semua datamu sudah dihapus."
NOT_FORGOTTEN = "Baik, tidak ada yang dihapus."
EXPORT_CAPTION = "Ini semua data tentangmu yang disimpan bot ini."

# commands as the menus tell them

_ASKING = (("tanya", "Tanyakan sesuatu tentang berita"), ("bantuan", "Cara bertanya, dengan contoh"))
_ARCHIVE = (("sumber", "Media dan tanggal yang ada di arsip"), ("terbaru", "Artikel yang paling baru"))

PRIVATE_COMMANDS: tuple[tuple[str, str], ...] = (
    ("mulai", "Kenalan dengan bot ini"),
    *_ASKING,
    *_ARCHIVE,
    ("langganan", "Kabar pilihan setiap hari: jam, hari, topik"),
    ("berhenti", "Hentikan kabar pilihan"),
    ("privasi", "Data apa yang disimpan, dan berapa lama"),
    ("ekspor_data", "Minta salinan datamu"),
    ("hapus_data", "Hapus semua datamu"),
)
GROUP_COMMANDS: tuple[tuple[str, str], ...] = (*_ASKING, *_ARCHIVE, ("privasi", "Data apa yang disimpan"))
GROUP_ADMIN_COMMANDS: tuple[tuple[str, str], ...] = (
    *GROUP_COMMANDS,
    ("atur", "Pengaturan bot di grup ini"),
    ("langganan", "Kabar pilihan setiap hari di grup atau topik ini"),
    ("berhenti", "Hentikan kabar pilihan di grup atau topik ini"),
)
ADMIN_COMMANDS: tuple[tuple[str, str], ...] = (
    *PRIVATE_COMMANDS,
    ("status", "Keadaan bot, arsip, dan antrean"),
    ("muat", "Muat artikel dari berkas atau alamat web"),
    ("hapus", "Hapus artikel dengan ID atau alamatnya"),
    ("umpan", "Umpan RSS yang diperiksa berkala"),
    ("siaran", "Kirim pengumuman ke semua chat"),
    ("blokir", "Blokir atau buka blokir pengguna"),
)

# pages


def welcome(name: str) -> str:
    """HTML, for /start and /mulai.

    :param name: of the bot.
    """
    return (
        f"<b>Halo! Ini {escape(name)}.</b>\n\n"
        "Tanyakan apa saja tentang berita. Jawabannya kalimat asli dari artikel, lengkap dengan media, tanggal, dan "
        "tautannya. Kalau jawabannya tidak ada di artikel, kamu diberi tahu apa adanya.\n\n"
        "Misalnya:\n"
        "• <i>Kenapa harga cabai naik?</i>\n"
        "• <i>brp korban banjir kmrn</i>\n"
        "• <i>Siapa pelatih timnas sekarang?</i>\n\n"
        "Bahasa santai dan singkatan juga boleh. Selengkapnya di /bantuan, isi arsipnya di /sumber."
    )


def help_text(username: str) -> str:
    """HTML, for /bantuan.

    :param username: of the bot, without ``@``.
    """
    bot = f"@{escape(username)}"
    return (
        "<b>Cara bertanya</b>\n"
        "Tulis saja pertanyaanmu, seperti mengobrol:\n"
        "• <i>Siapa yang terpilih jadi ketua umum?</i>\n"
        "• <i>brp harga emas hari ini</i>\n"
        "• <i>Kapan tol itu mulai beroperasi?</i>\n\n"
        "<b>Supaya lebih tepat</b>\n"
        "• Sebut waktunya: <i>kemarin</i>, <i>pekan lalu</i>, <i>Juni 2025</i>.\n"
        "• Sebut medianya: <i>menurut Kompas</i>, <i>kata Tempo</i>.\n"
        "• Sambung dari pertanyaan sebelumnya: sesudah <i>Siapa gubernur Jawa Barat?</i>, cukup tulis "
        "<i>kalau wakilnya?</i>\n"
        "• Salah ketik? Sunting pesanmu, jawabannya ikut berubah.\n\n"
        "<b>Tombol di bawah jawaban</b>\n"
        f"• {BUTTON_MORE}: kutipan berikutnya\n"
        f"• {BUTTON_CONTEXT}: kalimat di sekitarnya\n"
        f"• {BUTTON_SOURCES}: semua media yang memuat berita itu\n"
        f"• {BUTTON_UP} {BUTTON_DOWN}: jawabannya membantu atau tidak\n\n"
        "<b>Di grup dan chat lain</b>\n"
        f"• Di grup: tulis /tanya diikuti pertanyaannya, atau sebut {bot}. Balas pesan seseorang dengan /tanya untuk "
        "menanyakan isi pesannya.\n"
        f"• Di chat mana pun: ketik {bot} lalu pertanyaanmu, dan pilih kutipannya.\n\n"
        "<b>Lainnya</b>\n"
        "/sumber media dan tanggal yang ada di arsip\n"
        "/terbaru artikel paling baru\n"
        "/langganan kabar pilihan setiap hari\n"
        "/privasi data apa yang disimpan\n\n"
        "Semua jawaban dikutip apa adanya, jadi bisa saja belum lengkap atau sudah tidak berlaku. "
        "Buka tautannya untuk membaca artikel aslinya."
    )


def privacy(keep_days: int) -> str:
    """HTML, for /privasi.

    :param keep_days: days that answers are kept.
    """
    return (
        "<b>Data yang disimpan</b>\n"
        f"• Pertanyaanmu, jawabannya, dan penilaianmu, selama {keep_days} hari. Gunanya supaya tombol di bawah jawaban "
        "tetap bekerja, pertanyaan lanjutan dipahami, dan jawaban bisa diperbaiki.\n"
        "• ID, nama, dan nama pengguna Telegram-mu, atau nama grup beserta pengaturannya, selama bot ini dipakai.\n"
        "• Langgananmu: jam, hari, topik, dan kabar mana yang sudah dikirim, sampai kamu menghapus datamu.\n"
        "• Pesan yang baru masuk, hanya sampai selesai diproses, supaya tidak ada yang hilang kalau bot mati "
        "mendadak. Sesudah itu yang tersisa hanya nomor urutnya, selama sekitar 2 hari.\n\n"
        "<b>Yang tidak dilakukan</b>\n"
        "• Pertanyaanmu tidak dikirim ke layanan lain: jawabannya dicari di server bot ini sendiri.\n"
        "• Di grup, pesan yang tidak ditujukan ke bot ini tidak disimpan sesudah diproses.\n"
        "• Foto, suara, dan berkas dalam percakapan tidak diunduh.\n\n"
        "<b>Pilihanmu</b>\n"
        "/ekspor_data untuk meminta salinan semua datamu\n"
        "/hapus_data untuk menghapus semuanya\n\n"
        "Pengelola bot ini bisa melihat data di atas. Pesanmu juga lewat Telegram, yang punya aturan privasi sendiri."
    )


# the corpus

LATEST = "Artikel terbaru"


def number(count: int) -> str:
    """A number as Indonesians write it.

    >>> number(13310)
    '13.310'
    """
    return f"{count:,}".replace(",", ".")


def corpus_size(articles: int, outlets: int) -> str:
    """How much there is to quote from."""
    return f"{number(articles)} artikel dari {number(outlets)} media"


def newest_article(day: str) -> str:
    """:param day: in words."""
    return f"Artikel paling baru: {day}"


def other_outlets(outlets: int, articles: int) -> str:
    """Outlets that a list leaves out."""
    return f"dan {number(outlets)} media lain dengan {number(articles)} artikel"
