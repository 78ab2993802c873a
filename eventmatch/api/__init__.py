"""HTTP in, JSON out, through the same services as the pages."""
