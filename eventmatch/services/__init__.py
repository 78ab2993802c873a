"""What people do: verbs as functions, one transaction each."""
