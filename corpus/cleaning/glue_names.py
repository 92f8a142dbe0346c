"""Names, brands, foreign words and abbreviations that :mod:`corpus.cleaning.glue` must know.

The other words are in :mod:`corpus.cleaning.glue_words`.
"""

from __future__ import annotations

import re
from typing import Final

ENGLISH = frozenset(
    """
    about access account action active actor after again agency album alert all american and android animal app
    approval area army artist asset award baby back band bank banking based beach beauty being best big black blog
    blue board boarding body bold book booking booster boss box boy brand break breaking bridge brother budget bug
    building bullying burger business buyback cafe call camera camp capital car card care case cash catering center
    central champion championship chart chat check chef chief chip chrome city class claw clean cloud club clutch
    coach code coffee cold comeback coming comment commerce community company concept conference content contest
    control cool core cover crazy cream crew crop cross culture customer cyber daily dance dark data date day dead
    deal death debut deep defense delivery demo design development device digital dining direct director display doing
    drawing dream dress drive driver drone dry duo east eating editor election email empire end energy engine
    entertainment episode event exit expo export face facial fair fake family fan fans farm fashion fast feature fee
    feed feedback festival fetish field fight figure file film final finance financial fintech first fit fitness flash
    flight floor flow follow followers food football for force foul foundation frame free fresh friend front full fund
    future galaxy game gameplay gamer games gaming gap garden gate gear general geng genre gift girl glamping glass
    global goal gold golden good google green group growth guard guide gym hair half hall hand happy hard hardware
    hate head headset health heart heat heavy high highlight hiking hit home hook host hot hotel house hub human hype
    ice idol image impact income index indie influencer ink inner inside insight interview island item jersey job
    jogging joint junior key kick king kit knock lab lady land lap launching law layout lead leader leaders league
    leasing led leg legacy legend level library life lifestyle light lighting like line link lip list live loading
    loan local lockdown log logo long look loss lost lounge love low luxury made magazine mail main makeover makeup
    mall man manager map march mark market marketing marketplace master match matcha matchday matches matic media
    medical meeting member memory men mental merchandise merge merger metal midfielder mining mission mix mobile mode
    model money mood moon mother motor mountain movie muse music mute name national native natural navy near net
    network new news next nice night north note number nut off officer official offline oil old one online onsite open
    opening operator order out outdoor outer outfit outlet output over overweight owner pack packaging pad page paid
    park parking part partner partnership party pass past path pay payment peak people per performance period pet
    phishing photo pick pie pink pitch pixel place plan platform play player playlist playmaker playoff plaza plus
    podcast podium point pole police policy poll pool pop port portfolio pose post posting power premier premium
    preorder press preview price prime print printer privacy private pro process producer production profit project
    promo public pump punch push queen quick race racing radio rain ranking rap rapper rate rating raw ready real
    reality reboot rebound rebrand record recovery red reel refund region release remake remix remote report research
    reseller resort responsibility rest retail return reveal review rice ride rider right ring risk river road robot
    rock role room root round route royal running rush safe safety sale sales sample sandwich scammer scan scene
    school science scooter scout screen scroll sea season seat second secret security seed select self sell seller
    send senior series server service set setting shake share sharing sheet ship shock shop shopping short shot show
    shower side sign signature silk single site size skill skin skincare sky slim slip slot slow smart smartphone
    smartwatch smoothies snack social soft software sold solo song soul sound soundtrack source south spa space spam
    spare speaker special speed spike spin split sport sports spot spray spread spring squad staff stage stakeholder
    stand star start startup state statement station stay step sticker stock stop store story strategy stream
    streaming street strength stretch strike striker stroke strong student studio style stylish sugar suite summer
    summit super supply support surprise sustainable sweet swing switch system table tablet tackle tag take talent
    talk tank tap team teaser tech technology test text thank the theme ticket tie tight time timeline tips title
    today tone tool tools top tote touch tour tourism tournament town toxic track tracking trade trader trading
    traffic trailer train trainer training transfer transit trap travel tray treatment trend trending trial trim trip
    truck true tube tune turn tweet two type ultra under unit up update upgrade upload user valuation value variant
    venue version very vibe video view viewers vintage visual vlog voice volume vote voucher wait waiting walk wall
    war warm wash watch water wave wax way wealth wearable web website wedding week weekend wellness west white wide
    wild wing winger winter wireless with woman women wonder work working workshop world worth wrap wrestling year
    yellow yield young zone
    """.split()
)
"""English words that Indonesian news uses, often in italics, whose spaces are lost as often as those of links."""

