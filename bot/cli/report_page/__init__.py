"""The report: one HTML page with everything in it, to be opened from disk."""
