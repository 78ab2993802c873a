"""Promises about the demo event's data files."""
