"""Ordinary Indonesian words, as far as :mod:`corpus.cleaning.glue` needs them to see where two words meet.

Facts of the language, written down from general knowledge: nothing here says how often a word occurs. Forms with
affixes and clitics are built from these by :mod:`corpus.cleaning.glue_lexicon`.
"""

from __future__ import annotations

FUNCTION_WORDS = frozenset(
    """
    ada adakah adalah adapun agar aja akan akankah akhirnya aku alias amat anda antara antaranya apa apabila apakah
    apalagi asal atas atau ataupun awalnya bagai bagaikan bagaimana bagaimanapun bagi bahkan bahwa bahwasanya banget
    banyak barangkali bareng baru bawah beberapa begini begitu begitupun belakang belakangan belas belasan beliau
    belum berbagai berdasarkan berikut berikutnya berkat bersama bertepatan biar bisa boleh buat bukan bukankah
    bukanlah bukannya cukup cuma dahulu dalam dan dapat dari daripada deh dekat delapan demi demikian dengan depan di
    diri dong dua dulu empat enam enggak entah gak gini gitu hadapan hal hampir hanya hanyalah harus haruskah hendak
    hingga ia ialah ibarat ingin ini inilah itu itulah jadi jangan jarang jauh jelang jelas jika jikalau juga juncto
    justru juta jutaan kalau kalian kami kan kapan karena katanya kayak ke kedelapan kedua keduanya keempat keenam
    kelima kemarin kembali kemudian kenapa kendati kepada kerap kerapkali kesembilan kesepuluh ketiga ketiganya ketika
    ketimbang ketujuh khususnya kini kita kok kurang lagi lain lainnya lalu lama lantaran lantas lebih lewat lho lima
    loh luar maka makin malah malahan mana masih masing maupun melainkan melalui melansir memang mengenai menjadi
    menjelang menuju menurut menurutnya menyusul mereka meski meskipun miliar miliaran misalnya mulai mungkin nah
    namun nanti nggak nih nyaris oleh olehnya pada padahal paling para pasti pastinya per percuma perlu pernah persen
    pertama pula puluh puluhan pun ratus ratusan ribu ribuan rupanya saat saja saking saling sama sambil sampai sampe
    samping sana sang sangat satu saya se seakan seandainya sebab sebabnya sebagai sebagaimana sebagian sebaliknya
    sebanyak sebelas sebelum sebelumnya sebenarnya seberapa sebesar sebetulnya sebuah sebulan sebut secara sedang
    sedangkan sedemikian sedikit segala segera seharga sehari sehingga sehubungan sejak sejauh sejumlah sejuta sekadar
    sekali sekaligus sekalipun sekarang sekeliling sekitar selagi selain selaku selalu selama selanjutnya selepas
    seluruh seluruhnya semacam semakin semalam sembari sembilan semenjak sementara sempat semua semula sendiri senilai
    seolah seorang sepanjang separuh sepekan seperempat seperti sepuluh seratus seribu sering seringkali serta sesama
    sesekali seseorang sesuai sesuatu sesudah setahun setelah setengah seterusnya setiap setidaknya setinggi seusai si
    siapa sih sini situ sontak suatu sudah supaya tadi tak tanpa tapi telah tengah tentang tentu tentunya terhadap
    terlalu termasuk ternyata tersebut terus tetap tetapi tiap tiba tidak tidaklah tiga triliun triliunan tuh tujuh
    turut ucap udah ujar ujarnya umumnya untuk usai via waktu walau walaupun ya yaitu yakni yang
    """.split()
)
"""Words that hold sentences together; a removed link loses the space beside them more than anywhere."""

