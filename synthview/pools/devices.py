"""Made-up models of televisions, phones and other players, and made-up app versions.

The shapes and suffixes (`Smart TV`, `(Cadmium)`, `iPad`) are those that readers of real exports
sort by; the codes are invented.
"""

TEST_RIG = "Test rig"
"""The model under which a service lists devices of its own test accounts."""

device_models: dict[str, list[str]] = {
    "tv": [
        "Samsung CE 2017 Heron-S UHD TV Smart TV",
        "Samsung CE 2019 Plover-L UHD TV Smart TV",
        "Samsung CE 2021 Curlew-M2 UHD TV (1.5G) Smart TV",
        "Samsung CE 2023 Dunlin-X QD UHD TV Smart TV",
        "LG DTV 2018 VST Q4Ba UHD TV Smart TV",
        "LG DTV 2020 VST Q7Hn UHD TV Smart TV",
        "LG 2022 Orla QN31C OLED UHD TV Smart TV",
        "Sony CE Sony Android TV 2019 T3 Smart TV",
        "Sony CE Sony Android TV 2022 T6 Smart TV",
        "Philips 2016 NTK7714 based TVs Smart TV",
        "Panasonic 2018 Wicken-4 UHD TV Smart TV",
        "Hisense 2021 Juniper R2 UHD TV Smart TV",
        "TCL 2022 Rowan HDR Smart TV",
        "Vestel 2017 MB9941 FHD TV Smart TV",
        "Vizio 2020 Tamarack-E UHD TV Smart TV",
        "Xiaomi sauze Smart TV",
        "Roku Sparta HDR Smart TV",
        "Roku Corinth 4K Smart TV",
    ],
    "computer": [
        "Chrome PC (Cadmium)",
        "Chrome MAC (Cadmium)",
        "Chrome OS (Cadmium)",
        "Chrome Linux (Cadmium)",
        "Safari MAC (Cadmium)",
        "Edge (Cadmium)",
        "Firefox PC (Cadmium)",
        "Firefox MAC (Cadmium)",
        "Opera PC (Cadmium)",
        "PC",
    ],
    "phone": [
        "Apple iPhone Q11 iPhone",
        "Apple iPhone Q12 Mini iPhone",
        "Apple iPhone Q13 iPhone",
        "Apple iPhone Q14 Plus iPhone",
        "Apple iPhone Q15 iPhone",
        "DefaultWidevineAndroidPhone",
        "Android DefaultWidevineL3Phone Android Phone",
        "Android DefaultWidevineL3Phone Android Phone (motorola_MotoK7)",
        "Android DefaultWidevineL3Phone Android Phone (xiaomi_Sable9)",
        "Android DefaultWidevineL1Phone Android Phone (samsung_SM-Q417)",
        "Android DefaultWidevineL1Phone Android Phone (samsung_SM-Q523)",
        "Android DefaultWidevineL1Phone Android Phone (oneplus_Tern4)",
        "Android DefaultWidevineL1Phone Android Phone (google_Finch6)",
    ],
    "tablet": [
        "Apple iPad Q6 in 4th Gen (Wi-Fi) iPad",
        "Apple iPad Mini Q7 in 2nd Gen (Wi-Fi) iPad",
        "Apple iPad Air Q9 in 3rd Gen (Wi-Fi) iPad",
        "Apple iPad Pro Q12 in 2nd Gen (Wi-Fi/Cell) iPad",
        "DefaultWidevineAndroidTablets",
        "Android DefaultWidevineL1Tablet Android Tablet (samsung_SM-QT610)",
        "Android DefaultWidevineL3Tablet Android Tablet (lenovo_Fen-Q8)",
        "FireTablet HD Kestrel 2020",
        "FireTablet Kids Kestrel 2022",
    ],
    "console": [
        "Sony PS Lodestar 2014 Game Console",
        "Sony PS Lodestar Slim 2017 Game Console",
        "Sony PS Meridian 2021 Game Console",
        "Sony PS Meridian Digital 2021 Game Console",
        "Microsoft Xbox Larch 2014 Game Console",
        "Microsoft Xbox Larch-S 2017 Game Console",
        "Microsoft Xbox Alder 2021 Game Console",
        "Sony 2013 Blu-ray Players",
    ],
    "stick": [
        "FireTV Wren Stick 2019",
        "FireTV Wren 4K Stick 2021",
        "FireTV Wren 4K Max Stick 2023",
        "Roku Delphi Express Stick",
        "Roku Mycenae 4K Stick",
        "Chromecast Gannet HD",
        "Chromecast Gannet 4K",
        "Apple TV Q4 HD",
        "Apple TV Q6 4K",
        "Android TV Box Osprey-X2",
    ],
}
"""Model strings by device type."""

app_versions: dict[str, list[str]] = {
    "tv": [
        f"{year}.{quarter}.{patch}"
        for year in (5, 6, 7)
        for quarter in (1, 2, 3, 4)
        for patch in (0, 3)
    ],
    "computer": [
        f"6.00{build}.{tail}"
        for build in (31, 34, 38, 42, 47, 51)
        for tail in ("112.911", "940.911")
    ],
    "phone": [f"{major}.{minor}.0" for major in (14, 15, 16) for minor in (2, 9, 17, 31, 44)],
    "tablet": [f"{major}.{minor}.1" for major in (14, 15, 16) for minor in (2, 9, 17, 31, 44)],
    "console": [f"1.{minor}.{patch}" for minor in (18, 24, 31, 40) for patch in (0, 2)],
    "stick": [
        f"9.{minor}.{patch} build {40 * minor + patch}"
        for minor in (1, 3, 6, 8)
        for patch in (0, 5)
    ],
}
"""App versions by device type, oldest first."""
