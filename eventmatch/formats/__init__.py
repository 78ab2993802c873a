"""Outside shapes: text or bytes in and out; sends nothing, stores nothing."""
