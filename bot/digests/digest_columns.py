"""Headlines of standing columns, service pages and round-ups: useful on their day, but no story of it."""

from __future__ import annotations

import re

_COLUMN = re.compile(
    r"\b(?:zodiak|horoskop|shio|weton|primbon|ramalan (?:cinta|karier|keuangan|hari)"
    r"|link (?:nonton|live|siaran|streaming|download|twibbon)|live streaming|nonton (?:gratis|live|streaming)"
    r"|jadwal (?:siaran|live|tayang|acara|kapal|krl|ka|salat|sholat|imsak|samsat|sim|bola|liga)"
    r"|kunci jawaban|(?:soal|ujian)\b.*\bkelas \d|contoh (?:soal|surat|pidato|khutbah)|kode redeem"
    r"|resep|lirik lagu|chord|wallpaper|twibbon|sinopsis|saksikan (?:ftv|sinetron|film)"
    r"|(?:katalog|kode|mega) promo|promo (?:alfamart|indomaret|superindo|hypermart)"
    r"|kumpulan (?:doa|hoaks|ucapan|kata|foto)|doa (?:sebelum|setelah|agar|harian|niat)"
    r"|niat (?:puasa|salat|sholat|zakat|mandi)|ucapan selamat|kata-kata (?:bijak|mutiara|ucapan)"
    r"|cara (?:cek|login|daftar|mencairkan|cairkan|membuat|mengatasi|download)"
    r"|prakiraan cuaca|info cuaca|cuaca hari ini|pemadaman listrik|pemeliharaan listrik|lowongan kerja|loker"
    r"|top (?:3|5|skor|news)|terpopuler|berita populer|rating pemain|klasemen|susunan pemain"
    r"|prediksi (?:skor|susunan|line)|tabel (?:angsuran|pinjaman|kur)|kur bri"
    r"|\d+ (?:fakta|cara|tips|hal|zodiak|potret|model|desain|inspirasi|rekomendasi|gaya|warna|pilihan|potongan"
    r"|ide|manfaat|resep|doa|ucapan|quotes|kata|contoh|jenis|ciri|drakor|film)"
    r"|model (?:gamis|baju|rambut|gelang|cincin|hijab|rumah|kebaya|dapur))\b"
    r"|^(?:potret|foto|video|infografis|quiz|kuis)\b",
    re.IGNORECASE,
)

_ASIDE = re.compile(
    r"^(?:profil|sosok|prediksi|jadwal|daftar|rekap|link|cek)\b|\b(?:harga emas|kurs (?:rupiah|dolar)|bmkg)\b",
    re.IGNORECASE,
)


def is_column(headline: str) -> bool:
    """Whether an article is no news at all: a column, a service page, a list, a round-up.

    >>> is_column("Ramalan Zodiak Hari Ini: Leo Beruntung"), is_column("Jadwal Terbang Batal akibat Erupsi")
    (True, False)
    """
    return _COLUMN.search(headline) is not None


def is_aside(headline: str) -> bool:
    """Whether an article only stands beside a story: a profile, a preview, a table of prices."""
    return _ASIDE.search(headline) is not None
