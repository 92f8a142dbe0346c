"""Words that tell the beginning of a sentence from the middle of a headline.

Headlines of Indonesian portals are written in title case, with small words in lower case. A small word with a capital,
a pronoun or a reporting verb therefore opens a sentence far more often than it stands inside a headline.
"""

from __future__ import annotations

import re


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


LOWER_IN_HEADLINES: frozenset[str] = _words("""
agar akibat ala and antara atas atau bagi bak bin buat by cs da dalam dan dari daripada de demi dengan di dkk dr for
gegara hingga in jika kalau karena ke kepada lalu lewat melalui meski of off oleh on pada para per pun saat sampai
sang sebagai sejak selama seperti serta setelah si soal tanpa tapi tentang terhadap tetapi the to untuk usai van via
von vs yang
""")
"""Words that headlines write in lower case; any other word in lower case belongs to a sentence."""

OPENERS: frozenset[str] = _words("""
Acara Ada Adanya Adapun Agar Akhirnya Akibat Akibatnya Aku Alasannya Alhamdulillah Alhasil Alih-alih Anda Antara Apa
Apabila Apakah Apalagi Artinya Atas Atau Awalnya Bagaimana Baginya Bahkan Bahwa Baik Banyak Baru-baru Beberapa Begitu
Belakangan Beliau Benarkah Berawal Berbeda Berbekal Berbicara Berdasarkan Berikut Berikutnya Berkaca Bersamaan
Biasanya Bila Bukan Bukannya Caranya Contohnya Dalam Dan Dari Daripada Delapan Demikian Dengan Di Dia Diberitakan
Diharapkan Dihubungi Dijelaskan Dikabarkan Dikatakan Diketahui Dikutip Dilansir Dimana Dinukil Dirangkum Dirinya
Disampaikan Disebutkan Disinggung Disitat Ditanya Ditemui Enam Entah Hadir Hal Harapannya Hasilnya Hingga Ia Ini
Inilah Intinya Ironisnya Itu Itulah Iya Jadi Jika Jumlah Jumlahnya Justru Kabarnya Kala Kalau Kami Karena Karenanya
Kasus Kata Kata-kata Katanya Kebanyakan Kebetulan Kedua Keduanya Keempat Kegiatan Kejadian Kelima Kemarin Kemudian
Kenapa Kendati Kepada Keputusan Kesimpulannya Ketiga Ketiganya Ketika Khususnya Kini Kita Kondisi Konon Kurang Lagi
Lain Lalu Langkah Lantaran Lantas Lebih Maka Makanya Malahan Mari Mayoritas Melainkan Melalui Melansir Melihat Memang
Memasuki Memiliki Mempunyai Menanggapi Menariknya Mendengar Mengacu Mengapa Mengenai Mengetahui Mengingat Mengusung
Mengutip Menindaklanjuti Menjelang Menurut Menurutku Menurutnya Menyusul Merasa Mereka Merespons Merujuk Meski
Meskipun Misalnya Mohon Mudah-mudahan Mulanya Mungkin Nah Namun Nanti Nantinya Oleh Otomatis Pada Padahal Para
Pasalnya Pasca Pastikan Pastinya Penelitian Peristiwa Perlu Pernyataan Pertama Pertama-tama Pertemuan Pihak Pihaknya
Pokoknya Rata-rata Rencananya Rupanya Saat Salah Sambil Saya Sayangnya Sebab Sebagai Sebagaimana Sebagian Sebaliknya
Sebanyak Sebelum Sebelumnya Sebenarnya Sebetulnya Sebuah Secara Sedangkan Sedikitnya Seharusnya Sehingga Sehubungan
Seiring Sejak Sejalan Sejatinya Sejauh Sejumlah Sekadar Sekaligus Sekarang Sekilas Sekitar Selain Selama Selang
Selanjutnya Seluruh Seluruhnya Semenjak Semoga Semua Semula Senada Seorang Sepanjang Seperti Sepertinya Seringkali
Serta Sesampainya Seseorang Sesuai Sesungguhnya Setelah Setelahnya Seterusnya Setiap Setibanya Setidaknya Siapa
Silakan Singkatnya Sisanya Situasi Soalnya Suatu Supaya Tadi Tadinya Tahukah Tak Tanpa Tapi Tentu Tentunya Tepat
Tepatnya Terakhir Terdapat Terkait Terlebih Terlepas Terlihat Termasuk Ternyata Terpisah Tersangka Terutama Tetapi
Tidak Tiga Total Tujuannya Umumnya Unggahan Uniknya Untuk Untungnya Usai Walau Walaupun Yaitu Yakni Yang
""")
"""Words that open sentences, and stand with a capital inside a headline seldom or not at all."""

ROLES: frozenset[str] = _words("""
Analis Anggota Asisten Bank Bupati CEO Camat Co-founder Deputi Dewan Dinas Direktorat Direktur Dirjen Dirut Dosen Dr
Ekonom Eks Founder General Gubernur Hakim Humas Irjen Jaksa Jenderal Juru Kabag Kabid Kabupaten Kadis Kanit Kapolda
Kapolres Kapolresta Kapolri Kapolsek Kasat Kasi Kasus Kejaksaan Kementerian Kepala Ketua Ketum Kolonel Komandan Kombes
Komisaris Komisi Komjen Kompol Koordinator Kota Kuasa Lembaga Lurah Mahkamah Majelis Managing Manajer Mantan Mendagri
Menhub Menkes Menkeu Menko Menlu Mensos Menteri PLT PT Panglima Partai Pelatih Pemerintah Pemkab Pemkot Pemprov
Penasihat Peneliti Pengacara Pengamat Plt Polda Polisi Polres Polsek Presiden President Prof Profesor Raja Rektor Sang
Satgas Sekda Sekjen Sekretaris Senator Senior Staf Tim Ustaz VP Vice Wabup Wagub Wakapolri Wakil Wali Walikota Wamen
Warga
""")
"""Titles and kinds of bodies, which open a sentence together with the name that follows them."""

_POSSESSIVE = re.compile(r"[A-Z][a-z]{3,}nya\Z")


def opens_sentence(word: str) -> bool:
    """Whether a word with a capital is likely to be the first of a sentence.

    >>> opens_sentence("Menurutnya"), opens_sentence("Harganya"), opens_sentence("Jakarta")
    (True, True, False)
    """
    return word in OPENERS or _POSSESSIVE.match(word) is not None
