"""Make the derived compatibility tables anew from the package index.

The generators are the files of `generators/`. Wheels are read in part, by HTTP range, and what was
read is kept, so a second run asks the index only for its lists. Needs the extra `update`.
"""