ROOTS = frozenset(
    """
    abadi abai abdi absen acara acu adab adaptasi adil adopsi adu aduk adzan afiliasi agenda agih ajak ajar aju akar
    akhir akibat akrab akses aksi aktif aku akui akuisisi akumulasi alam alami alas alih alir alokasi aman amanat amat
    ambil ambisi ampun amuk analisis ancam andai andal anggap anggar anggota angkat angkut angsur aniaya anjur antar
    antisipasi antre anugerah anut aplikasi apresiasi arah arti arung asah asing asuh asumsi asuransi atas atur audit
    awal awas ayun baca bagi bahagia bahas bahaya baik bakar bakti balap balas balik balut banding bangga bangkang
    bangkit bangkrut bangun banjir bantah bantai bantu banyak bareng baris baru basmi basuh batal batas batuk baur
    bawa bayang bayar beban bebas beda bedah bekal beku bekuk bela belah belanja beli belit belok beludak benah benar
    benci bendung bengis bengkak bentak bentang bentrok bentuk bentur berangkat berani berantas berat beri berita
    berkas besar betah beton betul biak biar biasa biaya bicara bidik bijak bikin bilang bimbing bina binasa bincang
    bingkai bingung bisik bisnis bius bobol bobot bocor bodoh bohong boikot bongkar borong bosan boyong buah buang
    buas buat bubar bubuh budaya bujuk buka bukti buku bulat bumbu bumi bunga bungkam bungkus buntu bunuh bunyi buru
    buruk busuk butuh cabut cacat cadang cahaya cair cakup calon campak campur canang canda candu cantum capai cari
    catat cedera cegah cekal cekik cela celaka cemar cemas cemburu cemooh cengkeram cerah cerai cerdas cerita cermat
    cermin cetak cetus cicil cicip cinta cipta citra coba coblos cocok copot coreng coret cuci cuit cukup cukur culik
    cuplik curah curang curi curiga daftar dagang dakwa dalam dalih dalil damai dampak damping dana dandan dapat darat
    dasar data datang daur daya debat debu debut definisi degradasi dekap dekat deklarasi delegasi demonstrasi dendam
    dengar depan deportasi deret derita derma desak deteksi dewasa diagnosis didik dingin diri disiplin diskusi
    distribusi doa dobrak dokter dokumentasi dominan dominasi domisili donasi dongkrak dorong dua duduk duel duga duka
    dukung dulang dusta edar edit edukasi ejek eksekusi eksis ekspansi eksploitasi eksplorasi ekspor ekspresi
    ekstradisi ekstrak elak elektrifikasi eliminasi emban embus empas endap endus enggan erat esensi evakuasi evaluasi
    fasilitas festival finalisasi finis fitnah fokus formulasi foto fungsi gabung gadai gagal gagas gairah gaji galang
    gali gambar ganas ganda gandeng ganggu ganjal ganjar ganti gantung garap garis garuda gaul gaya gebrak gegas gelap
    gelar geledah gelembung geliat gelintir gelontor gelora gelut gemar gembira gempa gempur gemuk genang genap gencar
    gendong generasi genggam genjot gerak gerebek geser getar giat gigit gila gilas giling gilir giring gizi goda
    golong goreng gores gotong goyang gugat gugur guling gulir guna guncang gusar gusur guyur habis hadang hadap
    hadiah hadir hafal hajar halal halang halau hambat hamil hancur hantam hantar hapal hapus harap harga hari
    harmonis harus hasil hasut hati haus hebat heboh hemat hembus henti heran hias hibah hibur hidang hidup hijau
    hijrah hilang hilir himbau himpun hina hindar hirup hitam hitung hormat hubung hujan hujat hukum huni ibadah
    ibarat identifikasi identitas ikat ikhlas iklan ikut ilham ilustrasi imam imbang imbas imbau imbuh imigrasi impi
    implementasi impor indah indikasi industri infeksi informasi ingat ingin ingkar inisiasi injak inovasi insiden
    inspeksi inspirasi instalasi instruksi integrasi interaksi interpretasi intervensi intimidasi intip investasi
    investigasi iring iris irit isap isi isolasi istimewa istirahat isu isyarat izin jabat jadi jadwal jaga jahat jaja
    jajah jajak jajal jalan jalin jalur jamin jamu janji jarah jarak jarang jaring jatuh jauh jawab jebak jebol jejak
    jejal jejer jelajah jelas jelma jemput jemur jengkel jenguk jenis jenuh jepit jera jerat jerit jinak jiwa jodoh
    joget jual juang juara judul juluk jumlah jumpa junjung jurus kabar kabul kabung kabur kagum kait kaji kalah kali
    kandang kandas kandung kantong kantor karang karantina karunia karya kasih kata kawal kawan kawin kaya kebal kecam
    kecewa kecil kejam kejar kejut kelabui keliling kelola keluar keluh kemas kembali kembang kemudi kemuka kena kenal
    kenang kencang kendala kendali kendara kenyang kepak kepul kepung kerah keramat kerap keras kering kerja keroyok
    keruk kesal ketahui ketat ketik ketuk khawatir khianat khusus kibar kikis kilau kira kirim kisah kisar klaim
    klarifikasi klasifikasi klik kobar kocok kolaborasi koleksi kombinasi komentar komersialisasi komitmen kompensasi
    kompetisi komplain komunikasi kondisi konfirmasi konsentrasi konsep konsolidasi konstruksi konsultasi konsumsi
    kontak kontrak kontribusi kontrol konversi koordinasi korban koreksi korupsi kosong kotor kredit kriminalisasi
    kritik kritis kuak kualifikasi kualitas kuasa kuat kubur kucur kukuh kuliah kumandang kumpul kunci kuning kunjung
    kuota kupas kurang kuras kurban kuret kurung kutip kutuk labrak labuh lacak laga lagu lahap lahir lain laju
    laksana laku lalai lalu lama lamar lambai lambang lambat lambung lampau lampir lancar landa landas langgan langgar
    langka langkah langsung lanjut lansir lantang lantar lantik lantun lapang lapis lapor lapuk larang lari larik
    laris larut latar latih lawan lawat layak layan layang layar lebar lebih lebur leceh ledak legal legalisasi
    legalisir lekat lelah lelang lemah lembaga lempar lengkap lengser lepas lestari letak letus lewat liar libat libur
    lihat likuidasi lilit limpah lindas lindung lintas lipat liput lirik lisensi logis lokal lokasi lolos lomba lompat
    loncat longgar longsor lonjak lontar lowong luap luas lubang lucu lucut lugas luka lukis luluh lulus lumpuh lunak
    lunas luncur lupa lurus maaf mabuk macam macet mahal mahir main maju makam makan makelar maklum makmur makna
    maksimal maksud malam malas malu mampu mandat mandek mandi mandiri manfaat mangkir mangsa manipulasi manja manusia
    marah marak masak masalah masuk masyarakat matang mati media mediasi mekar menang mentor mesra milik mimpi minat
    minim minimal minimalisir minta minum miring mirip miskin mobilisasi modal modernisasi modifikasi mohon monitor
    motivasi mual muat muda mudah mudik muka mukim mula mulai mulia mulus muncul mundur mungkin mungkir murah murka
    murni musnah musuh musyawarah mutasi mutu nafkah naik nama nampak nanti narasi nasib nasihat nasional negara
    negosiasi nekat niat nikah nikmat nilai nobat nonaktif nonton normal normalisasi notifikasi nyala nyaman nyanyi
    nyata nyawa obat obrol olah oleng olok omel operasi oprek optimal optimalisasi orasi orbit organisasi orientasi
    otak pacu padam padat padu paham pajak pajang pakai paksa palak palsu pamer pamit panas pancar pandang pandu panen
    pangan panggang panggil pangkas pangku panik panjang panjat pantas pantau pantul papar parah paralel parkir
    partisipasi pasang pasar pasien pasok pasti patah patok patroli patuh patut payung pecah pecat peduli pegal pegang
    peka pekik pelan pelanting pelihara pelopor peluang peluk pencar pendam pendar pendek pengaruh penjara pensiun
    pentas penting penuh peragaan peran perang perantara peras perbarui percaya percik pergi periksa perinci peringat
    perintah perkara perkosa perlu pernah peroleh persepsi pesan pesat pesona pesta peta petik picu pidana pidato
    pijak pikat pikir pikul pilah pilih pimpin pinang pindah pinggir pinjam pinta pintar pisah planting pokok polemik
    polisi politik polusi populer posisi posting potensi potong potret prakarsa praktik prediksi presentasi prestasi
    prihatin prioritas privatisasi produksi profesi program promosi proses protes provokasi proyeksi puas puasa
    publikasi puja puji pukul pulang pulau pulih puncak pungkas pungut punya pupuk pusat putar putih putus raba
    rahasia raih rajin rakit rakyat ramah ramai ramal rambah rambat rampas ramping rampok rampung rancang rangkai
    rangkap rangkul rangkum rangsang rapat rapi rasa rata rawan rawat raya rayu reaksi realisasi rebut reda redam
    redup reformasi registrasi regulasi rehabilitasi rekam rekat rekayasa rekomendasi rekonstruksi rekreasi rekrut
    rela relaksasi relevan relokasi rembes rembuk rencana rendah rendam renggut renovasi rentan rentang renung repot
    representasi resah resap resmi respon respons restorasi restrukturisasi restu retak retas revisi revitalisasi rias
    ribut ricuh rilis rinci rindu ringan ringkas ringkus rintis risau risiko robek roboh romantis rombak rombong
    rontok rosot rotasi ruang rubah rugi rujuk rukun rumah rumit rumor rumpun rumus runcing runding runtuh runtun rupa
    rusak rusuh rusuk rutin sabar sadar sahabat saing saji sakit saksi salah salin salip salur salut sama samar
    sambang sambung sambut sampai samping sandang sandar sandera sanding sanggah sanggup sangka sangkal sangkut sanksi
    santai santap santun sapa sapu saran sarang saring sasar satu sayang sebab sebal sebar seberang sebut sedia sedih
    sedot seduh segar segel segera sehat seimbang sejahtera sejarah sejuk sekap sekolah selam selamat selaras seleksi
    selenggara selesai seleweng selidik selimut selip selisih selundup semangat semarak semayam sembah sembelih sembuh
    sembunyi sempat sempit semprot sempurna sendiri sengaja senggol sengketa sengsara sentral sentralisasi sentuh
    senyum sepak sepakat sepi serah serang serap serbu seret serius serta sertifikasi seru sesak sesal sesat sesuai
    setara setia setir setop setor setuju sewa siaga siap siar sidang sidik sikap siksa silang simak simpan simpul
    simulasi singgah singgung singkap singkat singkir sinkronisasi sinyal sirkulasi sirna sisa sisih sisip sisir sita
    skor soal sobek solusi sombong sorak sorot sosial sosialisasi spekulasi sponsor stabil stabilisasi standar
    stimulasi strategi struktur suap suara subsidi substansi subur sudah sudut suguh suka sukses sulap sulit sumbang
    sumber sumpah sunat sundul sungguh suntik sunting supervisi suplai surat suruh surut survei susah susul susun
    susup susut swasta syarat syukur syuting tabrak tabung tabur tafsir tagih tahan tahap tahu tahun tajam tajuk takar
    takdir takhta takjub takluk takut tali tamat tambah tambal tambang tampak tampar tampil tampung tanam tanda
    tandang tandas tanding tanduk tangan tangani tanggal tanggap tangguh tanggulang tanggung tangis tangkal tangkap
    tangkis tantang tanya tapak target tarif tarik taruh tarung tata tatap taut tawa tawan tawar tayang tebak tebang
    tebar tebas tebus tegak tegang tegas tegur tekan teken tekuk tekun telaah teladan telan telantar telat telepon
    teliti telusur teman tembak tembus tempa tempat tempel tempuh temu tenang tenar tendang tengah tenggelam tengok
    tentang tenteram tentu terang terap terbang terbit teriak terima terjang terjemah terjun terobos teror tertib
    terus tetap tewas tikam tilang timbang timbul timbun timpa tindak tindas tinggal tinggi tingkah tingkat tinjau
    tipis tipu tiru titik titip tiup tobat tokoh tolak toleransi tolong tombak tonjol tonton topang total tradisi
    transaksi transfer transformasi tuai tuan tuang tuduh tugas tugu tuju tukar tular tulis tumbang tumbuh tumis
    tumpah tumpang tumpas tumpu tumpuk tumpul tunai tunang tunda tunduk tunggak tunggal tunggang tunggu tunjang tunjuk
    tuntas tuntun tuntut turun turut tusuk tutor tutup tutur uang ubah ucap ujar uji ukir ukur ulah ulang ulas
    ultimatum ulur umpan umum undang undi undur unggah unggul ungkap ungkit ungsi unik unjuk untung upaya urai
    urbanisasi urung urus urut usaha usai usap usia usik usir usul usung usut utama utang utuh utus vaksin vaksinasi
    validasi verifikasi viral visualisasi vonis voting wabah wacana wafat wajah wajar wajib wakaf wakil waris warna
    warta wasiat waspada wawancara wenang wibawa wisata wisuda wujud yakin yayasan zalim ziarah
    """.split()
)
"""Roots that take affixes: ``tetap`` gives ``menetapkan``, ``ditetapkan``, ``ketetapan``."""

