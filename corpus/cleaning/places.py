"""Places that stand in datelines: cities, regencies and provinces of Indonesia, cities and countries of the world.

A table and nothing else. It decides only where a dateline could be mistaken for text: "Jakarta - Harga ..." is a
dateline, "Korban - yang ..." is not, and "JakartaHarga ..." is to be cut after the seventh letter.
"""

from __future__ import annotations

_INDONESIA = """
Aceh Aceh Barat Daya|Aceh Barat|Aceh Besar|Aceh Jaya|Aceh Selatan|Aceh Singkil|Aceh Tamiang|Aceh Tengah|Aceh Tenggara
Aceh|Aceh Timur|Aceh Utara|Banda Aceh|Bener Meriah|Bireuen|Blangpidie|Calang|Gayo Lues|Idi|Jantho|Kutacane|Langsa
Lhokseumawe|Lhoksukon|Meulaboh|Meureudu|Nagan Raya|Pidie|Pidie Jaya|Sabang|Sigli|Simeulue|Singkil|Subulussalam
Takengon|Tapaktuan|Asahan|Balige|Batu Bara|Batubara|Berastagi|Binjai|Dairi|Deli Serdang|Deliserdang|Gunungsitoli
Humbahas|Karo|Humbang Hasundutan|Kabanjahe|Kisaran|Labuhanbatu|Labuhan Batu|Langkat|Lubuk Pakam|Mandailing Natal|Medan
Nias|Nias Selatan|Padang Lawas|Padangsidimpuan|Padang Sidempuan|Pematangsiantar|Pematang Siantar|Rantauprapat|Samosir
Serdang Bedagai|Siantar|Sibolga|Sidikalang|Simalungun|Stabat|Tanjungbalai|Tanjung Balai|Tapanuli Selatan
Tapanuli Tengah|Tapanuli Utara|Tarutung|Tebing Tinggi|Tebingtinggi|Toba|Toba Samosir|Sumut|Sumatera Utara|Agam
Batusangkar|Bukittinggi|Dharmasraya|Lima Puluh Kota|Limapuluh Kota|Mentawai|Kepulauan Mentawai|Padang|Padang Panjang
Padangpanjang|Padang Pariaman|Painan|Pariaman|Pasaman|Pasaman Barat|Payakumbuh|Pesisir Selatan|Sawahlunto|Sijunjung
Solok|Solok Selatan|Tanah Datar|Sumbar|Sumatera Barat|Bangkinang|Bengkalis|Dumai|Indragiri Hilir|Indragiri Hulu|Kampar
Kepulauan Meranti|Kuansing|Kuantan Singingi|Meranti|Pekanbaru|Pelalawan|Rengat|Rohil|Rohul|Rokan Hilir|Rokan Hulu|Siak
Teluk Kuantan|Tembilahan|Riau|Anambas|Batam|Bintan|Karimun|Lingga|Natuna|Tanjungpinang|Tanjung Pinang|Kepri
Kepulauan Riau|Batanghari|Bungo|Jambi|Kerinci|Merangin|Muaro Jambi|Muara Bungo|Sarolangun|Sungai Penuh|Sungaipenuh
Tanjung Jabung Barat|Tanjung Jabung Timur|Tebo|Banyuasin|Baturaja|Empat Lawang|Indralaya|Kayuagung|Lahat|Lubuklinggau
Lubuk Linggau|Muara Enim|Muaraenim|Muratara|Musi Banyuasin|Musi Rawas|Musi Rawas Utara|Muba|Ogan Ilir|OKI|OKU
OKU Selatan|OKU Timur|Ogan Komering Ilir|Ogan Komering Ulu|Pagar Alam|Pagaralam|Palembang|PALI|Prabumulih|Sekayu
Sumsel|Sumatera Selatan|Bengkulu|Curup|Kaur|Kepahiang|Lebong|Mukomuko|Rejang Lebong|Seluma|Bandar Lampung
Bandarlampung|Kalianda|Kotabumi|Lampung|Lampung Barat|Lampung Selatan|Lampung Tengah|Lampung Timur|Lampung Utara|Liwa
Mesuji|Metro|Pesawaran|Pesisir Barat|Pringsewu|Tanggamus|Tulang Bawang|Tulang Bawang Barat|Way Kanan|Babel|Bangka
Bangka Barat|Bangka Belitung|Bangka Selatan|Bangka Tengah|Belitung|Belitung Timur|Koba|Mentok|Muntok|Pangkalpinang
Pangkal Pinang|Sungailiat|Tanjungpandan|Jakarta|DKI Jakarta|Jakarta Barat|Jakarta Pusat|Jakarta Selatan|Jakarta Timur
Jakarta Utara|Kepulauan Seribu|Gambir|Kebayoran Baru|Duren Sawit|Senayan|Menteng|Jabodetabek|Banten|Cilegon|Lebak
Pandeglang|Rangkasbitung|Serang|Tangerang|Tangerang Selatan|Tangsel|Kabupaten Tangerang|Serpong|Bandung|Bandung Barat
Banjar|Bekasi|Bogor|Kabupaten Bandung|Kabupaten Bekasi|Kabupaten Bogor|Kota Bogor|Kota Bekasi|Kota Bandung|Ciamis
Cianjur|Cibinong|Cikarang|Cimahi|Cirebon|Depok|Garut|Indramayu|Jatinangor|Karawang|Kuningan|Lembang|Majalengka
Pangalengan|Pangandaran|Puncak|Purwakarta|Singaparna|Soreang|Subang|Sukabumi|Sumedang|Tasikmalaya|Jabar|Jawa Barat
Banjarnegara|Banyumas|Batang|Blora|Boyolali|Brebes|Cilacap|Demak|Grobogan|Jepara|Karanganyar|Kebumen|Kendal|Klaten
Kudus|Magelang|Mungkid|Pati|Pekalongan|Pemalang|Purbalingga|Purwodadi|Purwokerto|Purworejo|Rembang|Salatiga|Semarang
Slawi|Solo|Sragen|Sukoharjo|Surakarta|Tegal|Temanggung|Ungaran|Wonogiri|Wonosobo|Jateng|Jawa Tengah|Bantul|DIY
Gunungkidul|Gunung Kidul|Kulon Progo|Kulonprogo|Sleman|Wates|Wonosari|Yogya|Yogyakarta|Jogja|Jogjakarta|Bangkalan
Banyuwangi|Batu|Blitar|Bojonegoro|Bondowoso|Gresik|Jember|Jombang|Kediri|Kepanjen|Lamongan|Lumajang|Madiun|Madura
Magetan|Malang|Mojokerto|Nganjuk|Ngawi|Pacitan|Pamekasan|Pasuruan|Ponorogo|Probolinggo|Sampang|Sidoarjo|Situbondo
Sumenep|Surabaya|Trenggalek|Tuban|Tulungagung|Jatim|Jawa Timur|Badung|Bali|Bangli|Buleleng|Denpasar|Gianyar|Jembrana
Karangasem|Klungkung|Kuta|Mangupura|Negara|Nusa Dua|Sanur|Singaraja|Tabanan|Ubud|Bima|Dompu|Lombok|Lombok Barat
Lombok Tengah|Lombok Timur|Lombok Utara|Mataram|Praya|Selong|Sumbawa|Sumbawa Barat|Sumbawa Besar|Taliwang|NTB
Nusa Tenggara Barat|Alor|Atambua|Bajawa|Belu|Ende|Flores|Flores Timur|Kalabahi|Kefamenanu|Kupang|Labuan Bajo|Larantuka
Lembata|Lewoleba|Malaka|Manggarai|Manggarai Barat|Manggarai Timur|Maumere|Nagekeo|Ngada|Rote Ndao|Ruteng|Sabu Raijua
Sikka|Soe|Sumba|Sumba Barat|Sumba Barat Daya|Sumba Tengah|Sumba Timur|TTS|TTU|Waingapu|NTT|Nusa Tenggara Timur
Bengkayang|Kapuas Hulu|Kayong Utara|Ketapang|Kubu Raya|Landak|Melawi|Mempawah|Ngabang|Pontianak|Putussibau|Sambas
Sanggau|Sekadau|Singkawang|Sintang|Kalbar|Kalimantan Barat|Barito Selatan|Barito Timur|Barito Utara|Buntok|Gunung Mas
Kapuas|Kasongan|Katingan|Kotawaringin Barat|Kotawaringin Timur|Kuala Kapuas|Lamandau|Muara Teweh|Murung Raya
Palangka Raya|Palangkaraya|Pangkalan Bun|Pulang Pisau|Sampit|Seruyan|Sukamara|Tamiang Layang|Kalteng|Kalimantan Tengah
Amuntai|Balangan|Banjarbaru|Banjarmasin|Barabai|Barito Kuala|Batola|Batulicin|Hulu Sungai Selatan|Hulu Sungai Tengah
Hulu Sungai Utara|Kandangan|Kotabaru|Marabahan|Martapura|Paringin|Pelaihari|Rantau|Tabalong|Tanah Bumbu|Tanah Laut
Tanjung|Tapin|Kalsel|Kalimantan Selatan|Balikpapan|Berau|Bontang|IKN|Kutai Barat|Kutai Kartanegara|Kutai Timur|Kukar
Kutim|Mahulu|Mahakam Ulu|Nusantara|Paser|Penajam|Penajam Paser Utara|PPU|Samarinda|Sangatta|Sendawar|Tanah Grogot
Tanjung Redeb|Tenggarong|Kaltim|Kalimantan Timur|Bulungan|Malinau|Nunukan|Tana Tidung|Tanjung Selor|Tarakan|Kaltara
Kalimantan Utara|Airmadidi|Bitung|Bolmong|Bolaang Mongondow|Boltim|Kotamobagu|Manado|Minahasa|Minahasa Selatan
Minahasa Tenggara|Minahasa Utara|Minut|Sangihe|Sitaro|Talaud|Tomohon|Tondano|Sulut|Sulawesi Utara|Boalemo|Bone Bolango
Bonebol|Gorontalo|Kabupaten Gorontalo|Kota Gorontalo|Gorontalo Utara|Limboto|Pohuwato|Suwawa|Ampana|Banggai|Buol
Donggala|Luwuk|Morowali|Palu|Parigi|Parigi Moutong|Poso|Sigi|Tojo Una-Una|Tolitoli|Sulteng|Sulawesi Tengah|Majene
Mamasa|Mamuju|Mamuju Tengah|Pasangkayu|Polewali|Polewali Mandar|Polman|Sulbar|Sulawesi Barat|Bantaeng|Barru|Bone
Bulukumba|Enrekang|Gowa|Jeneponto|Luwu|Luwu Timur|Luwu Utara|Makale|Makassar|Malili|Maros|Masamba|Palopo|Pangkep
Parepare|Pinrang|Rantepao|Selayar|Sengkang|Sidrap|Sinjai|Soppeng|Sungguminasa|Takalar|Tana Toraja|Toraja|Toraja Utara
Wajo|Watampone|Sulsel|Sulawesi Selatan|Baubau|Bau-Bau|Bombana|Buton|Buton Selatan|Kendari|Kolaka|Kolaka Timur
Kolaka Utara|Konawe|Konawe Selatan|Konawe Utara|Muna|Raha|Unaaha|Wakatobi|Sultra|Sulawesi Tenggara|Ambon|Aru|Buru|Dobo
Maluku|Maluku Barat Daya|Maluku Tengah|Maluku Tenggara|Masohi|Namlea|Piru|Saumlaki|Seram|Seram Bagian Barat
Seram Bagian Timur|Tanimbar|Tual|Halmahera|Halmahera Barat|Halmahera Selatan|Halmahera Tengah|Halmahera Timur
Halmahera Utara|Jailolo|Kepulauan Sula|Labuha|Maluku Utara|Morotai|Pulau Morotai|Sofifi|Ternate|Tidore|Tobelo|Weda
Asmat|Biak|Biak Numfor|Boven Digoel|Deiyai|Dogiyai|Fakfak|Intan Jaya|Jayapura|Jayawijaya|Kaimana|Keerom|Lanny Jaya
Manokwari|Mappi|Maybrat|Merauke|Mimika|Nabire|Nduga|Oksibil|Paniai|Papua|Papua Barat|Papua Barat Daya|Papua Pegunungan
Papua Selatan|Papua Tengah|Pegunungan Bintang|Puncak Jaya|Raja Ampat|Sarmi|Sentani|Serui|Sorong|Sorong Selatan|Supiori
Tambrauw|Teluk Bintuni|Teluk Wondama|Timika|Tolikara|Wamena|Waropen|Yahukimo|Yalimo|Yapen|Indonesia
"""

