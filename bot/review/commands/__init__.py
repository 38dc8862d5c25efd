"""What staff can ask for with a command, one file each. Every answer is for the eyes of who asked alone.

A file's `build(room)` gives the command as discord.py takes it; `room` (see `room.py`) is all that it works with.
"""
