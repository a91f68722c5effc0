"""Following and leaving feeds: what the command line and the desk share.

files       files that are written in one step
feeds_file  feeds.toml, read once, edited as text, written once
followed    which feeds are followed already, and which of them a word means
proposals   from what an address comes to, to what is added
lists       what becomes of a list of feeds that somebody brings
"""
