"""Fetching public corpora from where their authors put them."""
