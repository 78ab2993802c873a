"""Rules of the house: standard library only, no I/O, no clock."""
