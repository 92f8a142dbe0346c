"""Words by which people lean on what was asked before, and words by which they say nothing to be searched for.

Written from ordinary usage of Indonesian chats.
"""

from __future__ import annotations

OPENERS = frozenset("kalau jika terus lalu kemudian nah dan sedangkan sementara tetapi soal jadi".split())
"""Words that go on from something said before when they open a text."""

PEOPLE_POINTERS = frozenset("dia ia beliau mereka doi".split())
THING_POINTERS = frozenset("itu ini tersebut tadi tsb begitu begini".split())
PLACE_POINTERS = frozenset("sana situ sini".split())
POINTERS = PEOPLE_POINTERS | THING_POINTERS | PLACE_POINTERS

MORE = frozenset(
    """
    lain lainnya lagi lanjut lanjutannya selengkapnya lengkapnya detail detailnya jelaskan contoh contohnya
    maksudnya serius masa yakin selain lengkap rinci jelas singkat
    """.split()
)
"""Words that only ask for more of the same."""

PLACE_PREPOSITIONS = frozenset("di ke dari".split())
SPEAKER_PREPOSITIONS = frozenset("menurut kata versi".split())
PREPOSITIONS = PLACE_PREPOSITIONS | SPEAKER_PREPOSITIONS

ASIDES = frozenset(
    """
    jumlah total alasan penyebab sebab lokasi tempat tanggal waktu nama jam pukul hari korban akibat kronologi hasil
    dampak tujuan kerugian
    """.split()
)
"""What a question asks for, not what it is about: the next question does not need it."""

RELATED_PEOPLE = frozenset(
    """
    wakil pelaku tersangka terdakwa istri suami anak ayah ibu pendiri pemilik pencipta penulis pemain penyanyi
    sutradara lawan pemenang juara pengganti penerus saksi pengacara
    """.split()
)
"""People who are somebody's, or something's."""

REACTIONS = frozenset(
    """
    kata tanggapan respons komentar pernyataan reaksi pendapat sikap penjelasan pandangan
    """.split()
)
"""What people say about something; what it is about must be named, or was."""

ABOUT = frozenset("soal tentang terhadap atas mengenai terkait perihal".split())
"""Words after which it is named what somebody speaks about."""

RELATIONS = (
    ASIDES
    | RELATED_PEOPLE
    | REACTIONS
    | frozenset(
        """
    skor umur usia asal keluarga jabatan pangkat gaji peringkat rekor agenda rute jadwal harga biaya tarif ongkos
    denda hukuman vonis pasal isi janji rencana target anggaran nasib kondisi kabar kelanjutan perkembangan
    kejadian peristiwa kasus acara syarat cara caranya manfaat gejala ciri luas tinggi panjang berat jarak
    kekuatan magnitudo kedalaman durasi lama kapasitas penonton peserta kuasa hukum partai koalisi lulusan
    pendidikan kuliah kekayaan merek tipe jenis model spesifikasi orang warga pihak unit
    tiket karcis sewa parkir paket kamar
    """.split()
    )
)
"""Nouns that belong to something else, which must have been named."""

TITLES = frozenset(
    """
    presiden menteri menko gubernur bupati walikota wali camat lurah ketua sekretaris bendahara direktur dirut komisaris
    ceo kapolri kapolda kapolres panglima jaksa hakim juru pelatih kapten manajer asisten kepala rektor dubes raja ratu
    perdana kanselir paus uskup
    """.split()
)
"""Offices: alone they may mean the one of the country, with "-nya" that of what was named."""

MEASURED = frozenset(
    """
    harga tarif gaji biaya ongkos jumlah populasi penduduk ibukota luas upah umr ump kurs nilai
    """.split()
)
"""Nouns whose next word says of what."""

DIRECTIONS = frozenset("barat timur tengah utara selatan tenggara daya pusat".split())
BEFORE_NAME = frozenset(
    """
    jawa sumatera sumatra kalimantan sulawesi papua nusa bangka kepulauan kota kabupaten provinsi dki di banda
    bandar tanjung pangkal palangka korea amerika arab selandia inggris uni
    """.split()
)
"""First words of places that have two."""

NOT_POSSESSED = frozenset(
    """
    hanya punya tanya nanya mempunyai bertanya menanya sebenarnya akhirnya rupanya artinya biasanya misalnya ternyata
    nyatanya kayaknya kayanya sepertinya pokoknya intinya harusnya seharusnya sebaiknya umumnya sebelumnya selanjutnya
    berikutnya setidaknya khususnya banyaknya katanya masanya kenya niscaya budaya surabaya percaya jaya raya kaya daya
    bahaya cahaya biaya karya mulia tasikmalaya
    """.split()
)
"""Words in "-nya" or "-ya" that own nothing."""

REQUESTS = frozenset("berita kabar info informasi news headline update".split())
"""Words that ask for news of any kind."""

