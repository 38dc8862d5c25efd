"""Scanning an archive: every post judged, copies found across all of it, in partitions that can be worked on apart.

Reading cuts the files into partitions. Indexing brings the fingerprints of all of them together; judging then needs
one partition and that index, so that partitions may be judged in any order, again after a kill, or side by side.
"""
