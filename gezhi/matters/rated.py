"""What a reporter said of the outcome, in the words that models and mappings use."""

RATED = ("content", "fair", "discontent", "none")
"""none: he was asked and did not say."""