BARE_VERBS = frozenset(
    """
    naik turun menang kalah lolos gagal luka hilang selamat ikut hadir masuk keluar mulai selesai tutup buka jadi
    meninggal tewas bebas lahir wafat mundur batal sembuh tayang rilis main tanding libur cair lulus pensiun
    menikah cerai pulang datang pergi tiba
    """.split()
)
"""Verbs without a prefix."""

# small talk: words and phrases, folded, runs of a letter shortened

ADDRESS = frozenset(
    """
    kak kakak min admin bang gan bro sis bot kutip pak bu mas mbak om tante dok ya yah yaa dong deh sih nih tuh
    loh lho kok aja saja juga banget sangat sekali semua semuanya semoga lah ah oh eh hmm nya lagi dulu untuk atas
    atau infonya jawabannya bantuannya informasinya info jawaban bantuan informasi sudah membantu dibantu kamu
    anda
    """.split()
)
"""Words around small talk that change nothing."""

GREETINGS = frozenset(
    """
    halo hallo helo hello hai hay hei hey hi hy pagi siang sore malam malem met selamat permisi punten
    assalamualaikum assalamu'alaikum asalamualaikum salam salamualaikum shalom wassalamualaikum tes test testing
    ping p apa kabar kabarnya misi mikum
    """.split()
)
THANKS = frozenset(
    """
    terima kasih banyak so much terimakasih makasih makasi makasiy mksh mksih mkasih trims trimakasih tq ty thanks thank
    you thx tks tengkyu thankyou nuhun hatur suwun matur nuwun syukron arigato tengs
    """.split()
)
FINE = frozenset(
    """
    ok oke okay okey okeh okei oks sip siip siap sipp baik baiklah iya iyaa yoi yups yup yes y betul benar noted
    paham mengerti ngerti jelas begitu gitu tidak enggak jadi k nggak no gpp papa apa-apa cukup sudah
    """.split()
)
GOODBYES = frozenset("dadah dah dadaah bye babai babay sampai jumpa nanti pamit byebye tidur istirahat".split())
PRAISE = frozenset(
    """
    keren kerja jiwa mantap mantab mantul bagus hebat top pinter pintar good job nice great jos joss gokil luar biasa
    cerdas canggih oke josgandos cakep asik asyik asyiik wow wah wuih
    """.split()
)
COMPLAINTS = frozenset(
    """
    bodoh goblok tolol bego dungu jelek payah ngaco ngawur salah sampah anjing bangsat sialan lemot gajelas
    nyambung gak tidak enggak nggak ga
    """.split()
)
SORRY = frozenset("maaf sori sorry maap maafkan ampun".split())
LAUGHTER = frozenset("haha hehe hihi wkwk wkwkwk awokwok awkwk lol xixi hahaha hehehe ngakak kocak lucu".split())

WHO_ARE_YOU = (
    r"(?:si)?apa(?:kah)? (?:nama)?(?:kamu|mu|anda|elu|lo|lu|dirimu)",
    r"(?:kamu|anda|elu|lo|lu) (?:itu )?(?:siapa|apa|bot apa|robot|bot|manusia|ai|chatgpt)",
    r"(?:nama|namamu) (?:kamu |anda )?(?:siapa|apa)",
    r"siapa nama(?:mu| kamu| anda)",
    r"(?:ini|itu) (?:bot )?(?:apa|siapa)(?: ini)?",
    r"(?:ini )?bot apa(?: ini)?",
    r"apa(?:kah)? kamu (?:robot|bot|manusia|ai)",
    r"(?:kamu|anda|bot ini|ini) (?:bisa|dapat) (?:apa|ngapain|tanya apa|bantu apa|buat apa)(?: saja)?",
    r"bisa (?:apa|tanya apa|bantu apa|ngapain)(?: saja)?",
    r"(?:bagaimana )?cara (?:pakai|memakai|menggunakan|kerja)(?:nya)?(?: kamu| bot ini| ini| bot)?(?: bagaimana)?",
    r"siapa (?:yang )?(?:membuat|pembuat|bikin|buat|pencipta)(?: bot)?(?: kamu|mu| anda| ini)(?: bot)?",
    r"untuk apa (?:bot )?ini",
    r"perkenalkan diri(?:mu)?",
)
"""Whole texts that ask about the bot."""

WANTS_TO_ASK = (
    r"(?:(?:saya|aku|gue|gw|kita) )?(?:(?:mau|boleh|bisa|ingin|pengen|pengin|numpang|izin|ijin|minta) )"
    r"(?:tanya|nanya|bertanya|tanya-tanya|nanya-nanya)(?: (?:boleh|bisa|dulu|sesuatu|sebentar|berita|tidak|gak))*"
)
"""Whole texts that announce a question."""

EMOJI = {
    **dict.fromkeys("🙏🤲", "thanks"),
    **dict.fromkeys("👍👌✅🫡😊🙂", "fine"),
    **dict.fromkeys("👏🔥❤😍🥰💯🎉", "praise"),
    **dict.fromkeys("😂🤣😆😁😅", "laughter"),
    "👋": "greeting",
    "👎": "complaint",
}
"""Kinds of small talk that a text of nothing but emoji is."""