PLAIN = frozenset(
    """
    abjad absah abu acungan adik adonan aerodinamis agama agen agresi agresif agustus ahli akad akademi akademik
    akademisi aksara aktivis aktivitas aktor aktris akumulatif akun akuntabel akurasi akurat alamat album
    alhamdulillah alkohol alternatif alumni alun amal ambulans ampuh anak analis analog anarkis aneh aneka anggrek
    anggun angin angka angkasa animasi anime anjing antarmuka antena antrean apartemen apel apes api apostel apotek
    april arab arena arisan arloji armada arogan aroma arsip artikel artis artisnya arus asap asas aset asisten asmara
    aspal aspek aspirasi asrama assalamualaikum astagfirullah asteroid atap atlet atmosfer atraksi atraktif aturan
    audiens aula ayah ayahanda ayam ayat ayu ayunan babak babi badai badak badan badminton bagian bahan bahari bahasa
    baju bakal bakso bakteri balita balkon balok balon bambu ban bandar bandara bandel bangku bangsa bangunan bank
    bantal banteng bapak barak barang barat barisan basah basis batang baterai batin batu batubara bawang bayi
    beasiswa bebek becak bedak bekas belahan belalang belia benang benda bendahara bendera bengkel bening bensin
    benteng benua beras berbasis berkala beruang besi betis biadab biang bibi bibir bibit bidan bidang biji bijih
    biksu bilah bintang biologi bioskop biota biro biru bismillah bisul blok blusukan bocah bola bom boneka boros bos
    botak botol brand brigadir brosur buaya bubuk bubur budi budidaya bugar bulan bulu bulutangkis bunda bupati bursa
    buruh burung bus busa busana busur buyut cabai cabang cabor cacing cairan camat candaan candi canggih cantik
    capres cawapres cek celana cendekiawan cepat ceramah cerpen cetakan chip cicak cicilan cincin ciri cokelat coklat
    contoh corak cuaca cuka cukai cumi curhat cuti dada dadu daerah daging dagu dahsyat dalang damkar dampingan danau
    dangdut dapur darah daring darurat daun dekade demokrasi demokratis denda deposito derajat dermaga desa desain
    desainer desember destinasi detail detik detil dewa dewan dewi dia diabetes diagram dialog dicek diet digital
    digitalisasi dinamika dinamis dinar dinas dinding dini diplomasi diplomat diplomatik direksi direktorat direktur
    dirut disabilitas disahkan diskon divisi doktoral dolar domba domestik dompet dosa dosen dosis drama duit dukun
    dunia durasi duta efektif efisien efisiensi ekologi ekonomi ekonomis ekor ekosistem eks eksis eksklusif ekspres
    eksternal ekstra ekstrakurikuler ekstrem elang elektabilitas elektronik elit elite emas ember embun emosi
    emosional empati empedu enau energi enzim epidemi episentrum episode era estetika etika etis etnis evolusi fajar
    fakta faktor faktual fakultas fantastis fasih fatal fatwa favorit februari federasi fenomena figur fiksi film
    finansial fisik fiskal fleksibel formal formasi format formula forum fraksi frekuensi fundamental furnitur gabah
    gading gagah gaib gajah galaksi galeri gambut gandum ganjil ganteng garam garang garasi gardu gas gawai gedebuk
    gedung gejala gelanggang gelas gelombang gen geng genteng geofisika geram gerbang gereja gerhana gerobak gigi
    gigih gitar global gol gorengan grafik gram gratis grup gubernur gubuk gudang gugatan gugus gula guna gunung guru
    gurun habib hacker haji hak hakikat hakikatnya hakim halaman halte ham hama hambatan handal handuk hantu harian
    harimau harta hasrat hasta hektar hektare helikopter helm herbal heroik hewan hiburan hidung hijab hikmah hoaks
    hobi horizontal hormon horor hotel hotline hulu hunian hutan ibu ibunda ide ideal identik idola idul ijazah ijtima
    ikan iklim ikon iktikad ilahi ilegal ilmiah ilmu ilmuwan imajinasi iman imunisasi imunitas imut inap indeks
    independen indikator individu indra inflasi influencer infrastruktur infus ingatan inisial inisiatif inklusif
    inovatif insan insentif insinyur inspektur instan instansi institusi institut instruktur insyaallah integritas
    intelektual intelijen intens intensif intensitas interior internal internasional internet interval inti intim
    investor irigasi ironis islam islami istana istilah istri iuran jabang jagat jagung jahe jajaran jaket jaksa
    jalanan jam jamaah jamur janda jangka jantung januari jargon jari jas jasa jasad jatah jawaban jejaring jemaah
    jempol jenaka jenazah jendela jenderal jenjang jerami jerawat jernih jeruk jilbab joki jujur juli jumat juni
    juragan juri jurnal jurnalis jurnalisme jurnalistik juru jurusan jutawan kabel kabin kabinet kabupaten kabut kaca
    kacamata kacang kader kades kain kakak kakek kaki kalangan kalender kalimat kalori kalung kamar kambing kamera
    kamis kampanye kampung kampus kanal kanan kandidat kanker kanselir kantin kaos kap kapal kapasitas kapolda
    kapolres kapolri kapolsek kapten kapur karakter karat karbon karet karier karir karnaval kartu karung karyawan kas
    kasur kasus kata katak katalog katarak kategori kaum kawasan kayu keabsahan keagamaan kebakaran kebaya kebun
    kecamatan kejadian kejaksaan kejuaraan kelapa kelas kelenteng kelompok keluarga kelurahan kemah kemarau kemeja
    kementerian kenari kencan kendaraan kental kentang kepala kepolisian keponakan keramik kerbau kereta keris kertas
    kesehatan ketan ketua ketupat keuangan khas kiai kiat kiblat kimia kipas kiper kiri klasemen klasik klaster klien
    klinik klinis kloter klub koalisi kode kol kolagen kolam kolektif kolesterol kolom kolonel koma komandan komando
    komedi komersial komik komika komisaris komisi komite komoditas kompak kompetitif kompetitor kompleks kompol
    komponen komprehensif komputer komunitas konflik konkret konkrit konser konsisten konsistensi konstitusi
    konstruktif konsulat konsultan konsumen kontainer konteks konten kontestan kontingen kontroversi kontroversial
    konvensional konyol kooperatif koper koperasi kopi koran koridor korporasi korsleting koruptor kos kosmetik kota
    kotak kreasi kreatif kreativitas kreator kriminal kripto krisis kriteria kronis kronologi kuantitas kuartal kubu
    kucing kuda kue kuil kuliner kulit kulkas kultur kumis kumuh kumulatif kuno kurikulum kurir kurma kurs kursi
    kursus kusir laboratorium labu laci ladang lafal lahan laki lalat laman lampu landak lanjutan lansia lantai lapak
    lapangan lapas laporan laptop laskar lauk laut lautan lebah ledakan legenda legislatif legislator leher lele lemak
    lemari lembah lembar lembut lengan lensa lereng les lesu letnan level lezat libero liga likuid likuiditas lilin
    lincah lingkar lingkaran lingkungan lingkup linimasa link lintah listrik liter literasi literatur logam logika
    logistik logo lontong lorong lot loyal loyalitas ludah lumba lumpur lurah luring lusin lutut madu mafia magang
    magis magrib mahasiswa mahasiswi mahkamah mahkota maja majalah majelis majikan makhluk makmum maksimum malaikat
    manajemen manajer mangga manis mantan mantu manuver maret marga mari markas martabat masa masif masjid maskapai
    masker massa massal massif masyaallah mata matahari materi materiil maung maut mawar mayat mayor mayoritas mebel
    medali medan medis mei meja mekanik mekanisme melati melayu melek memori menantu mendiang mengecek mengesahkan
    menit mentah mental mentari menteri mentor menu merah merdeka merek merpati mertua mesin mesjid meteor meter
    metode mi migas mikro mikrogram mikrometer militer mimbar mineral minggu mingguan minimum minoritas minuman minyak
    misteri misterius mitigasi mitos mitra mobil mobilitas moda mode model moderat moderator modern modus molekul
    momen momentum moneter monyet moral motif motor motoris muatan mubazir muharam mukena mulut mumi murid murtad
    museum musibah musik musim musisi muslim muslimah musyrik mutiara mutlak naas nada nadi naga nahkoda najis nakal
    naluri nanas nangka narapidana narasumber narkoba narkotika nasabah nasi naskah negatif nelayan nenek neraca
    neraka netizen netral niaga nikel ningrat nominal nominasi nomor norma nota notaris novel november nuansa nuklir
    nutrisi nyamuk nyeri obesitas objek objektif obligasi observasi obyek ojek oknum oksigen oktan oktober olahan
    olahraga olimpiade ombak ongkos online operasional opini oposisi opsi orang oranye orator orde organ orkestra
    otentik otomatis otomotif otonomi otopsi otoritas otot oven pabrik pacar padi pagar pagi pahlawan pakaian pakar
    paket paksaan palang paman pameran pandemi pangeran panggung panglima panitia panja pantai papan paradigma paralel
    parameter parasetamol parasit paripurna pariwisata parlemen partai partisipan paru pascabencana pascadoktoral
    pascapandemi pasif pasir paspor pasutri patih patung paviliun pawai payah pecel pedagang pedas pedesaan pedestrian
    pegawai pegunungan pejabat pekan pelabuhan pelaku pelanggan pelatih pelita peluru pemain pemda pemilihan pemilu
    pemirsa pemkab pemkot pempek pemprov pemuda pemukiman pena penasaran penasehat penasihat pendapa pendekar pendeta
    pendidikan penduduk pengacara pengadilan pengecekan pengesahan penggemar penguasa pengusaha penis penjaga penonton
    pensil penumpang penyakit penyanyi perak perangkat peraturan perban perdana perempuan perguruan perihal perkakas
    perkampungan perkotaan perlambang permai permanen permata permen pernikahan persendian persis personal personel
    perspektif pertama pertanda perunggu perusahaan perut perwira pesantren pesawat peserta pesisir petani petir
    petugas piagam piala pihak pil pilar pilkada pilot pilpres pimpinan pinggang pintu pinus pipa pipi piring pisang
    pisau pistol piton plafon planet plastik plus poin pola polda polemik polres polri polsek pondok ponsel pool
    populasi pori porsi pos positif posko postur praktis pramuka prasasti preman premium presiden presisi pria pribadi
    primer prinsip privat pro proaktif produk produktif produktivitas produsen profesional profesor profil progres
    progresif proklamasi proporsi prosedur prosesi prosesor provinsi proyek psikis psikolog psikologi psikologis
    publik puisi pulsa pundak punggung puskesmas puting putra putri puyuh rabu rabun rahim raja rak raket raksasa
    ramadan rambut ranah rancangan rangka ranjang ransel rantai ras rasio rasional ratu rawa rawit reaktor realistis
    redaksi redaktur reformis regional rejeki rekan rekening rekor reksadana rektor rel relasi relawan religi religius
    rem remaja rempah renang rendang rentetan reporter reptil republik reputasi resep reses resesi resiko resor
    responsibilitas restoran retret reuni revolusi rezeki rezim ritel ritual robot roda roh roket rokok roman
    rombongan rompi roti royalti ruas rudal ruko rumpun rumput rupiah rusa rusun rute sabtu sabuk sabun sadis sah
    sahabat saham sahur sains sajian saku sambal sampah sampel samudra sandal sanitasi santet santri sapi saraf sarana
    sarapan sariawan sarjana sarung sate satelit satgas satpam satuan satwa sawah sawit sayap sayur sayuran segmen
    sejarawan sejenis sekda sekjen sekretariat sekretaris seks seksual sekte sektor sekunder sel sela selasa selat
    selatan selebgram selebritas selebritis selendang selera semen semesta semifinal semut sen senam senat senator
    sendi sendok seni seniman senin senior senja senjata sensasi sensor sentimen sepatu sepeda september sepupu
    seragam serangga serat seri serial serikat sersan sertifikat server sesi setan siang sidak sifat simbol sinar
    sinergi sinetron singa singkong sinis sinopsis sipil siram sirih sirkuit sirup sistem sistematis siswa siswi
    situasi situs skala skandal skema skripsi skuad soft solar solid solidaritas sopir sore soto spanduk spesial
    spesialis spesies spesifik spesifikasi spiritual spontan sport sportif stadion stasiun statistik status stok
    strategis striker studi studio stunting suami suasana subjek substansial subyek suci suhu suku sultan sulung
    sumsum sumur sunah sungai supir suporter surga surplus susu sutradara swalayan swasembada syariah tabel tabligh
    taekwondo tahanan tahapan tahta takbir takhta takjil taksi talenta talud taman tambak tamu tanah tandu tanggul
    tangki tani tanjakan tante tapal tari tarian tas tauhid tawaf teater tebing tegap teguh teh teknik teknis teknisi
    teknologi tekstil televisi telinga tema tembaga tembok tempe tempo tempur tenaga tenda tenis tentara teori tepat
    tepi tepung terampil terapi terbuka terdakwa terduga terigu terkait terkini terlampir terminal terong teroris
    terorisme terpadu terpelanting terpencil terpidana tersangka tersier terumbu tes tesis tetangga tiang tiket tikus
    tim timah timnas timun timur tinju tinta tipe tisu tni toilet toko tol tomat tombol ton topan topeng topik tornado
    tradisional tragedi tragis traktor transisi transparan transparansi transportasi trauma tren trendi trofi tronton
    tropis truk tubuh tuhan tukang tulang tumor tuna tunawisma turbulensi turis turki turnamen tutorial uap ubi udang
    udara ulama ular ulat ulet unggulan unit universal universitas unsur unta upacara upah urat urgensi urusan ustadz
    ustaz usulan utara utusan varian variasi vegetarian vegetasi versi vertikal veteran vila virtual virus visa visi
    vital vitamin vokal vokalis voli volume vulkanik wadah waduk wali wamen wanita wapres waras warga warisan wartawan
    warung wasir wasit watak wayang webinar wilayah wirausaha wisatawan wisman wortel yatim yoga yunior zakat zaman
    zat zig zodiak zona
    """.split()
)
"""Words used as they stand: nouns, adjectives, names of days and months."""

