"""The real bot on a simulated Discord: a server with members, a sample conversation and a moderator channel.

Nothing here knows how posts are judged or cards are drawn: the demo only builds the world around the bot and plays
the members.
"""
