"""The least that a config must say."""

LEAST_CONFIG = """\
[discord]
guilds = [111111111111111111]
[review]
channel = 333333333333333333
moderator_roles = [444444444444444444]
"""