WHOLE = frozenset(
    """
    acapkali adakalanya adibusana adidaya adikuasa amatiran anakanak antaranews antargolongan antarklub antarnegara
    antarpihak antarumat apalagi apapun audiovisual automobile bagaimanakah bandarlampung banjarbaru barangkali
    barangsiapa baturaja bekerjasama belasting belasungkawa beritahu berkeadilan berkebutuhan berkeinginan
    berkelanjutan berkemampuan berkepentingan berkesimpulan berkesinambungan berketuhanan berpengetahuan berperilaku
    bersahaja bersamaan bersebelahan bersuka bertandatangan bertanggungjawab berulangkali bijaksana bilamana blackbird
    blackout bolakbalik bukittinggi bulutangkis bumiputra caringin caturwulan cekfakta chipset danantara danone
    darimana daripadanya darmabakti darmawisata dasawarsa dengannya detikcom dialogis diameter diamini diatas dibalik
    dibawah diberangkatkan diberdayakan diberhentikan diberitahu diberlakukan didalam didepan diikutsertakan dikala
    dikarenakan dikasih dikebumikan dikedepankan dikemukakan dikesampingkan diketahui diluar dimana dimanapun dinihari
    dinomorduakan dipertanggungjawabkan dirgantara disalahgunakan disamping disana disatukan disebarluaskan disetujui
    disini ditandatangani ditengah ditindaklanjuti dukacita dwiwarna ekabahasa episenter fisikawan fotosintesis
    gempabumi georgetown gunadi gunungkidul hakasasi halalbihalal hantavirus hasannah healthline hulubalang ibukota
    indomobil islamabad jalantol jasamarga jatidiri jatinegara kacamata kacaribu kadangkala kakilima kalianda kalibaru
    kaligrafi kaosnya kapanlagi kapanpun karanganyar karenaku karenanya kasatmata katalis katalisis katastrofik
    katastropik kaumku keberadaan keberangkatan keberanian keberhasilan keberlangsungan keberlanjutan keberpihakan
    kebersamaan kebijaksanaan kebuntuan keikutsertaan keluarbiasaan kemari kepadaku kepentingan kerjabakti kerjasama
    kesana kesatuan kesinambungan kesini kesitu ketahuan keterampilan keterangan keterbatasan keterbukaan
    ketergantungan keterkaitan keterlambatan keterlibatan ketersediaan ketertarikan ketertiban ketidakadilan
    kewarganegaraan kilogram kiloliter kilometer kilowatt kitabisa kombespol kompascom kontraktor kotabaru kotabumi
    kotamadya kriptologi kudapan labuhanbatu lakilaki lalulintas liputan literatur lokakarya mahaguru mahakarya
    mahalini mahasiswi mainstream makasih malaadministrasi malapetaka manakala manapun manasuka mancanegara marabahaya
    margaguna marigold marinasi maritim maritime maskawin matahari matakuliah mayapada megapiksel megawatt
    memberangkatkan memberdayakan memberhentikan memberitahu memberitahukan memberlakukan mempertanggungjawabkan
    menandatangani menduakan mengakhiri mengalami mengambilalih menganakemaskan mengebumikan mengedepankan
    mengemukakan mengesampingkan mengetahui mengikutsertakan menindaklanjuti menomorduakan menyalahgunakan menyamakan
    menyamaratakan menyatukan menyebarluaskan menyetujui miliarder miligram mililiter milimeter mitrabisnis modalitas
    motorsport narahubung narasumber nonaktif nusantara olahragawan orangtua orangutan padahal pancaroba pancasila
    pandan pangkalpinang parabola paradigm paradigma parafrase paralayang paralimpiade paralimpik paramedik paramedis
    paramiliter paramount parasit parasut paripurna pascapanen pascasarjana pembelajaran pemberangkatan pemberdayaan
    pemberhentian pemberlakuan penandatangan penandatanganan pencekikan pengambilalihan pengetahuan penyalahgunaan
    penyatuan perempatfinal peribahasa perikemanusiaan perilaku perkembangbiakan permaisuri persada persatuan
    persentase persetujuan pertanggungjawaban petahana prasarana prasejarah puspawarna pyongyang radioaktif
    radioaktivitas radiokarbon rajawali rumahsakit rupabumi rupanya sanksi saputangan sarinah satusatunya seafood
    sebagaimana sediakala segiempat segitiga seiring sekalian selangit selayaknya semestinya semifinal sepakbola
    sepengetahuan sepeninggal serangkaian serbaguna serbaserbi seringkali setengahnya sewenang siapapun sidomuncul
    soekarnoputri speedboat sripoku sukacita sukarela sukarelawan sumbangsih sumberdaya suryakanta swafoto swasembada
    syahbandar tanahbumbu tandamata tandan tandatangan tanggungjawab tanjungkarang tanjungpinang tatacara tatakelola
    tatap tatatertib tawakal telkomsel terimakasih terlebih tidakkah tinggalkan tribunnews tunanetra tunarungu uangnya
    ujicoba wajibpajak wakilnya walikota warganegara warganet widyaiswara wiraniaga wiraswasta wirausaha yaiyalah
    yangmana
    """.split()
)
"""Words that look like two words but are one, or that many people write as one; they stay as they are."""
