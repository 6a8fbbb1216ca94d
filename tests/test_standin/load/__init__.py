"""The stand-in under load: many clients at once, clients that vanish, a server that is killed."""
