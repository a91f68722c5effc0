"""Pictures of entries, fetched once by us and kept small beside the database.

A reader's browser asks nobody but the desk for them, and a page that was seen once can be seen
without the Internet.

    address → kept? → fetched (guarded, capped, one host politely) → shrunk in a child → kept

shrink      bytes of a stranger → two WebP pictures, or nothing
__main__    the child that shrinks: limited in memory, killed at its deadline
child       the parent's side of it
folder      the files: names, ages, how much of them is kept
keeper      what puts these together

Nothing is imported here: the child needs no network.
"""
