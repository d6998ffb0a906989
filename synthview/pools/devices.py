"""Made-up models of televisions, phones and other players, and versions of their applications.

The shapes and suffixes (`Smart TV`, `(Cadmium)`, `iPad`) are those that readers of real exports
sort by; the codes are invented. When a model came out and how many bought it is a guess.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["TEST_RIG", "Model", "app_versions", "device_models"]

TEST_RIG = "Test rig"
"""The model under which a service lists devices of its own test accounts."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model: its name, the month from which people have it, and how many do, relative to others.

    What `lasts`, such as a browser, is as common years later; other models give way to newer ones.
    """

    name: str
    since: str
    weight: float
    lasts: bool = False


device_models: dict[str, tuple[Model, ...]] = {
    "tv": (
        Model("Samsung 2008 Pipit FHD TV Smart TV", "2000-01", 14),
        Model("LG DTV 2009 VST N2Aa FHD TV Smart TV", "2009-03", 9),
        Model("Samsung CE 2010 Siskin FHD TV Smart TV", "2010-03", 16),
        Model("Sony CE 2011 T1 FHD TV Smart TV", "2011-04", 8),
        Model("Samsung CE 2012 Linnet-E FHD TV Smart TV", "2012-03", 18),
        Model("Vizio 2013 Larch-M FHD TV Smart TV", "2013-05", 10),
        Model("LG DTV 2013 VST P1Ca FHD TV Smart TV", "2013-04", 12),
        Model("Samsung CE 2014 Dunnock-H UHD TV Smart TV", "2014-03", 19),
        Model("Roku Sparta HDR Smart TV", "2014-08", 9),
        Model("LG DTV 2015 VST P7Da UHD TV Smart TV", "2015-04", 13),
        Model("Philips 2015 NTK7713 based TVs Smart TV", "2015-05", 4),
        Model("Samsung CE 2015 Godwit-J UHD TV Smart TV", "2015-03", 18),
        Model("Philips 2016 NTK7714 based TVs Smart TV", "2016-05", 4),
        Model("Sony CE Sony Android TV 2016 T2 Smart TV", "2016-04", 8),
        Model("Vizio 2016 Tamarack-C UHD TV Smart TV", "2016-06", 10),
        Model("Samsung CE 2017 Heron-S UHD TV Smart TV", "2017-03", 20),
        Model("Vestel 2017 MB9941 FHD TV Smart TV", "2017-06", 3),
        Model("LG DTV 2018 VST Q4Ba UHD TV Smart TV", "2018-03", 14),
        Model("Panasonic 2018 Wicken-4 UHD TV Smart TV", "2018-05", 3),
        Model("Roku Corinth 4K Smart TV", "2018-07", 11),
        Model("Samsung CE 2019 Plover-L UHD TV Smart TV", "2019-03", 20),
        Model("Sony CE Sony Android TV 2019 T3 Smart TV", "2019-05", 8),
        Model("Xiaomi sauze Smart TV", "2019-09", 4),
        Model("Vizio 2020 Tamarack-E UHD TV Smart TV", "2020-06", 9),
        Model("LG DTV 2020 VST Q7Hn UHD TV Smart TV", "2020-03", 14),
        Model("Samsung CE 2021 Curlew-M2 UHD TV (1.5G) Smart TV", "2021-03", 20),
        Model("Hisense 2021 Juniper R2 UHD TV Smart TV", "2021-05", 8),
        Model("LG 2022 Orla QN31C OLED UHD TV Smart TV", "2022-03", 12),
        Model("TCL 2022 Rowan HDR Smart TV", "2022-05", 10),
        Model("Sony CE Sony Android TV 2022 T6 Smart TV", "2022-05", 7),
        Model("Samsung CE 2023 Dunlin-X QD UHD TV Smart TV", "2023-03", 18),
    ),
    "computer": (
        Model("PC", "2000-01", 9),
        Model("Chrome PC (Cadmium)", "2008-12", 44, lasts=True),
        Model("Firefox PC (Cadmium)", "2006-10", 11, lasts=True),
        Model("Safari MAC (Cadmium)", "2007-06", 12, lasts=True),
        Model("Chrome MAC (Cadmium)", "2010-05", 9, lasts=True),
        Model("Edge (Cadmium)", "2015-07", 8, lasts=True),
        Model("Chrome OS (Cadmium)", "2011-06", 4, lasts=True),
        Model("Firefox MAC (Cadmium)", "2007-06", 1.6, lasts=True),
        Model("Opera PC (Cadmium)", "2008-12", 1.2, lasts=True),
        Model("Chrome Linux (Cadmium)", "2014-10", 0.6, lasts=True),
    ),
    "phone": (
        Model("DefaultWidevineAndroidPhone", "2000-01", 3, lasts=True),
        Model("Apple iPhone Q4 iPhone", "2010-06", 22),
        Model("Apple iPhone Q5 iPhone", "2012-09", 24),
        Model("Apple iPhone Q6 iPhone", "2013-09", 24),
        Model("Apple iPhone Q7 Plus iPhone", "2014-09", 16),
        Model("Apple iPhone Q8 iPhone", "2015-09", 24),
        Model("Apple iPhone Q9 Mini iPhone", "2016-03", 10),
        Model("Apple iPhone Q10 iPhone", "2016-09", 25),
        Model("Apple iPhone Q11 iPhone", "2017-09", 24),
        Model("Apple iPhone Q12 Mini iPhone", "2018-10", 10),
        Model("Apple iPhone Q13 iPhone", "2019-09", 24),
        Model("Apple iPhone Q14 Plus iPhone", "2021-09", 14),
        Model("Apple iPhone Q15 iPhone", "2022-09", 22),
        Model("Android DefaultWidevineL3Phone Android Phone", "2011-02", 7, lasts=True),
        Model("Android DefaultWidevineL1Phone Android Phone (samsung_SM-Q117)", "2012-05", 15),
        Model("Android DefaultWidevineL1Phone Android Phone (samsung_SM-Q223)", "2014-04", 18),
        Model("Android DefaultWidevineL1Phone Android Phone (lge_Whin2)", "2014-06", 6),
        Model("Android DefaultWidevineL3Phone Android Phone (motorola_MotoK4)", "2015-07", 6),
        Model("Android DefaultWidevineL1Phone Android Phone (samsung_SM-Q331)", "2016-03", 20),
        Model("Android DefaultWidevineL1Phone Android Phone (google_Finch1)", "2016-10", 3),
        Model("Android DefaultWidevineL1Phone Android Phone (samsung_SM-Q417)", "2017-04", 20),
        Model("Android DefaultWidevineL3Phone Android Phone (motorola_MotoK7)", "2018-04", 6),
        Model("Android DefaultWidevineL3Phone Android Phone (xiaomi_Sable9)", "2019-03", 9),
        Model("Android DefaultWidevineL1Phone Android Phone (samsung_SM-Q523)", "2020-03", 20),
        Model("Android DefaultWidevineL1Phone Android Phone (oneplus_Tern4)", "2020-05", 3),
        Model("Android DefaultWidevineL1Phone Android Phone (google_Finch6)", "2021-10", 4),
    ),
    "tablet": (
        Model("DefaultWidevineAndroidTablets", "2000-01", 3, lasts=True),
        Model("Apple iPad Q2 in 1st Gen (Wi-Fi) iPad", "2010-04", 24),
        Model("Apple iPad Q4 in 2nd Gen (Wi-Fi) iPad", "2012-11", 26),
        Model("FireTablet Kestrel 2013", "2013-10", 12),
        Model("Apple iPad Mini Q3 in 1st Gen (Wi-Fi) iPad", "2012-11", 15),
        Model("Apple iPad Air Q5 in 2nd Gen (Wi-Fi) iPad", "2014-10", 22),
        Model("Android DefaultWidevineL1Tablet Android Tablet (samsung_SM-QT210)", "2014-05", 14),
        Model("Apple iPad Mini Q7 in 2nd Gen (Wi-Fi) iPad", "2015-09", 10),
        Model("FireTablet HD Kestrel 2015", "2015-09", 15),
        Model("Apple iPad Pro Q8 in 1st Gen (Wi-Fi/Cell) iPad", "2016-03", 7),
        Model("Android DefaultWidevineL3Tablet Android Tablet (lenovo_Fen-Q3)", "2016-06", 4),
        Model("Apple iPad Q6 in 4th Gen (Wi-Fi) iPad", "2017-03", 24),
        Model("Apple iPad Air Q9 in 3rd Gen (Wi-Fi) iPad", "2019-03", 14),
        Model("Android DefaultWidevineL1Tablet Android Tablet (samsung_SM-QT610)", "2019-04", 12),
        Model("FireTablet HD Kestrel 2020", "2020-06", 14),
        Model("Apple iPad Pro Q12 in 2nd Gen (Wi-Fi/Cell) iPad", "2020-03", 8),
        Model("Android DefaultWidevineL3Tablet Android Tablet (lenovo_Fen-Q8)", "2021-01", 4),
        Model("FireTablet Kids Kestrel 2022", "2022-09", 8),
    ),
    "console": (
        Model("Sony PS Beacon Game Console", "2000-01", 26),
        Model("Microsoft Xbox Rowan Game Console", "2005-11", 30),
        Model("Nintendo Wicket Game Console", "2006-11", 17),
        Model("Sony 2009 Blu-ray Players", "2009-09", 7),
        Model("Sony 2013 Blu-ray Players", "2013-03", 7),
        Model("Microsoft Xbox Larch 2013 Game Console", "2013-11", 24),
        Model("Sony PS Lodestar 2013 Game Console", "2013-11", 36),
        Model("Sony PS Lodestar Slim 2016 Game Console", "2016-09", 30),
        Model("Microsoft Xbox Larch-S 2016 Game Console", "2016-08", 18),
        Model("Sony PS Meridian 2020 Game Console", "2020-11", 26),
        Model("Sony PS Meridian Digital 2020 Game Console", "2020-11", 9),
        Model("Microsoft Xbox Alder 2020 Game Console", "2020-11", 18),
    ),
    "stick": (
        Model("Roku Argos Player", "2000-01", 22),
        Model("Apple TV Q2 HD", "2010-09", 12),
        Model("Roku Tiryns 2 Player", "2011-07", 20),
        Model("Chromecast Gannet HD", "2013-07", 19),
        Model("Roku Delphi Express Stick", "2014-03", 22),
        Model("FireTV Wren Stick 2014", "2014-11", 18),
        Model("Apple TV Q4 HD", "2015-10", 10),
        Model("FireTV Wren Stick 2016", "2016-10", 20),
        Model("Roku Mycenae 4K Stick", "2017-10", 16),
        Model("Chromecast Gannet 4K", "2016-11", 9),
        Model("Android TV Box Osprey-X2", "2016-03", 2),
        Model("Apple TV Q6 4K", "2017-09", 9),
        Model("FireTV Wren Stick 2019", "2019-01", 18),
        Model("FireTV Wren 4K Stick 2021", "2021-10", 18),
        Model("FireTV Wren 4K Max Stick 2023", "2023-09", 12),
    ),
}
"""Models by device type; the first of each type is older than everybody's devices."""

_RELEASES = range(500)


app_versions: dict[str, list[str]] = {
    "tv": [f"{2 + n // 24}.{n // 4 % 6 + 1}.{n % 4}" for n in _RELEASES],
    "computer": [f"6.{n:04d}.{(n * 37) % 900 + 100}.911" for n in _RELEASES],
    "phone": [f"{1 + n // 26}.{n % 26}.0" for n in _RELEASES],
    "tablet": [f"{1 + n // 26}.{n % 26}.1" for n in _RELEASES],
    "console": [f"1.{n // 3}.{n % 3}" for n in _RELEASES],
    "stick": [f"{4 + n // 40}.{n // 5 % 8}.{n % 5} build {3 * n + 41}" for n in _RELEASES],
}
"""App versions by device type, oldest first; each follows the one before by the same time."""
