"""The wires outwards: mail and the job queue."""
