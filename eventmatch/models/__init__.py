"""What we remember: one module per table family, with its reads."""
