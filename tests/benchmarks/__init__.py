"""What is promised about speed, memory and round trips, as numbers; nothing passes or fails."""
