"""What a reporter said of the outcome, and how it was heard, in the words that models, mappings and the ledger use."""

RATED = ("content", "fair", "discontent", "none")
"""none: he was asked and did not say."""
HEARD = ("content", "fair", "discontent", "unreached")
"""What a clerk may record of a call-back; unreached: somebody tried, and nobody answered."""
HOW = ("phone", "visit", "letter", "other")
