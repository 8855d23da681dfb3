"""What is recorded about documents. Never renamed once written."""

PHRASE_SAVED = "phrase.saved"
PHRASE_RETIRED = "phrase.retired"