_WORLD = """
Abu Dhabi|Abuja|Accra|Addis Ababa|Adelaide|Afghanistan|Afrika Selatan|Alcaniz|Algiers|Aljazair|Amman|Amerika Serikat
Amsterdam|Andorra|Ankara|Antalya|Antwerp|Aragon|Arab Saudi|Arafah|Argentina|AS|Ashgabat|Assen|Astana|Athena|Athens
Atlanta|Auckland|Austin|Australia|Austria|Baghdad|Bahrain|Baku|Bangalore|Bangkok|Bangladesh|Barcelona|Basel|Beijing
Beirut|Belanda|Belfast|Belgia|Belgrade|Bengaluru|Berlin|Bern|Bilbao|Birmingham|Bogota|Bologna|Bordeaux|Boston|Brasil
Brasilia|Bratislava|Brasília|Brisbane|Brno|Brunei|Brussel|Brussels|Bucharest|Budapest|Buenos Aires|Bukares|Busan
Cagliari|Cairo|California|Calcutta|Canberra|Cannes|Cape Town|Caracas|Cardiff|Carolina Utara|Catalunya|Chengdu|Chennai
Chiang Mai|Chicago|China|Chongqing|Christchurch|Cile|Colombo|Copenhagen|Cupertino|Dakar|Dallas|Damaskus|Damascus|Davos
Delhi|Den Haag|Denmark|Denver|Detroit|Dhaka|Dili|Doha|Donetsk|Dortmund|Dubai|Dublin|Edinburgh|Erlangen|Fiji|Filipina
Finlandia|Firenze|Florence|Florida|Frankfurt|Fukuoka|Gaza|Gaza City|Gdansk|Genewa|Geneva|Genoa|Glasgow|Graz|Grozny
Guangzhou|Hamburg|Hangzhou|Hanoi|Harare|Havana|Hawaii|Helsinki|Hiroshima|Ho Chi Minh|Ho Chi Minh City|Hong Kong
Honolulu|Houston|Hyderabad|India|Indianapolis|Inggris|Irak|Iran|Irlandia|Islamabad|Israel|Istanbul|Italia|Jalur Gaza
Jeddah|Jenewa|Jepang|Jerez|Jerman|Jerusalem|Johannesburg|Johor|Johor Bahru|Kabul|Kairo|Kamboja|Kamchatka|Kanada
Karachi|Karibia|Kathmandu|Khartoum|Kharkiv|Kiev|Kigali|Kinshasa|Kobe|Kolkata|Kopenhagen|Korea Selatan|Korea Utara
Kota Kinabalu|Kuala Lumpur|Kuching|Kuwait|Kuwait City|Kyiv|Kyoto|Lagos|Lahore|Laos|Las Vegas|Lausanne|Le Mans|Lebanon
Leicester|Leipzig|Lens|Lille|Lilongwe|Lima|Lisabon|Lisbon|Liverpool|London|Loreto|Los Angeles|Lusail|Luxembourg|Lviv
Lyon|Macau|Madinah|Madrid|Maladewa|Malaysia|Malta|Manama|Manchester|Manila|Marseille|Maryland|Melaka|Melbourne|Meksiko
Mekkah|Makkah|Mekah|Mexico City|Miami|Michigan|Mijas|Milan|Milano|Mina|Minneapolis|Minsk|Mogadishu|Monaco|Monako
Montreal|Monza|Moskow|Moskwa|Moscow|Mostar|Mugello|Mumbai|Munich|Muenchen|Muscat|Myanmar|Muzdalifah|Nagoya|Nairobi
Nakhon Ratchasima|Nanning|Napoli|Naypyidaw|Nepal|Netherlands|New Delhi|New Jersey|New York|New York City|Newcastle
Nice|Nicosia|Norwegia|Nouméa|Nyon|Osaka|Oslo|Ottawa|Oxford|Pakistan|Palermo|Palestina|Panama|Paris|Pattaya|Penang
Perancis|Perth|Peshawar|Philadelphia|Phnom Penh|Phuket|Poznan|Praha|Prague|Prancis|Pretoria|Putrajaya|Pyongyang|Qatar
Quebec|Quito|Rabat|Rafah|Ramallah|Ravenna|Reggio Emilia|Reykjavik|Riga|Rio de Janeiro|Riyadh|Roma|Rome|Rotterdam|Rusia
Saint Petersburg|San Francisco|San Fransisco|San Diego|Sana'a|Sanaa|Santiago|Sao Paulo|Saudi Arabia|Seattle
Selandia Baru|Senegal|Seoul|Sepang|Sevilla|Shanghai|Sheffield|Shenzhen|Silverstone|Singapura|Singapore|Skopje|Sofia
Spanyol|Sri Lanka|St Petersburg|St. Petersburg|Stockholm|Strasbourg|Stuttgart|Sudan|Suita|Suriah|Suva|Swedia|Swiss
Sydney|Taif|Taipei|Taiwan|Tallinn|Tashkent|Tbilisi|Teheran|Tehran|Tel Aviv|Tennessee|Texas|Thailand|Thimphu|Tiongkok
Tokyo|Toronto|Toulouse|Tripoli|Tunis|Turin|Turki|Turkiye|UEA|Ukraina|Ulaanbaatar|Uni Emirat Arab|Utrecht|Valencia
Vancouver|Vatikan|Venesia|Venezuela|Vienna|Vientiane|Vietnam|Vilnius|Warsaw|Warsawa|Washington|Washington DC
Washington D.C|Washington, DC|Washington, D.C|Wellington|Wembley|Wina|Wuhan|Yaman|Yangon|Yerusalem|Yerevan|Yordania
Yunani|Zagreb|Zaporizhzhia|Zurich|Zürich
"""


def _read(table: str) -> frozenset[str]:
    return frozenset(place.strip().casefold() for row in table.strip().split("\n") for place in row.split("|"))


PLACES: frozenset[str] = _read(_INDONESIA) | _read(_WORLD)
"""Case-folded names."""

LONGEST_PLACE_CHARS: int = max(map(len, PLACES))
"""No name of the table is longer."""


def is_place(text: str) -> bool:
    """Whether the whole text is the name of a place of the table, without regard to case.

    >>> is_place("BANDA ACEH"), is_place("Korban")
    (True, False)
    """
    return " ".join(text.split()).casefold() in PLACES


def place_prefix(text: str) -> int:
    """Length of the longest place that the text begins with, 0 if none; the text may go on without a space.

    >>> place_prefix("JakartaHarga cabai"), place_prefix("Tel AvivPasukan"), place_prefix("Harga cabai")
    (7, 8, 0)
    """
    head = text[:LONGEST_PLACE_CHARS].casefold()
    for length in range(len(head), 1, -1):
        if head[:length] in PLACES:
            return length
    return 0
