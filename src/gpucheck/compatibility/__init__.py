"""The compatibility questions, each a named function over versions and tables.

These are the only places where two kinds of version meet. One file a subject; an answer is
`Known` with its source, or `NotInTable`.
"""
