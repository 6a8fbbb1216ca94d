"""What pools and connections of this process are like, and what to think of it."""
