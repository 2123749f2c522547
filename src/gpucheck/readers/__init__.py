"""Readers of pasted text: one file a form, each exporting one `READER`.

A reader gets all lines of a report and yields what its own tool states; lines of other tools, cut
lines and prose are none of its business. It never raises and never guesses: a value that says "not
available" is no statement.
"""