NAMES = frozenset(
    """
    abdullah afp agus ahmad airlangga aljazeera amazon anadolu android anies antara anung apple arab arifin arsenal
    associated bahlil barcelona baswedan bbc benjamin biden bitcoin bloomberg bnpb bpjs budi bulog bumn cak chatgpt
    chelsea cnbc cnn danantara dedi detikcom donald ducati elon erick ethereum facebook fifa forbes ganjar gerindra
    ghazali gibran golkar google guardian hamas hartarto hasto honda hyundai instagram iphone joko jokowi juventus
    kemenag kemendagri kemenkes kemenkeu kemensos kemlu khamenei kluivert kompas kristiyanto lahadalia lazada liputan
    listyo liverpool luhut madrid mahfud manchester marcos marquez megawati messi microsoft muhammadiyah mulyadi
    mulyani musk nasdem netanyahu netflix okezone openai palestine persib persija pertalite pertamina prabowo pramono
    pranowo purbaya putin raffi reuters rosan saipul samsung sandiaga shopee sindonews siregar soeharto soekarno
    spotify sri subianto sudewo suzuki telegram telkom telkomsel tempo tesla thohir tiktok tokopedia toyota
    transjakarta tribunnews trump twitter uefa vladimir whatsapp widodo wuling xiaomi xinhua yamaha yonhap youtube
    zelensky zuckerberg
    """.split()
)
"""Names of people, firms, clubs and media that the whole country knows."""

PLACES = frozenset(
    """
    aceh afghanistan afrika ambon amerika argentina asia australia austria babel bali balikpapan banda bandung bangkok
    bangladesh banjarmasin banten banyuwangi batam beijing bekasi belanda belgia bengkulu blitar bogor bolivia bontang
    brasil brebes brunei bulgaria chile china cianjur cilacap cilegon ciputat cirebon denmark denpasar depok doha
    dubai ekuador eropa ethiopia filipina finlandia garut gaza georgia ghana gorontalo gresik hongaria india indonesia
    indramayu inggris irak iran irlandia islandia israel italia jabodetabek jakarta jambi jawa jayapura jember jepang
    jepara jerman jombang kalimantan kamboja kanada karawang kazakhstan kebumen kediri kendari kenya klaten kolombia
    korea kroasia kudus kuningan kupang kuwait lampung laos lebanon libya lombok london madiun madura magelang
    makassar makkah malang malaysia maluku mamuju manado manokwari maroko mataram medan mekkah meksiko merauke mesir
    mojokerto moskow myanmar nepal ngawi nigeria norwegia oman pakistan palangkaraya palembang palestina palu papua
    paraguay paris pasuruan pati pekalongan pekanbaru pemalang perancis peru polandia ponorogo pontianak portugal
    prancis probolinggo purbalingga purwakarta purwokerto qatar rusia salatiga samarinda saudi semarang senegal serang
    serbia sidoarjo singapura skotlandia sleman slovakia slovenia solo sorong spanyol subang sukabumi sukoharjo
    sulawesi sumatera sumatra sumedang sumenep surabaya surakarta suriah swedia swiss tangerang tasikmalaya tegal
    teheran ternate thailand tiongkok tokyo tuban tulungagung tunisia turki ukraina uruguay uzbekistan venezuela
    vietnam wales washington wonosobo yaman yogyakarta yordania yunani
    """.split()
)
"""Countries, provinces and larger towns."""

DIRECTIONS = frozenset(
    """
    atas barat baru bawah besar hilir hulu jaya kota lama laut luar merah muda pusat putih raya selatan tengah timur
    utara
    """.split()
)
"""Words that go on the name of a place."""

PLACE_HEADS = frozenset(
    """
    bukit tanjung tanah kota kali pasar jati labuhan padang karang muara rawa sungai pulau gunung kebun kebon teluk
    lubuk pangkal ujung sumber marga banyu batu raja jaya sari
    """.split()
)
"""Words that the names of places begin with: ``Bukittinggi``."""

PLACE_WORDS = frozenset(
    """
    antara atas baru bawah dalam dekat delapan dua empat enam lama lima luar mana sana satu tengah tiga tujuh
    """.split()
)
"""Function words that also end names of places and people."""

NAME_FOLLOWERS = frozenset(
    """
    adalah akhirnya bahkan bahwa beberapa belum berbagai berikut bersama bukan dalam dengan hanya harus hingga juga
    karena kepada ketika khususnya langsung lebih maupun melalui memang menjadi menjelang menurut merupakan mulai
    namun sangat sebagai sebanyak sebelum sebelumnya sebuah secara sedang sehingga sejak selain selaku selalu selama
    sementara sempat seperti serta setelah setiap sudah tanpa telah tentang terhadap termasuk ternyata tersebut tetapi
    tidak untuk yaitu yakni
    """.split()
)
"""Words that end no name, so that they may be told from an unknown word before them."""

