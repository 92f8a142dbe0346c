"""Names of news portals: one canonical name, however a text or an address spells it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# Canonical name, then every other spelling, without regard to case, spaces, punctuation and the endings .com, .co,
# .id, .co.id and .net. Regional papers stand under the portal that publishes them.
_SPELLINGS = """
detikcom: detik, detiknews, detikfinance, detikinet, detikhot, detiksport, detikoto, detikhealth, detiktravel,
  detikfood, detikjatim, detikjateng, detikjabar, detikbali, detiksumut, detiksulsel, detikjogja, detiksumbagsel,
  detikkalimantan,
  detikedu, detikproperti, detikhikmah, detikpop, 20detik
CNN Indonesia: cnnindonesia
CNBC Indonesia: cnbcindonesia
Liputan6.com: liputan6, liputan 6
Kompas.com: kompas, kompascom, harian kompas, kompastekno
Kompas.id:
Kompas TV: kompastv, kompas.tv
Tribunnews.com: tribunnews, tribun, tribunnetwork, serambinews, serambi indonesia, prohaba, sriwijaya post, sripoku,
  surya, harian surya, suryamalang, bangkapos, bangka pos, babelnews, posbelitung, pos belitung, banjarmasinpost,
  banjarmasin post, poskupang, pos kupang, wartakotalive, warta kota, wartakota, tribun timur, mediakupang
