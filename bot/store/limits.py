"""What the store can hold, for those who bring it posts; apart from the tables, so that reading a file needs none."""

LONGEST_ID = 500
"""Characters of what posts are looked up by: an address may be an id, and a PostgreSQL index takes 2,700 bytes of a
row.
"""
