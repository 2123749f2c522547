"""The release of gpucheck and the date of its tables, as literals.

Asking package metadata for a version costs 30 ms, opening every table for its date more.
"""

RELEASE = "0.1.0"
TABLES_DATE = "2026-11-27"
"""The day of the newest shipped table."""