NAME_STEMS = frozenset(
    """
    Banjarmasin Bisnis Bola Flight Grid Indo Intisari Kapan Kompas Magic Pos Serambi Sripoku Surya Trans Tribun
    Tribunnews Warta detik oto
    """.split()
)
"""Names of media that go on with a capital or another word: ``detikNews``, ``TribunJogja``."""

BRANDS = frozenset(
    """
    AirAsia AirPods AirTag AlphaGo AnTuTu APBNKiTa APBNKita AppGallery AppStore AsiaMoney BeritaSatu BigBang
    BlackBerry BlackRock BlueBird BolaSport BookMyShow BPJamsostek BRILiaN BRILink BukuWarung BumiNusa ByteDance
    BytePlus CapCut CarPlay ChatGPT chatGPT CitraGarden ClickHouse CoinDesk CoinGecko CoinMarketCap CrowdStrike
    DeepMind DeepSeek DefenceExpo detikBali detikCom detikEdu detikers detikEvent detikFinance detikFood detikForum
    detikHealth detikHikmah detikHot detikInet detikJabar detikJateng detikJatim detikJogja detikKalimantan
    detikKultum detikNews detikOto detikPagi detikPop detikProperti detikSore detikSport detikSulsel detikSumbagsel
    detikSumut detikTravel detikWolipop detikX DiCaprio DoorDash DreamWorks DuckDuckGo EasyCash eBay eCommerce
    eFishery eKTP eMoney ePPsi eSIM eSport eSports EuroLeague ExpertBook FaceApp FaceTime FedEx FinTech FlyJaya
    GarudaFood GeForce GenBI GitHub GoFood GOLDLive GooglePlay GoPay GoPro GoRide GoSend GoTo GrabBike GrabCar
    GrabFood GraPARI GridOto HarmonyOS HarperCollins HiAce HomePod HyperOS iCloud IFLScience iMac iMessage IndiHome
    IndoDax IndoSat iNews InJourney InshaAllah InShot InstaStory InsyaAllah iOS iPad iPadOS iPhone iPod iTunes
    ITZYofficial JakLingko JetBlue JIExpo JobStreet JogjaNewsGallery JoJo JPMorgan KapanLagi KataData KitaBisa KlikBCA
    KlikIndomaret KompasTekno KompasTV KUHPerdata KUHPidana LaLiga LaPorta LaSalle LeBron LeMans LinkAja LinkedIn
    LiveScore MacArthur MacBook macOS MasterCard MasterChef MatePad mBCA McAllister McCartney McConaughey McConnell
    McDonald McDonalds McGregor McKennie McKinsey McLaren McLean McMahon McTominay MediaTek MegaTravel MeToo MiChat
    microSD MinyaKita mmHg MobileMe MotoGP MyBCA myBCA myIM3 MyPertamina MyRepublic MyTelkomsel NasDem NetEase
    NewJeans NextGen OneDrive OnePlus onePlus OpenAI OpenSea OutRage OxyContin PagerDuty PayLater PayPal
    PeduliLindungi PermataBank PlayStation PowerPoint PraKerja PubMed QJMotor QuickTime RedDoorz ReelShort RuangGuru
    SafeSearch SalingJaga SatuSehat SeaBank SeaMoney SehatPedia ShopeeFood ShopeePay SIAPkerja SiCepat SimInvest
    SINDOnews SkyTeam SoFi SoundCloud SpaceX SplitBill SpongeBob StarCraft SuperApp SuperBank TEAMtalk TechCrunch
    TelkomGroup TikTok TipTop TokoCrypto TransJakarta TransMilenio TransNusa TransTrack TripAdvisor TrueMoney tvOne
    tvOS UberEats UltraGauze VinFast visionOS VisionPro VivoBook vMix watchOS WeChat WeTV WeWork WhatsApp WikiLeaks
    WordPress xAI XLSmart YouGov YouTube YouTuber YouTubers ZenBook ZenFone
    """.split()
)
"""Names that are written with capitals inside."""

BRAND: Final = re.compile("|".join(sorted(BRANDS, key=lambda brand: (-len(brand), brand))))
"""Finds the longest brand at a place."""

ABBREVIATIONS = frozenset(
    """
    aipda aiptu akbp akp al bdk blok bpk brig brigjen bripda bripka briptu cf cv dr dra drg drs ds gg gn hal hj hm hr
    ipda iptu ir irjen jend jl jln jr kab kec kel kh km kol kom kombes komjen kompol kp laksda laksma letda letjen
    letkol lettu lih marsda mayjen mgr mr mrs ms mt no nomor pdt praka pratu prof ps psl pt rm rp rs rt rw sd sdn sdr
    serda serka sertu sma sman smk smp smpn sp sr st tgh tgk tk ud ust ustd vs yth
    """.split()
)
"""Words that are shortened with a full stop and stand before what belongs to them."""
