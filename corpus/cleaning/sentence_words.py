"""Words that tell where an Indonesian sentence ends and where a long one may be cut."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PREFIXES = _words("""
    a.n alm almh bpk brig brigjen brigpol bripda bripka briptu c.q capt cq cv d.a dok dr dra drg drh drs dsn gg gn h.c
    hj hlm hr inpres ipda iptu ir irjen jend jl jln jkt k.h kab kapt kec kepdirjen kh komjen kompol kombes kpt letda
    letjen letkol lettu marsda marsdya mayjen moh mr mrs ms muh mhd no nr ny phi pdt perum pid plh plt pn prof prov
    psl pt pte q.s qs r.a r.m rm rp rr s.d sdn sdr sdri serda sertu subsp telp tgk tlp tn u.b u.p ust vit vol vs wkl yth
    """)
"""Abbreviations that announce what follows (titles, ranks, addresses, courts, firms), case-folded."""

CAPITAL_PREFIXES = _words(
    "Abd Bid Ds Eng Fa Inf Kav Kel Kep Kol Kom Kp Laks Lt Mar Med Mt Pol Ps Rep Sen Sp St Sto Tk Ud"
)
"""The same, but only as spelled here: in lower case they are words, in capitals degrees."""

SUFFIXES = _words("al bhd bros co corp dkk dll dsb dst etc inc jr llc ltd plc sr tb tbk")
"""Abbreviations that may close a sentence or not, case-folded."""

LABELS = _words("""
    abjad angka ayat babak berinisial blok darah divisi euro formula gen generasi gol golongan grade grup hepatitis
    huruf indeks inisial jalur kategori ke kelas kelompok kode komisi kubu lantai lap level liga media menit minggu no
    nomor opsi paket pasal peringkat peron pilihan platform poin pool pos posisi putaran race rencana sektor seri
    serie sesi skor sosial tahap tim tingkat tipe titik tower tribun varian vitamin zona
    """)
"""Words that a single letter or number belongs to: "Grup C", "vitamin C", "Race 2"."""

STARTERS = _words("""
    Acara Ada Adapun Agar Akan Akhirnya Akibat Aku Anda Apa Apabila Apakah Apalagi Artinya Atas Awalnya Bagaimana Bagi
    Bahkan Banyak Begitu Belum Berbagai Berbeda Berdasarkan Berikut Bersama Biasanya Bila Bisa Bukan Dalam Dan Dari
    Demikian Dengan Di Dia Diketahui Dikutip Dilansir Dirinya Dua Hal Hanya Harga Hasil Hingga Ia Ini Inilah Itu
    Itulah Jadi Jangan Jika Juga Jumlah Justru Kalau Kami Karena Karenanya Kasus Ke Kedua Keduanya Kegiatan Kemudian
    Kendati Ketika Ketiga Kini Kita Kondisi Korban Kurang Lagi Laga Lalu Langkah Lantas Lebih Lewat Maka Mari Masih
    Masyarakat Melalui Memang Menurut Menurutnya Mereka Meski Meskipun Misalnya Mulai Mungkin Nah Namun Nantinya Oleh
    Orang Pada Padahal Para Pasalnya Pelaku Pemain Pemerintah Pertama Pihak Pihaknya Polisi Proses Putusan Saat Salah
    Sambil Sampai Satu Saya Sayangnya Sebab Sebagai Sebagian Sebaliknya Sebanyak Sebelum Sebelumnya Sebuah Secara
    Sedangkan Sehingga Sejak Sejauh Sejumlah Sekarang Sekitar Selain Selama Selanjutnya Seluruh Semua Senada Seorang
    Sepanjang Seperti Serta Setelah Setiap Siapa Skuad Soal Sudah Tadi Tahun Tak Tanpa Tapi Terkait Terlebih Termasuk
    Ternyata Tetapi Tidak Tiga Tujuannya Untuk Usai Walau Walaupun Warga Yang
    """)
"""Words that open sentences and are no one's name; from the commonest openings of Indonesian news."""

STARTER_FORM = re.compile(r"(?:Pe|Ke)[a-z]{3,}an(?:nya)?|(?:Mem|Men|Diper|Ter|Ber)[a-z]{4,}|[A-Z][a-z]{3,}nya")
"""Derived words open sentences, names are seldom built so: "Penetapan", "Mengutip", "Harganya"."""

CLAUSE_STARTERS = _words("""
    agar atau bahkan dan dengan hingga jika kalau karena kemudian ketika lalu maka melainkan meski meskipun namun
    padahal saat sebab sebelum sedangkan sehingga sementara seperti serta setelah supaya tapi termasuk tetapi untuk
    walau walaupun yaitu yakni yang
    """)
"""Words that begin a clause or a phrase, so that a cut before them reads well."""

LEANING = _words(
    "ada adalah bagi dalam dari di ke kepada oleh pada para per pukul rp sang sebesar si tak tidak untuk yang"
)
"""Words that lean on the next one, so that a cut after them reads badly."""

SPEECH = (
    "beber|cetus|imbuh|jawab|jelas|kata|lanjut|papar|pungkas|sambung|tambah|tandas|tanya|tegas|terang|tutur|ucap|ujar"
    "|ungkap"
)
