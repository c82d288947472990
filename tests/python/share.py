"""Writes rows into a database that others write at the same time: `share.py FILE NAME COUNT`; `share.py FILE` checks it."""

import sqlite3
import sys

file, *who = sys.argv[1:]
database = sqlite3.connect(file, timeout=120)
database.execute("CREATE TABLE IF NOT EXISTS row (writer TEXT, number INTEGER)")
match who:
    case [name, count]:
        for number in range(int(count)):
            with database:
                database.execute("INSERT INTO row VALUES (?, ?)", (name, number))
    case []:
        print(*database.execute("PRAGMA integrity_check").fetchone())
        print(*database.execute("SELECT writer, COUNT(DISTINCT number) FROM row GROUP BY writer ORDER BY writer"))
