"""Countries by the names that English-speaking services give them."""

from __future__ import annotations

__all__ = ["NAMES"]

NAMES = {
    "US": "United States", "GB": "United Kingdom", "CA": "Canada", "BR": "Brazil", "MX": "Mexico",
    "DE": "Germany", "FR": "France", "AU": "Australia", "NL": "Netherlands", "SE": "Sweden",
    "NO": "Norway", "DK": "Denmark", "FI": "Finland", "ES": "Spain", "IT": "Italy",
    "AR": "Argentina", "CO": "Colombia", "CL": "Chile", "JP": "Japan", "IN": "India",
    "PL": "Poland", "PT": "Portugal", "TR": "Turkey", "IE": "Ireland", "NZ": "New Zealand",
    "BE": "Belgium", "AT": "Austria", "CH": "Switzerland", "PE": "Peru", "KR": "South Korea",
    "ZA": "South Africa", "SG": "Singapore",
}  # fmt: skip