Okezone: okezone, okezonenews
SINDOnews: sindonews, koran sindo, sindo
iNews.id: inews, inewsid
Tempo.co: tempo, koran tempo, majalah tempo, tempo interaktif
Kontan.co.id: kontan, harian kontan
ANTARA: antara, antaranews, kantor berita antara, lkbn antara, antara news
Bisnis.com: bisnis, bisnis indonesia
Kapanlagi.com: kapanlagi, kapan lagi
Posmetro Medan: posmetromedan, posmetro medan
Posmetro.co.id: posmetro, posmetroindonesia, posmetrobatam
Republika: republika, republika online, rol republika
Merdeka.com: merdeka
JPNN.com: jpnn
Jawa Pos: jawapos
Suara.com: suara
Suara Merdeka: suaramerdeka
Suara Pembaruan: suarapembaruan
IDN Times: idntimes
kumparan: kumparan
VIVA.co.id: viva, vivanews
Media Indonesia: mediaindonesia
Metro TV: metrotv, metrotvnews
Medcom.id: medcom
Beritasatu.com: beritasatu, berita satu
Investor.id: investor, investor daily
Inilah.com: inilah
Tirto.id: tirto
Katadata.co.id: katadata
Grid.ID: grid
Intisari-online.com: intisari, intisari online
Nova: novaonline, tabloidnova
National Geographic Indonesia: nationalgeographicgrid, natgeoindonesia, nationalgeographicindonesia
Bola.com: bola
Bolasport.com: bolasport
Fimela.com: fimela
Dream.co.id: dream
Hipwee: hipwee
Hukumonline.com: hukumonline
Gatra.com: gatra
Warta Ekonomi: wartaekonomi
Pikiran Rakyat: pikiranrakyat, pikiran rakyat
Ayobandung.com: ayobandung
RMOL: rmol, rmolid, rakyat merdeka online
RM.id: rakyat merdeka
Akurat.co: akurat
Alinea.id: alinea
Waspada: waspada, waspadaonline
Analisa: analisadaily, harian analisa
Solopos.com: solopos
Espos.id: espos
Harian Jogja: harianjogja
Kedaulatan Rakyat: krjogja, kedaulatanrakyat
Fajar.co.id: fajar
Rakyat Sulsel: rakyatsulsel
Beritajatim.com: beritajatim
Times Indonesia: timesindonesia
NU Online: nuonline
Muhammadiyah: muhammadiyah
Hidayatullah.com: hidayatullah
The Jakarta Post: jakartapost, the jakarta post, thejakartapost
Jakarta Globe: jakartaglobe
BBC News Indonesia: bbc indonesia, bbcnewsindonesia, bbc news indonesia
VOA Indonesia: voaindonesia
DW Indonesia: dwindonesia
Mongabay Indonesia: mongabay, mongabayindonesia
RRI: rri, kbrn
TVRI: tvri, tvrinews
tvOne: tvone, tvonenews
GoRiau.com: goriau
Riau Pos: riaupos
Padang Ekspres: padangekspres, padek
Haluan: harianhaluan
Lampung Post: lampungpost, lampost
Radar Lampung: radarlampung
Bali Post: balipost
NusaBali.com: nusabali
Kaltim Post: kaltimpost
Prokal.co: prokal
Manado Post: manadopost
Cenderawasih Pos: ceposonline, cenderawasihpos
Jubi: jubi, tabloidjubi
Popmama.com: popmama
Otosia.com: otosia
Vidio.com: vidio
Kabar24: kabar24
"""

# Hosts that the spelling of the name does not give away.
_HOSTS = {
    "antaranews.com": "ANTARA",
    "bola.net": "Bola.net",
    "bbc.com": "BBC News Indonesia",
    "dw.com": "DW Indonesia",
    "kompas.tv": "Kompas TV",
    "kompas.id": "Kompas.id",
    "nu.or.id": "NU Online",
    "posmetro-medan.com": "Posmetro Medan",
    "posmetro.co": "Posmetro.co.id",
    "republika.id": "Republika",
    "rm.id": "RM.id",
    "tempointeraktif.com": "Tempo.co",
}
_NAME_MAX_CHARS = 60
_NAME_ENDING = re.compile(r"(?:\.?(?:co\.id|com|net|id|co))+$")
_NOT_ALPHANUMERIC = re.compile(r"[^a-z0-9]+")
# "Tribun Batam.id", "TRIBUN-MEDAN.com", "TRIBUNJATENG.COM": more than thirty, and new ones appear.
_TRIBUN = re.compile(r"tribun(?!al)[a-z]*$")
_DOMAIN_LIKE = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9 -]*(?:\.[A-Za-z0-9-]+)*\.(?:com|net|org|co|id|tv|news|info|asia|media)\Z", re.I
)
_SECOND_LEVEL = frozenset(
    ["ac", "biz", "co", "com", "desa", "go", "gov", "mil", "my", "net", "or", "org", "sch", "web"]
)


def _key(name: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", _NAME_ENDING.sub("", name.strip().casefold().removeprefix("www.")))


def _read_spellings(table: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for row in table.replace("\n  ", " ").strip().split("\n"):
        canonical, _, others = row.partition(":")
        for spelling in [canonical, *filter(None, map(str.strip, others.split(",")))]:
            names.setdefault(_key(spelling), canonical)
    return names


_NAMES = _read_spellings(_SPELLINGS)


def known_portal(text: str) -> str | None:
    """Return the canonical name of a portal of the table, None for every other text.

    >>> known_portal("Serambinews.com"), known_portal("WartaNusa.com")
    ('Tribunnews.com', None)
    """
    name = " ".join(text.split()).casefold()
    if not name or len(name) > _NAME_MAX_CHARS:
        return None
    key = _key(name)
    return _HOSTS.get(name) or _NAMES.get(key) or ("Tribunnews.com" if _TRIBUN.match(key) else None)


def portal_name(text: str) -> str | None:
    """Return the canonical name of a portal.

    :param text: the name as a dateline, a field or a byline spells it.
    :return: the canonical name; an unknown name that looks like a domain as it is written; else None.

    >>> portal_name("KOMPAS.com"), portal_name("TRIBUNJATENG.COM"), portal_name("TEMPO.CO")
    ('Kompas.com', 'Tribunnews.com', 'Tempo.co')
    >>> portal_name("WartaNusa.com"), portal_name("Budi Santoso")
    ('WartaNusa.com', None)
    """
    name = " ".join(text.split())
    if len(name) > _NAME_MAX_CHARS:
        return None
    return known_portal(name) or (name if _DOMAIN_LIKE.match(name) else None)


def portal_of_url(url: str) -> str | None:
    """Return the portal that publishes under an address.

    :param url: an absolute address; anything else gives None.
    :return: the canonical name, for an unknown portal its registered domain.

    >>> portal_of_url("https://finance.detik.com/a/d-1/b"), portal_of_url("https://harianwarta.example.co.id/a")
    ('detikcom', 'example.co.id')
    """
    try:
        host = urlsplit(url.strip()).hostname
    except ValueError:
        return None
    if not host or "." not in host or host.replace(".", "").isdigit() or ":" in host:
        return None
    domain = _registered_domain(host.rstrip("."))
    return known_portal(domain) or domain


def _registered_domain(host: str) -> str:
    labels = host.split(".")
    # "detik.com", but "kontan.co.id": under a two-letter country the second level may be a category.
    length = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-length:])
