"""The built-in scenarios, a module for each part of a conversation; ``matrix`` has them all."""
