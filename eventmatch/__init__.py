"""eventmatch: through the door, to the few people worth meeting, and in touch afterwards."""
